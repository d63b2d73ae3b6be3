import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { circuitEntry, circuitModel, isSmall } from "../../zkml/circuit/catalogue.ts";
import { hashChain, poseidon } from "../../zkml/circuit/poseidon.ts";
import { FIELD_MODULUS } from "../../zkml/circuit/curve.ts";
import { witnessInputs } from "../../zkml/circuit/prove.ts";
import { inputWords, isWide, packWords, valuesPerWord } from "../../zkml/codec/packed-words.ts";
import { mnistFeatures, parseMnist, readMnist } from "../../zkml/data/mnist.ts";
import { DataFileError, ModelFileError, SignalError } from "../../zkml/errors.ts";
import { analyse } from "../../zkml/model/analyse.ts";
import { parseIntegerModel } from "../../zkml/model/integer-model.ts";
import { repositoryPath } from "../../zkml/paths.ts";
import { seededRandom } from "../../zkml/random.ts";
import type { LabelledExamples, TrainingCheckpoint } from "../../zkml/train/classifier.ts";
import { trainClassifier } from "../../zkml/train/classifier.ts";
import { sha256 } from "../../zkml/train/fee-report.ts";
import { readModelFiles } from "../../zkml/train/model-files.ts";
import type { MnistEvaluation, MnistModel } from "../../zkml/train/train-mnist.ts";
import { evaluateMnist, MNIST_MODELS, mnistSplit } from "../../zkml/train/train-mnist.ts";

const NAMES = Object.keys(MNIST_MODELS) as MnistModel[];

/** The shares of a report that are reached on part of its images vary; these are the limits of the whole. */
const LEAST_ACCURACY = 94;
const GREATEST_LOSS = 0.1;

describe("MNIST images", () => {
  it("are the committed files, split without overlap", () => {
    const set = readMnist();
    assert.equal(set.count, 10_000);
    assert.equal(set.sha256.images, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7");
    const { train, validation, test } = mnistSplit(set.count);
    assert.deepEqual([train.length, validation.length, test.length], [7_000, 1_000, 2_000]);
    assert.equal(new Set([...train, ...validation, ...test]).size, set.count);
    const features = mnistFeatures(set, 0, 4);
    assert.deepEqual(
      features,
      mnistFeatures(set, 0, 8).map((pixel) => pixel >> 4),
    );
  });

  const images = new Uint8Array(16 + 784);
  images.set([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28]);
  const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7);
  it("are parsed from a pair of files", () => assert.deepEqual(parseMnist(images, labels).labels, Uint8Array.of(7)));
  const bad: [string, Uint8Array, Uint8Array][] = [
    ["no header", images.subarray(0, 10), labels],
    ["another kind of file", images.with(3, 1), labels],
    ["another size of images", images.with(11, 27), labels],
    ["fewer images than the header says", images.with(7, 2), labels],
    ["labels without header", images, labels.subarray(0, 4)],
    ["labels of another number", images, labels.with(7, 2)],
    ["a label of 10", images, labels.with(8, 10)],
  ];
  for (const [what, first, second] of bad) {
    it(`reject ${what}`, () => assert.throws(() => parseMnist(first, second), DataFileError));
  }
  it("reject a folder without them", () => assert.throws(() => readMnist(repositoryPath("data")), DataFileError));
});

for (const name of NAMES) {
  describe(`${name} model`, () => {
    const files = readModelFiles(name);
    const report = JSON.parse(files.report) as MnistEvaluation & { dataSha256: { images: string } };

    it("is what its report is about, and stays within its bounds", () => {
      assert.equal(report.onnxSha256, sha256(files.onnx));
      assert.equal(report.integerModelSha256, sha256(files.integerModel));
      assert.equal(report.dataSha256.images, readMnist().sha256.images);
      const model = parseIntegerModel(files.integerModel, name);
      assert.equal(model.onnxSha256, report.onnxSha256);
      const [hidden] = analyse(model);
      assert.ok((hidden ?? []).every(({ width }) => width + 1 <= 24));
    });

    it("loses at most one image in a thousand to integers", () => {
      assert.ok(report.accuracy.float > LEAST_ACCURACY && report.accuracy.integer > LEAST_ACCURACY);
      assert.ok(report.disagreement <= GREATEST_LOSS);
    });

    it("reads test images as its report says", async () => {
      const set = readMnist();
      const evaluation = await evaluateMnist(name, files, set, mnistSplit(set.count).test.slice(0, 40));
      assert.ok(evaluation.accuracy.integer > 85 && evaluation.disagreement <= 2.5);
    });

    it("is a circuit whose keys the tests leave alone, with its image as private words", () => {
      const entry = circuitEntry(name);
      assert.ok(!isSmall(entry));
      const model = circuitModel(entry);
      assert.ok(isWide(model.layout));
      const pixels = Array.from({ length: 784 }, (_, index) => BigInt(index % 16));
      const { words, salt, packedInputs } = witnessInputs(model, pixels, 1n, 5n);
      assert.deepEqual(words, packWords(pixels, model.layout.inputBits));
      assert.equal(salt, 5n);
      assert.equal(packedInputs, undefined);
    });
  });
}

describe("inputs of several words", () => {
  it("fill every word before the next and refuse values out of range", () => {
    assert.deepEqual([valuesPerWord(8), valuesPerWord(4), valuesPerWord(248)], [31, 62, 1]);
    assert.equal(inputWords({ inputCount: 784, inputBits: 8 }), 26);
    assert.deepEqual(packWords([1n, 2n, 3n], 100), [1n + (2n << 100n), 3n]);
    assert.throws(() => packWords([1n, 1n << 100n], 100), SignalError);
    assert.throws(() => packWords([-1n], 100), SignalError);
  });

  it("are at most as many as circuit and executor take", () => {
    const { integerModel } = readModelFiles("mnist8");
    for (const bits of [0, 10, 32]) {
      const text = integerModel.replace('"inputBits": 8', `"inputBits": ${bits}`);
      assert.throws(() => parseIntegerModel(text, "text"), ModelFileError, `${bits} bits`);
    }
  });
});

describe("Poseidon", () => {
  it("gives the published values of circomlib", () => {
    assert.equal(poseidon([1n]), 18586133768512220936620570745912940619677854269274689475585506675881198879027n);
    assert.equal(poseidon([1n, 2n]), 7853200120776062878684798364095072458815029376092732009249414926327459813530n);
  });

  it("chains what one permutation does not take, and refuses what is no field element", () => {
    const elements = Array.from({ length: 17 }, (_, index) => BigInt(index));
    assert.equal(hashChain(elements), poseidon([poseidon(elements.slice(0, 16)), 16n]));
    assert.equal(hashChain(elements.slice(0, 16)), poseidon(elements.slice(0, 16)));
    assert.throws(() => poseidon([]), SignalError);
    assert.throws(() => poseidon(elements), SignalError);
    assert.throws(() => poseidon([FIELD_MODULUS]), SignalError);
    assert.throws(() => poseidon([-1n]), SignalError);
  });
});

describe("training of coarse weights", () => {
  const random = seededRandom(9);
  const labels = Uint8Array.from({ length: 60 }, () => Math.floor(random() * 3));
  const inputs = Float64Array.from(
    { length: 60 * 4 },
    (_, at) => random() + (labels[Math.floor(at / 4)] === at % 4 ? 1 : 0),
  );
  const examples: LabelledExamples = { inputs, labels };
  const options = { seed: 3, hidden: 5, classes: 3, epochs: 6, batch: 8, learningRate: 0.02, decay: 0, grid: 7 };

  it("gives weights of 15 equal steps", () => {
    const { hiddenWeights } = trainClassifier(examples, examples, 4, options);
    for (let row = 0; row < 5; row += 1) {
      const weights = Array.from(hiddenWeights.subarray(4 * row, 4 * row + 4));
      const unit = Math.max(...weights.map(Math.abs)) / 7;
      assert.ok(weights.every((weight) => Math.abs(weight / unit - Math.round(weight / unit)) < 1e-9));
    }
  });

  it("goes on from a checkpoint to the same weights, and ignores one of another network", () => {
    const whole = trainClassifier(examples, examples, 4, options);
    let saved: Float64Array | undefined;
    const epochs: number[] = [];
    const checkpoint: TrainingCheckpoint = { load: () => saved, save: (state) => (saved = state) };
    assert.throws(() =>
      trainClassifier(examples, examples, 4, {
        ...options,
        checkpoint,
        onEpoch: (epoch) => {
          if (epoch === 3) throw new Error("interrupted");
        },
      }),
    );
    const onEpoch = (epoch: number) => epochs.push(epoch);
    assert.deepEqual(trainClassifier(examples, examples, 4, { ...options, checkpoint, onEpoch }), whole);
    assert.deepEqual(epochs, [4, 5, 6]);
    saved = new Float64Array(3);
    assert.deepEqual(trainClassifier(examples, examples, 4, { ...options, checkpoint }), whole);
  });
});
