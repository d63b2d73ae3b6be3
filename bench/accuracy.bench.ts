import { splitCredit } from "../zkml/data/credit.ts";
import { readMnist } from "../zkml/data/mnist.ts";
import { readCreditFile } from "../zkml/train/credit-report.ts";
import { readModelFiles } from "../zkml/train/model-files.ts";
import { evaluateCreditFiles } from "../zkml/train/train-credit.ts";
import { evaluateDigits, readDigitFiles } from "../zkml/train/train-digits.ts";
import type { MnistModel } from "../zkml/train/train-mnist.ts";
import { evaluateMnist, MNIST_MODELS, mnistSplit } from "../zkml/train/train-mnist.ts";
import { evaluateTreeFiles } from "../zkml/train/train-trees.ts";
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
    const { onnx, integerModel } = readModelFiles("digits");
    const { disagreement } = await evaluateDigits(onnx, integerModel, readDigitFiles().test.samples);
    log("credit, trees: running both models on the test clients");
    const clients = splitCredit(readCreditFile().samples).test;
    const [credit, trees] = [readModelFiles("credit"), readModelFiles("trees")];
    const metrics: Record<string, number> = {
      "accuracyLoss.credit": (await evaluateCreditFiles(credit.onnx, credit.integerModel, clients)).disagreement,
      "accuracyLoss.digits": disagreement,
      "accuracyLoss.trees": (await evaluateTreeFiles(trees.onnx, trees.integerModel, clients)).disagreement,
    };
    const images = readMnist();
    for (const name of Object.keys(MNIST_MODELS) as MnistModel[]) {
      log(`${name}: running both models on the test images`);
      const evaluation = await evaluateMnist(name, readModelFiles(name), images, mnistSplit(images.count).test);
      metrics[`accuracyLoss.${name}`] = evaluation.disagreement;
    }
    return metrics;
  },
};

export default bench;
