// Every check and every test in one run. A failing section does not stop the others, so that the summary is complete.
import { parseArgs } from "node:util";
import { print, say, showProgress } from "./lib/output.ts";
import { type Section, SECTIONS, type SectionResult } from "./testing/sections.ts";
import { selectSections } from "./testing/select.ts";

/** Failing tools print in full, except for the lines of the tests that passed. */
function withoutPassingLines(output: string): string {
  return output
    .split("\n")
    .filter((line) => !/^\s*(\u001b\[\d+m)*✔/.test(line))
    .join("\n")
    .trim();
}

async function runSection(section: Section, brokenNeeds: readonly string[]): Promise<SectionResult> {
  if (brokenNeeds.length > 0) {
    return { passed: 0, failed: 1, complaints: [`Not run, because of: ${brokenNeeds.join(", ")}.`], output: "" };
  }
  const stopProgress = showProgress(section.title);
  try {
    return await section.run();
  } finally {
    stopProgress();
  }
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
  const broken = new Set<string>();
  let passed = 0;
  let failed = 0;
  for (const section of selected) {
    const startedAt = Date.now();
    const result = await runSection(
      section,
      section.needs.filter((name) => broken.has(name)),
    );
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    passed += result.passed;
    failed += result.failed;
    const verdict = result.failed === 0 ? "ok  " : "FAIL";
    print(`${verdict} ${section.title}: ${result.passed} passed, ${result.failed} failed, ${seconds} s`);
    if (result.failed === 0) continue;
    broken.add(section.name);
    print(withoutPassingLines(result.output));
    for (const complaint of result.complaints) print(complaint);
    print("");
  }
  print("");
  print(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
