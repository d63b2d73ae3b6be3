import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { creditFeatures, parseCredit, readCredit, splitCredit, CREDIT_COLUMNS } from "../../zkml/data/credit.ts";
import { DataFileError } from "../../zkml/errors.ts";
import { repositoryPath } from "../../zkml/paths.ts";
import { readCreditFile } from "../../zkml/train/credit-report.ts";
import { areaUnderCurve } from "../../zkml/train/metrics.ts";
import { readModelFiles } from "../../zkml/train/model-files.ts";
import { trainCredit } from "../../zkml/train/train-credit.ts";
import type { CreditEvaluation } from "../../zkml/train/credit-report.ts";
import { trainTrees } from "../../zkml/train/train-trees.ts";
import { logistic } from "../../zkml/train/boost.ts";

const HEADER = ["ID", ...CREDIT_COLUMNS.map(({ name }) => name), "default.payment.next.month"].join(",");
const row = (columns: readonly (number | string)[], outcome: number | string) => [1, ...columns, outcome].join(",");
const TYPICAL = [20_000, 2, 2, 1, 24, 2, 2, -1, -1, -2, -2, 3_913, 3_102, 689, 0, 0, 0, 0, 689, 0, 0, 0, 0];

describe("credit-card clients", () => {
  it("are the committed file without the two whose age is missing, in a byte a column", () => {
    const { samples } = readCreditFile();
    assert.equal(samples.length, 29_998);
    assert.equal(samples.filter(({ defaulted }) => defaulted).length, 6_636);
    assert.ok(samples.every(({ features }) => features.every((value) => value >= 0 && value <= 255)));
    assert.deepEqual(
      creditFeatures(TYPICAL),
      [5, 128, 64, 64, 48, 64, 64, 16, 16, 0, 0, 1, 1, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0],
    );
  });

  it("are cut into parts that share nobody and lose nobody", () => {
    const { samples } = readCreditFile();
    const { train, validation, test } = splitCredit(samples);
    assert.deepEqual([train.length, validation.length, test.length], [17_998, 6_000, 6_000]);
    assert.equal(new Set([...train, ...validation, ...test]).size, samples.length);
  });

  it("accept 1.00E+05 for a whole number, and leave out a missing age", () => {
    const text = [HEADER, row(TYPICAL.with(0, 100_000), 1), row(["1.00E+05", ...TYPICAL.slice(1)], 1)].join("\n");
    const [plain, short] = parseCredit(text, "text");
    assert.deepEqual(plain, short);
    assert.deepEqual(
      parseCredit(
        `${HEADER}\n${row(TYPICAL.toSpliced(4, 1).toSpliced(4, 0, Number.NaN), 0).replace("NaN", "nan")}`,
        "text",
      ),
      [],
    );
  });

  const bad: [string, string][] = [
    ["no header", row(TYPICAL, 1)],
    ["no rows", HEADER],
    ["a missing column", `${HEADER}\n${row(TYPICAL.slice(1), 1)}`],
    ["a fraction", `${HEADER}\n${row(TYPICAL.with(5, 1.5), 1)}`],
    ["an outcome of 2", `${HEADER}\n${row(TYPICAL, 2)}`],
    ["no outcome", `${HEADER}\n${row(TYPICAL, "")}`],
  ];
  for (const [what, text] of bad) {
    it(`reject ${what}`, () => assert.throws(() => parseCredit(text, "text"), DataFileError));
  }

  it("reject a file that is missing", () => {
    assert.throws(() => readCredit(repositoryPath("data", "credit", "missing.gz")), DataFileError);
  });
});

describe("measures", () => {
  it("give the area under the curve, ties counting half", () => {
    assert.equal(areaUnderCurve([1, 2, 3, 4], [false, false, true, true]), 1);
    assert.equal(areaUnderCurve([4, 3, 2, 1], [false, false, true, true]), 0);
    assert.equal(areaUnderCurve([1, 1, 1, 1], [false, true, false, true]), 0.5);
    assert.equal(areaUnderCurve([1, 2, 2, 3], [false, false, true, true]), 0.875);
  });

  it("give the logistic function to twelve digits", () => {
    for (let margin = -20; margin <= 20; margin += 0.37) {
      assert.ok(Math.abs(logistic(margin) - 1 / (1 + Math.exp(-margin))) < 1e-12);
    }
  });
});

const MODELS = [
  { name: "trees", train: trainTrees, auc: 0.775, disagreement: 0.05 },
  { name: "credit", train: trainCredit, auc: 0.77, disagreement: 0.5 },
];

for (const { name, train, auc, disagreement } of MODELS) {
  describe(`${name} model`, () => {
    it("is what training from the committed clients gives, byte for byte, report included", async () => {
      const committed = readModelFiles(name);
      const trained = await train();
      assert.deepEqual(trained.onnx, committed.onnx);
      assert.equal(trained.integerModel, committed.integerModel);
      assert.equal(trained.report, committed.report);
    });

    it("orders unseen clients well, and the integers lose at most a tenth of a percent", () => {
      const report = JSON.parse(readModelFiles(name).report) as CreditEvaluation & { readonly alwaysPays: number };
      assert.ok(report.auc.float > auc && report.auc.integer > auc);
      assert.ok(report.accuracy.integer > report.alwaysPays + 3);
      assert.ok(report.accuracy.float - report.accuracy.integer <= 0.1);
      assert.ok(report.disagreement <= disagreement);
    });
  });
}
