import type { CreditSample } from "../data/credit.ts";
import {
  CREDIT_BITS,
  CREDIT_COLUMNS,
  CREDIT_SPLIT_SEED,
  CREDIT_TRAIN_PERCENT,
  CREDIT_VALIDATION_PERCENT,
  splitCredit,
} from "../data/credit.ts";
import type { FloatNode, TreeEnsemble } from "../trees/ensemble.ts";
import { evaluateTrees } from "../trees/evaluate-trees.ts";
import { treeCircuitParts } from "../trees/generate-tree-circuit.ts";
import { importTrees } from "../trees/import-trees.ts";
import { quantiseTrees } from "../trees/quantise-trees.ts";
import { loadFloatTrees } from "../trees/run-tree-onnx.ts";
import { formatTreeModel, parseTreeModel } from "../trees/tree-model.ts";
import { writeTreeOnnx } from "../trees/write-tree-onnx.ts";
import type { BoostedNode, BoostExamples } from "./boost.ts";
import { boost } from "./boost.ts";
import type { CreditEvaluation } from "./credit-report.ts";
import { baseAccuracy, compareScores, readCreditFile } from "./credit-report.ts";
import { sha256 } from "./fee-report.ts";
import type { ModelFiles } from "./model-files.ts";

/** Everything that decides the trees besides the data. */
export const TREES_TRAINING = {
  featureCount: CREDIT_COLUMNS.length,
  bins: 2 ** CREDIT_BITS,
  trees: 50,
  depth: 3,
  learningRate: 0.2,
  ridge: 1,
  leastCurvature: 20,
  priceOfNewQuestion: 5,
} as const;

/** Widths of the integer model: leaves are log-odds with four decimals. */
export const TREES_ENCODING = { inputBits: CREDIT_BITS, inputDecimals: 0, outputDecimals: 4 } as const;

/** Margins from here on mean that not paying is the likelier outcome. */
const CUT = 0;

/** Figures of the trees over the test clients. */
export interface TreesReport extends CreditEvaluation {
  readonly trees: number;
  readonly questions: number;
}

/**
 * Makes the trees model: boosts, exports to ONNX, imports, quantises and measures. Deterministic.
 *
 * @throws {DataFileError} when the clients are damaged.
 */
export async function trainTrees(
  onProgress: (message: string) => void = () => undefined,
): Promise<ModelFiles & { readonly evaluation: TreesReport }> {
  const file = readCreditFile();
  const { train, validation, test } = splitCredit(file.samples);
  onProgress(`boosting on ${train.length} clients, up to ${TREES_TRAINING.trees} trees`);
  const boosted = boost(examplesOf(train), examplesOf(validation), {
    ...TREES_TRAINING,
    onTree: (tree, loss) => {
      if (tree % 10 === 0) onProgress(`tree ${tree}: validation loss ${loss.toFixed(6)}`);
    },
  });
  const ensemble: TreeEnsemble = {
    featureCount: CREDIT_COLUMNS.length,
    base: [boosted.base],
    trees: boosted.trees.map((root) => ({ output: 0, root: floatNode(root) })),
  };
  const onnx = writeTreeOnnx(ensemble, "trees", "client", "margin");
  const model = quantiseTrees(importTrees(onnx, "trees.onnx"), {
    name: "trees",
    sourceSha256: sha256(onnx),
    inputName: "client",
    outputName: "margin",
    ...TREES_ENCODING,
  });
  const integerModel = formatTreeModel(model);
  onProgress("measuring on the test clients");
  const evaluation: TreesReport = {
    trees: model.trees.length,
    questions: treeCircuitParts(model).questions.length,
    ...(await evaluateTreeFiles(onnx, integerModel, test)),
  };
  const report = `${JSON.stringify(
    {
      command: "node scripts/train-trees.ts",
      training: TREES_TRAINING,
      encoding: TREES_ENCODING,
      split: {
        order: "shuffled",
        seed: CREDIT_SPLIT_SEED,
        trainPercent: CREDIT_TRAIN_PERCENT,
        validationPercent: CREDIT_VALIDATION_PERCENT,
      },
      dataSha256: file.sha256,
      samples: { train: train.length, validation: validation.length, test: test.length },
      onnxSha256: sha256(onnx),
      integerModelSha256: sha256(integerModel),
      alwaysPays: baseAccuracy(test),
      ...evaluation,
    },
    null,
    2,
  )}\n`;
  return { onnx, integerModel, report, evaluation };
}

/** Figures over `samples`: the float trees in ONNX Runtime, the integer trees in the golden reference. */
export async function evaluateTreeFiles(
  onnx: Uint8Array,
  integerModel: string,
  samples: readonly CreditSample[],
): Promise<CreditEvaluation> {
  const model = parseTreeModel(integerModel, "trees.integer.json");
  const float = await loadFloatTrees(onnx, "trees.onnx");
  const floats: number[] = [];
  for (const { features } of samples) floats.push((await float.run(features))[0] ?? Number.NaN);
  await float.release();
  const unit = 10 ** model.layout.outputDecimals;
  const integers = samples.map(({ features }) => {
    const [output = 0n] = evaluateTrees(model, features.map(BigInt));
    return Number(output - model.layout.outputOffset) / unit;
  });
  return compareScores(samples, floats, integers, CUT);
}

function examplesOf(samples: readonly CreditSample[]): BoostExamples {
  return {
    features: Uint8Array.from(samples.flatMap(({ features }) => features)),
    outcomes: Uint8Array.from(samples, ({ defaulted }) => (defaulted ? 1 : 0)),
  };
}

function floatNode(node: BoostedNode): FloatNode {
  if (typeof node === "number") return node;
  const { feature, threshold, below, above } = node;
  return { feature, threshold, rule: "below", single: true, yes: floatNode(below), no: floatNode(above) };
}
