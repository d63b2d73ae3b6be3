import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { featureOf, parseDigits, readDigits } from "../../zkml/data/digits.ts";
import { DataFileError, ModelFileError } from "../../zkml/errors.ts";
import { analyse } from "../../zkml/model/analyse.ts";
import type { IntegerModel } from "../../zkml/model/integer-model.ts";
import { parseIntegerModel } from "../../zkml/model/integer-model.ts";
import { quantise } from "../../zkml/model/quantise.ts";
import { quantiseClassifier } from "../../zkml/model/quantise-classifier.ts";
import { readOnnx } from "../../zkml/onnx/read-onnx.ts";
import { writeOnnx } from "../../zkml/onnx/write-onnx.ts";
import { repositoryPath } from "../../zkml/paths.ts";
import { readModelFiles } from "../../zkml/train/model-files.ts";
import type { DigitsEvaluation } from "../../zkml/train/train-digits.ts";
import { DIGITS_ENCODING, readDigitFiles, trainDigits } from "../../zkml/train/train-digits.ts";

const HEADER = "Block 1,Block 2";
const cells = (value: number) => Array<number>(64).fill(value).join(",");

describe("images of digits", () => {
  it("are the committed files, in three bits a cell", () => {
    const { train, test } = readDigitFiles();
    assert.deepEqual([train.samples.length, test.samples.length], [3_823, 1_797]);
    assert.deepEqual([0, 1, 2, 14, 15, 16].map(featureOf), [0, 0, 1, 7, 7, 7]);
    const all = [...train.samples, ...test.samples];
    assert.ok(all.every(({ features, digit }) => features.every((value) => value <= 7) && digit <= 9));
  });

  const bad: [string, string][] = [
    ["no header", `${cells(1)},3`],
    ["no rows", HEADER],
    ["a missing cell", `${HEADER}\n${cells(1)}`],
    ["a cell above 16", `${HEADER}\n${cells(17)},3`],
    ["a cell that is no number", `${HEADER}\n${cells(1).replace("1", "x")},3`],
    ["a digit above 9", `${HEADER}\n${cells(1)},10`],
  ];
  for (const [what, text] of bad) {
    it(`reject ${what}`, () => assert.throws(() => parseDigits(text, "text"), DataFileError));
  }

  it("reject a file that is missing", () => {
    assert.throws(() => readDigits(repositoryPath("data", "digits", "missing.gz")), DataFileError);
  });
});

describe("digits model", () => {
  it("is what training from the committed images gives, byte for byte, report included", async () => {
    const committed = readModelFiles("digits");
    const trained = await trainDigits();
    assert.deepEqual(trained.onnx, committed.onnx);
    assert.equal(trained.integerModel, committed.integerModel);
    assert.equal(trained.report, committed.report);
  });

  it("reads more than 95 of 100 unknown hands' digits, and the integers lose at most one in a thousand", () => {
    const report = JSON.parse(readModelFiles("digits").report) as DigitsEvaluation;
    assert.ok(report.accuracy.float > 95 && report.accuracy.integer > 95);
    assert.ok(report.accuracy.float - report.accuracy.integer <= 0.1);
    assert.ok(report.disagreement <= 0.1);
  });

  it("is refused with shifted classes, too many of them, another head or one class", () => {
    const { integerModel } = readModelFiles("digits");
    const model = parseIntegerModel(integerModel, "digits.integer.json");
    const [hidden, scores] = model.layers;
    const withScores = (change: Partial<IntegerModel["layers"][number]>): IntegerModel => ({
      ...model,
      layers: [hidden!, { ...scores!, ...change }],
    });
    const first = <Value>(values: readonly Value[], count: number) => values.slice(0, count);
    assert.throws(() => analyse(withScores({ shifts: scores!.shifts.with(3, 1) })), ModelFileError);
    assert.throws(() => analyse({ ...model, layout: { ...model.layout, outputBits: 3 } }), ModelFileError);
    const one = { weights: first(scores!.weights, 1), bias: first(scores!.bias, 1), shifts: first(scores!.shifts, 1) };
    assert.throws(() => analyse(withScores(one)), ModelFileError);
    assert.throws(() => parseIntegerModel(integerModel.replace('"argmax"', '"max"'), "text"), /head/);
  });

  it("is quantised as a classifier only", () => {
    const float = readOnnx(readModelFiles("digits").onnx, "digits.onnx");
    assert.equal(float.ending, "linear");
    assert.deepEqual(readOnnx(writeOnnx(float, "digits"), "again"), float);
    const options = { name: "digits", onnxSha256: "0".repeat(64), ...DIGITS_ENCODING };
    const { inputName, outputName, layers } = float;
    const activated = { inputName, outputName, layers };
    assert.throws(() => quantiseClassifier(activated, options), ModelFileError);
    const encoding = { inputBits: 3, inputDecimals: 0, outputBits: 4, outputDecimals: 0 };
    assert.throws(() => quantise(float, { name: "digits", onnxSha256: "0".repeat(64), encoding }), ModelFileError);
  });
});
