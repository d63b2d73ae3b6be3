import { readMnist } from "../zkml/data/mnist.ts";
import { evaluateDigits, readDigitFiles, readDigitsArtefacts } from "../zkml/train/train-digits.ts";
import type { MnistModel } from "../zkml/train/train-mnist.ts";
import { evaluateMnist, MNIST_MODELS, mnistSplit, readMnistArtefacts } from "../zkml/train/train-mnist.ts";
import type { Bench } from "./harness/types.ts";

const bench: Bench = {
  prefix: "accuracyLoss",
  unit: "%",
  tolerancePercent: 0,
  document: "constraints",
  label: (id) =>
    `test examples on which integer and float model of ${id.slice("accuracyLoss.".length)} give different classes`,
  async run({ log }) {
    log("digits: running both models on the test images");
    const { onnx, integerModel } = readDigitsArtefacts();
    const { disagreement } = await evaluateDigits(onnx, integerModel, readDigitFiles().test.samples);
    const metrics: Record<string, number> = { "accuracyLoss.digits": disagreement };
    const set = readMnist();
    for (const name of Object.keys(MNIST_MODELS) as MnistModel[]) {
      log(`${name}: running both models on the test images`);
      const evaluation = await evaluateMnist(name, readMnistArtefacts(name), set, mnistSplit(set.count).test);
      metrics[`accuracyLoss.${name}`] = evaluation.disagreement;
    }
    return metrics;
  },
};

export default bench;
