import { splitCredit } from "../zkml/data/credit.ts";
import { readMnist } from "../zkml/data/mnist.ts";
import { readCreditFile } from "../zkml/train/credit-report.ts";
import { evaluateFee } from "../zkml/train/fee-report.ts";
import { readModelFiles } from "../zkml/train/model-files.ts";
import { evaluateCreditFiles } from "../zkml/train/train-credit.ts";
import { evaluateDigits, readDigitFiles } from "../zkml/train/train-digits.ts";
import { readFeeArtefacts, readFeeCandles } from "../zkml/train/train-fee.ts";
import type { MnistModel } from "../zkml/train/train-mnist.ts";
import { evaluateMnist, MNIST_MODELS, mnistSplit } from "../zkml/train/train-mnist.ts";
import { evaluateTreeFiles } from "../zkml/train/train-trees.ts";
import type { Bench } from "./harness/types.ts";

/** By how much the mean absolute error over the test hours of all markets grows from the float to the integer model, %. */
async function feeLoss(): Promise<number> {
  const { onnx, integerModel } = readFeeArtefacts();
  const { markets } = await evaluateFee(onnx, integerModel, readFeeCandles());
  const error = (kind: "float" | "integer"): number =>
    Object.values(markets).reduce((sum, market) => sum + market[kind].mae * market.samples.test, 0);
  return Number(((error("integer") / error("float") - 1) * 100).toFixed(3));
}

const bench: Bench = {
  prefix: "accuracyLoss",
  unit: "%",
  tolerancePercent: 0,
  document: "constraints",
  label: (id) =>
    id === "accuracyLoss.fee"
      ? "by how much the mean absolute error over the test hours grows from the float to the integer model of fee"
      : `test examples on which integer and float model of ${id.slice("accuracyLoss.".length)} give different classes`,
  async run({ log }) {
    log("fee: running both models on the test hours");
    const fee = await feeLoss();
    log("digits: running both models on the test images");
    const { onnx, integerModel } = readModelFiles("digits");
    const { disagreement } = await evaluateDigits(onnx, integerModel, readDigitFiles().test.samples);
    log("credit, trees: running both models on the test clients");
    const clients = splitCredit(readCreditFile().samples).test;
    const [credit, trees] = [readModelFiles("credit"), readModelFiles("trees")];
    const metrics: Record<string, number> = {
      "accuracyLoss.credit": (await evaluateCreditFiles(credit.onnx, credit.integerModel, clients)).disagreement,
      "accuracyLoss.digits": disagreement,
      "accuracyLoss.fee": fee,
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
