import { splitCredit } from "../zkml/data/credit.ts";
import { readCreditFile } from "../zkml/train/credit-report.ts";
import { evaluateCreditFiles, readCreditArtefacts } from "../zkml/train/train-credit.ts";
import { evaluateDigits, readDigitFiles, readDigitsArtefacts } from "../zkml/train/train-digits.ts";
import { evaluateTreeFiles, readTreesArtefacts } from "../zkml/train/train-trees.ts";
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
    log("credit, trees: running both models on the test clients");
    const clients = splitCredit(readCreditFile().samples).test;
    const [credit, trees] = [readCreditArtefacts(), readTreesArtefacts()];
    return {
      "accuracyLoss.credit": (await evaluateCreditFiles(credit.onnx, credit.integerModel, clients)).disagreement,
      "accuracyLoss.digits": disagreement,
      "accuracyLoss.trees": (await evaluateTreeFiles(trees.onnx, trees.integerModel, clients)).disagreement,
    };
  },
};

export default bench;
