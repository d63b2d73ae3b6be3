import { evaluateDigits, readDigitFiles, readDigitsArtefacts } from "../zkml/train/train-digits.ts";
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
    return { "accuracyLoss.digits": disagreement };
  },
};

export default bench;
