// Every check and every test in one run, as many sections at a time as the machine has processors. A failing section does
// not stop the others, so that the summary is complete.
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { print, say, showProgress } from "./lib/output.ts";
import { type Ended, runSchedule } from "./testing/schedule.ts";
import { type Section, SECTIONS } from "./testing/sections.ts";
import { selectSections } from "./testing/select.ts";

/** More at a time would ask for more memory than a small machine has: a test process takes up to a gigabyte. */
const MAXIMUM_SLOTS = 4;

/** Failing tools print in full, except for the lines of the tests that passed. */
function withoutPassingLines(output: string): string {
  return output
    .split("\n")
    .filter((line) => !/^\s*(\u001b\[\d+m)*✔/.test(line))
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

function report({ section, result, seconds }: Ended): void {
  const verdict = result.failed === 0 ? "ok  " : "FAIL";
  print(`${verdict} ${section.title}: ${result.passed} passed, ${result.failed} failed, ${seconds.toFixed(1)} s`);
  if (result.failed === 0) return;
  print(withoutPassingLines(result.output));
  for (const complaint of result.complaints) print(complaint);
  print("");
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: "string" } } });
  let selected: readonly Section[];
  try {
    selected = selectSections(SECTIONS, values.only);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return 2;
  }
  let passed = 0;
  let failed = 0;
  let stopProgress = (): void => {};
  await runSchedule(selected, Math.min(availableParallelism(), MAXIMUM_SLOTS), {
    onRunning(running) {
      stopProgress = showProgress(running.map((section) => section.title).join(" | "));
    },
    onEnd(ended) {
      stopProgress();
      passed += ended.result.passed;
      failed += ended.result.failed;
      report(ended);
    },
  });
  print("");
  print(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
