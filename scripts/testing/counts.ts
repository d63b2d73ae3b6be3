/** What a test runner counted. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly todo: number;
}

/** What the runner process hands back to the test command. */
export interface RunnerReport extends Counts {
  /** Whether the runner itself is content; false when it broke down without a failing test. */
  readonly success: boolean;
  /** The failing tests with their reasons, ready to print. */
  readonly failureOutput: string;
}

/** The outcome of one section of the test command. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** Sentences about what went wrong beside failing tests. */
  readonly complaints: readonly string[];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function readCount(record: Record<string, unknown>, name: string): number {
  const value = record[name] ?? 0;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) {
    throw new Error(`The test runner's count "${name}" is not a whole number.`);
  }
  return value;
}

/**
 * Reads what Hardhat's test tasks return: `{success, value: {summary}}` or `{success, error: {summary}}`.
 *
 * @throws Error when the shape is another one, so that a new Hardhat cannot silently count nothing
 */
export function readTaskResult(result: unknown): RunnerReport {
  if (!isRecord(result) || typeof result.success !== "boolean") {
    throw new Error("The test task returned no result that says whether it succeeded.");
  }
  const content = result.success ? result.value : result.error;
  const summary = isRecord(content) ? content.summary : undefined;
  if (!isRecord(summary) || summary.passed === undefined || summary.failed === undefined) {
    throw new Error("The test task returned no summary with counts.");
  }
  return {
    success: result.success,
    passed: readCount(summary, "passed"),
    failed: readCount(summary, "failed"),
    skipped: readCount(summary, "skipped"),
    todo: readCount(summary, "todo"),
    failureOutput: typeof summary.failureOutput === "string" ? summary.failureOutput : "",
  };
}

/**
 * Judges a runner's report. Tests that did not run count as failed: nothing in this repository may be skipped, and a
 * section without tests means that the runner did not find them.
 *
 * @param exitCode the exit code of the runner process
 */
export function judgeReport(report: RunnerReport, exitCode: number): Outcome {
  const complaints: string[] = [];
  const notRun = report.skipped + report.todo;
  if (notRun > 0) complaints.push(`${notRun} tests are marked as skipped or todo; every test must run.`);
  let failed = report.failed + notRun;
  if (report.passed + failed === 0) complaints.push("The runner found no tests.");
  if (failed === 0 && (!report.success || exitCode !== 0)) {
    complaints.push(`The runner broke down (exit code ${exitCode}) although no test failed.`);
  }
  if (failed === 0 && complaints.length > 0) failed = 1;
  return { passed: report.passed, failed, complaints };
}
