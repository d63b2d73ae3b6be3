// Runs one of Hardhat's test tasks on artifacts that are built already, and writes its counts as JSON into a file, so that
// nobody has to read numbers out of printed text. Usage: run-hardhat-tests.ts <solidity|nodejs> <report file> [test files]
import hre from "hardhat";
import { writeFileSync } from "node:fs";
import { readTaskResult } from "./counts.ts";

const [kind, reportPath, ...testFiles] = process.argv.slice(2);
if ((kind !== "solidity" && kind !== "nodejs") || reportPath === undefined) {
  throw new Error("Usage: run-hardhat-tests.ts <solidity|nodejs> <report file> [test files]");
}

// A summary index above zero makes the task return the reasons of failures instead of printing them.
const result: unknown = await hre.tasks
  .getTask(["test", kind])
  .run({ testFiles, noCompile: true, testSummaryIndex: 1 });
const report = readTaskResult(result);
writeFileSync(reportPath, JSON.stringify(report));

// Worker threads of proving libraries must not keep the process alive once every test has ended.
process.exit(report.success ? 0 : 1);
