import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readTestDepth } from "../../scripts/lib/test-depth.ts";
import { judgeReport, readTaskResult, type RunnerReport } from "../../scripts/testing/counts.ts";
import { SECTIONS } from "../../scripts/testing/sections.ts";
import { selectSections } from "../../scripts/testing/select.ts";

const REPORT: RunnerReport = { success: true, passed: 3, failed: 0, skipped: 0, todo: 0, failureOutput: "" };

describe("counts of the test command", () => {
  it("reads the counts of a task that succeeded and of one that failed", () => {
    const summary = { passed: 2, failed: 1, skipped: 0, todo: 0, failureOutput: "why" };
    assert.deepEqual(readTaskResult({ success: true, value: { summary } }), {
      ...summary,
      success: true,
    });
    assert.deepEqual(readTaskResult({ success: false, error: { summary } }), {
      ...summary,
      success: false,
    });
  });

  it("refuses a result of another shape instead of counting nothing", () => {
    assert.throws(() => readTaskResult(undefined), /no result/);
    assert.throws(() => readTaskResult({ success: true, value: {} }), /no summary/);
    assert.throws(() => readTaskResult({ success: true, value: { summary: { failed: 0 } } }), /no summary/);
    assert.throws(
      () => readTaskResult({ success: true, value: { summary: { passed: -1, failed: 0 } } }),
      /"passed" is not a whole number/,
    );
  });

  it("passes a clean report on", () => {
    assert.deepEqual(judgeReport(REPORT, 0), { passed: 3, failed: 0, complaints: [] });
  });

  it("counts what did not run as failed", () => {
    const { passed, failed, complaints } = judgeReport({ ...REPORT, skipped: 2, todo: 1 }, 0);
    assert.deepEqual({ passed, failed }, { passed: 3, failed: 3 });
    assert.match(complaints.join(), /3 tests are marked as skipped or todo/);
  });

  it("fails when the runner found no tests", () => {
    const { failed, complaints } = judgeReport({ ...REPORT, passed: 0 }, 0);
    assert.equal(failed, 1);
    assert.deepEqual(complaints, ["The runner found no tests."]);
  });

  it("fails when the runner broke down although no test failed", () => {
    assert.equal(judgeReport({ ...REPORT, success: false }, 1).failed, 1);
    assert.equal(judgeReport(REPORT, 134).failed, 1);
    assert.equal(judgeReport({ ...REPORT, success: false, failed: 2 }, 1).failed, 2);
  });
});

describe("choice of sections", () => {
  const names = (only: string | undefined): readonly string[] =>
    selectSections(SECTIONS, only).map((section) => section.name);

  it("runs all without --only", () => {
    assert.deepEqual(
      names(undefined),
      SECTIONS.map((section) => section.name),
    );
  });

  it("adds what the chosen ones need, in the order of starting", () => {
    assert.deepEqual(names("solidity,format"), ["build", "build-tests", "solidity", "format"]);
  });

  it("takes a folder for everything in it", () => {
    const folders = names("test").filter((name) => name.startsWith("test/"));
    assert.deepEqual(
      folders,
      SECTIONS.map((section) => section.name).filter((name) => name.startsWith("test/")),
    );
    assert.ok(folders.includes("test/tooling"));
    assert.deepEqual(names("test/tooling"), ["build", "circuits", "test/tooling"]);
  });

  it("lists the names when one is unknown", () => {
    assert.throws(() => names("solidty"), /no section "solidty"\. There are: build, build-tests, solidity, circuits/);
  });
});

describe("OPG_TEST_DEPTH", () => {
  it("is normal unless set", () => {
    assert.deepEqual(readTestDepth({}), readTestDepth({ OPG_TEST_DEPTH: "normal" }));
  });

  it("searches further when deep", () => {
    assert.ok(readTestDepth({ OPG_TEST_DEPTH: "deep" }).fuzzRuns > readTestDepth({}).fuzzRuns);
  });

  it("refuses other values", () => {
    assert.throws(() => readTestDepth({ OPG_TEST_DEPTH: "toString" }), /set it to normal or deep/);
  });
});
