// Runs one of Hardhat's test tasks on artifacts that are built already, and writes its counts as JSON into a file, so that
// nobody has to read numbers out of printed text. Usage: run-hardhat-tests.ts <solidity|nodejs> <report file> [test files]
import hre from "hardhat";
import { writeFileSync } from "node:fs";
import { readTaskResult } from "./counts.ts";

const [kind, reportPath, ...testFiles] = process.argv.slice(2);
if ((kind !== "solidity" && kind !== "nodejs") || reportPath === undefined) {
  throw new Error("Usage: run-hardhat-tests.ts <solidity|nodejs> <report file> [test files]");
}

/** Seconds after which worker threads that nothing else waits for are taken for left over. */
const PATIENCE = 120;

/**
 * node:test ends when the event loop runs empty, which a left-over worker thread of a proving library prevents for ever.
 * When nothing but such threads and our own output has been active for a long time, the loop is declared empty; a test that
 * is still waiting then counts as failed.
 */
function endInSpiteOfWorkers(): void {
  let idleSince = Date.now();
  const timer = setInterval(() => {
    const busy = process.getActiveResourcesInfo().some((kind) => kind !== "PipeWrap" && kind !== "MessagePort");
    if (busy) idleSince = Date.now();
    if (Date.now() - idleSince < PATIENCE * 1_000) return;
    clearInterval(timer);
    process.emit("beforeExit", 0);
  }, 1_000);
  timer.unref();
}

endInSpiteOfWorkers();

// A summary index above zero makes the task return the reasons of failures instead of printing them.
const result: unknown = await hre.tasks
  .getTask(["test", kind])
  .run({ testFiles, noCompile: true, testSummaryIndex: 1 });
const report = readTaskResult(result);
writeFileSync(reportPath, JSON.stringify(report));

// Worker threads of proving libraries must not keep the process alive once every test has ended.
process.exit(report.success ? 0 : 1);
