import assert from "node:assert/strict";
import { describe, it } from "node:test";

import onnxProto from "onnx-proto";

import { ModelFileError } from "../../zkml/errors.ts";
import { seededRandom } from "../../zkml/random.ts";
import { evaluateEnsemble } from "../../zkml/trees/ensemble.ts";
import type { TreeEnsemble } from "../../zkml/trees/ensemble.ts";
import { evaluateTrees } from "../../zkml/trees/evaluate-trees.ts";
import { importTrees } from "../../zkml/trees/import-trees.ts";
import { quantiseTrees } from "../../zkml/trees/quantise-trees.ts";
import { loadFloatTrees } from "../../zkml/trees/run-tree-onnx.ts";
import { formatTreeModel, parseTreeModel } from "../../zkml/trees/tree-model.ts";
import { writeTreeOnnx } from "../../zkml/trees/write-tree-onnx.ts";

const { onnx } = onnxProto;

const OPTIONS = {
  name: "small",
  sourceSha256: "0".repeat(64),
  inputName: "in",
  outputName: "out",
  inputBits: 6,
  inputDecimals: 1,
  outputDecimals: 3,
} as const;

const bytesOf = (file: unknown) => new TextEncoder().encode(JSON.stringify(file));
const load = (file: unknown) => importTrees(bytesOf(file), "file");

/** XGBoost: f0 < 0.3 ? 1 : (f1 < 2.5 ? −0.25 : 4), and the constant 0.125. */
function xgboost(
  change: { booster?: string; objective?: string; base?: string; classes?: string; types?: number[] } = {},
) {
  const tree = {
    left_children: [1, -1, 3, -1, -1],
    right_children: [2, -1, 4, -1, -1],
    split_indices: [0, 0, 1, 0, 0],
    split_conditions: [Math.fround(0.3), 1, 2.5, -0.25, 4],
    split_type: change.types ?? [0, 0, 0, 0, 0],
    default_left: [0, 0, 0, 0, 0],
  };
  const stump = { left_children: [-1], right_children: [-1], split_indices: [0], split_conditions: [0.125] };
  return {
    version: [2, 0, 3],
    learner: {
      learner_model_param: { base_score: change.base ?? "5E-1", num_class: change.classes ?? "0", num_feature: "2" },
      objective: { name: change.objective ?? "binary:logistic" },
      gradient_booster: {
        name: change.booster ?? "gbtree",
        model: { trees: [tree, stump], tree_info: change.classes === undefined ? [0, 0] : [1, 2] },
      },
    },
  };
}

/** LightGBM: the same questions with "at most". */
function lightgbm(change: { decision?: string; missing?: string; average?: boolean; leaf?: object } = {}) {
  const inner = (feature: number, threshold: number | string, left: object, right: object) => ({
    split_index: 0,
    split_feature: feature,
    threshold,
    decision_type: change.decision ?? "<=",
    default_left: true,
    missing_type: change.missing ?? "None",
    left_child: left,
    right_child: right,
  });
  const leaf = (leaf_value: number) => ({ leaf_index: 0, leaf_value, ...change.leaf });
  const root = inner(0, 0.25, leaf(1), inner(1, 2.45, leaf(-0.25), leaf(4)));
  return {
    name: "tree",
    version: "v4",
    num_class: 1,
    num_tree_per_iteration: 1,
    max_feature_idx: 1,
    average_output: change.average ?? false,
    tree_info: [{ tree_structure: root }, { tree_structure: leaf(0.125) }],
  };
}

/** scikit-learn: its arrays under their names, boosting with the learning rate 0.5. */
const SKLEARN = {
  format: "sklearn-trees",
  n_features: 2,
  base: [0],
  scale: 0.5,
  trees: [
    {
      output: 0,
      children_left: [1, -1, 3, -1, -1],
      children_right: [2, -1, 4, -1, -1],
      feature: [0, -2, 1, -2, -2],
      threshold: [0.25, -2, 2.45, -2, -2],
      value: [0, 2, 0, -0.5, 8],
    },
    { output: 0, children_left: [-1], children_right: [-1], feature: [-2], threshold: [-2], value: [0.25] },
  ],
};

/** What all of them say for integers of one decimal. */
function expected(first: number, second: number): bigint {
  const leaf = first < 3 ? 1_000n : second < 25 ? -250n : 4_000n;
  return leaf + 125n;
}

function checkAll(ensemble: TreeEnsemble): void {
  const model = quantiseTrees(ensemble, OPTIONS);
  assert.deepEqual(parseTreeModel(formatTreeModel(model), "again"), model);
  for (let first = 0; first < 64; first += 1) {
    for (let second = 0; second < 64; second += 1) {
      const [output = 0n] = evaluateTrees(model, [BigInt(first), BigInt(second)]);
      assert.equal(output - model.layout.outputOffset, expected(first, second), `${first} ${second}`);
    }
  }
}

describe("trees of other programs", () => {
  it("are read from XGBoost's model, its dump, LightGBM, scikit-learn and ONNX alike", () => {
    checkAll(load(xgboost()));
    const leaf = (nodeid: number, value: number) => ({ nodeid, leaf: value });
    checkAll(
      load([
        {
          nodeid: 0,
          depth: 0,
          split: "f0",
          split_condition: Math.fround(0.3),
          yes: 1,
          no: 2,
          missing: 1,
          children: [
            { nodeid: 2, split: "f1", split_condition: 2.5, yes: 3, no: 4, children: [leaf(3, -0.25), leaf(4, 4)] },
            leaf(1, 1),
          ],
        },
        leaf(0, 0.125),
      ]),
    );
    checkAll(load(lightgbm()));
    checkAll(load(SKLEARN));
    checkAll(importTrees(writeTreeOnnx(load(xgboost()), "small", "in", "out"), "file.onnx"));
  });

  it("take a value that equals a float32 threshold as the training program does", () => {
    // 0.3 is below float32(0.3) in float64, but not in float32.
    assert.ok(0.3 < Math.fround(0.3));
    const model = quantiseTrees(load(xgboost()), OPTIONS);
    const [first] = model.trees;
    assert.ok(first !== undefined && typeof first.root !== "number");
    assert.equal(first.root.threshold, 3);
  });

  it("start from XGBoost's base score through the objective's link, per class if there are several", () => {
    const baseOf = (change: Parameters<typeof xgboost>[0]) => load(xgboost(change)).base;
    assert.deepEqual(baseOf({ base: "[5E-1]" }), [0]);
    assert.deepEqual(baseOf({ objective: "reg:squarederror", base: "1.5" }), [1.5]);
    assert.deepEqual(baseOf({ objective: "count:poisson", base: "1E0" }), [0]);
    assert.deepEqual(baseOf({ objective: "multi:softprob", classes: "3", base: "[1,2,3]" }), [1, 2, 3]);
    const classes = quantiseTrees(load(xgboost({ objective: "multi:softprob", classes: "3", base: "5E-1" })), {
      ...OPTIONS,
      head: "argmax",
    });
    assert.deepEqual(classes.base, [500, 500, 625]);
    assert.deepEqual(evaluateTrees(classes, [3n, 0n]), [2n]);
    assert.deepEqual(evaluateTrees(classes, [0n, 0n]), [1n]);
  });

  it("are averaged when they are a forest", () => {
    const [value] = evaluateEnsemble(load(lightgbm({ average: true })), [0, 0]);
    assert.equal(value, (1 + 0.125) / 2);
  });

  it("agree with ONNX Runtime on random ensembles with every comparison", async () => {
    const random = seededRandom(12);
    const node = (depth: number): TreeEnsemble["trees"][number]["root"] =>
      depth === 0 || random() < 0.2
        ? Math.fround(random() * 4 - 2)
        : {
            feature: Math.floor(random() * 3),
            threshold: Math.fround(Math.floor(random() * 65 - 1) / 10),
            rule: random() < 0.5 ? "below" : "atMost",
            single: true,
            yes: node(depth - 1),
            no: node(depth - 1),
          };
    const ensemble: TreeEnsemble = {
      featureCount: 3,
      base: [0.5, -0.25],
      trees: Array.from({ length: 9 }, (_, tree) => ({ output: tree % 2, root: node(4) })),
    };
    const model = quantiseTrees(ensemble, { ...OPTIONS, outputDecimals: 6 });
    const float = await loadFloatTrees(writeTreeOnnx(ensemble, "random", "in", "out"), "random.onnx");
    for (let row = 0; row < 200; row += 1) {
      const units = Array.from({ length: 3 }, () => Math.floor(random() * 64));
      const theirs = await float.run(units.map((value) => value / 10));
      const ours = evaluateTrees(model, units.map(BigInt)).map((sum) => Number(sum - model.layout.outputOffset) / 1e6);
      // Five leaves at most half a unit off each, and float32 sums.
      ours.forEach((value, output) => assert.ok(Math.abs(value - (theirs[output] ?? Number.NaN)) < 1e-5));
    }
    await float.release();
  });

  it("lose questions that only one admissible answer has, and constant trees", () => {
    const stump = (threshold: number) =>
      ({ feature: 0, threshold, rule: "below", single: false, yes: 1, no: 2 }) as const;
    const nested = { ...stump(3), yes: { ...stump(5), yes: 4, no: 8 } };
    const trees = [stump(-1), stump(6.4), { ...stump(3), no: 1 }, nested].map((root) => ({ output: 0, root }));
    const model = quantiseTrees({ featureCount: 1, base: [0.5], trees }, OPTIONS);
    assert.deepEqual(model.base, [500 + 2_000 + 1_000 + 1_000]);
    assert.deepEqual(model.trees, [{ output: 0, root: { feature: 0, threshold: 30, low: 4_000, high: 2_000 } }]);
  });
});

describe("trees that are refused", () => {
  const bad: [string, () => unknown, RegExp][] = [
    ["no JSON", () => importTrees(new TextEncoder().encode("{"), "file"), /damaged JSON/],
    ["an unknown program", () => load({ trees: [] }), /known here/],
    ["an incomplete file", () => load({ learner: {} }), /learner/],
    ["another booster", () => load(xgboost({ booster: "dart" })), /"dart"/],
    ["an unknown objective", () => load(xgboost({ objective: "survival:cox" })), /survival:cox/],
    ["an impossible base score", () => load(xgboost({ base: "1" })), /base score/],
    ["a class that is not there", () => load(xgboost({ classes: "2", objective: "multi:softmax" })), /class 2/],
    ["XGBoost's categories", () => load(xgboost({ types: [1, 0, 0, 0, 0] })), /category/],
    [
      "names of features",
      () =>
        load([
          {
            nodeid: 0,
            split: "age",
            split_condition: 1,
            yes: 1,
            no: 2,
            children: [
              { nodeid: 1, leaf: 1 },
              { nodeid: 2, leaf: 1 },
            ],
          },
        ]),
      /age/,
    ],
    [
      "a child that is not there",
      () =>
        load([
          {
            nodeid: 0,
            split: "f0",
            split_condition: 1,
            yes: 1,
            no: 3,
            children: [
              { nodeid: 1, leaf: 1 },
              { nodeid: 2, leaf: 1 },
            ],
          },
        ]),
      /node 3/,
    ],
    ["LightGBM's categories", () => load(lightgbm({ decision: "==" })), /category/],
    ["zeros that mean missing", () => load(lightgbm({ missing: "Zero" })), /zero_as_missing/],
    ["linear leaves", () => load(lightgbm({ leaf: { leaf_const: 1 } })), /linear/],
    [
      "an output that is not there",
      () => load({ ...SKLEARN, base: [0], trees: [{ ...SKLEARN.trees[1], output: 1 }] }),
      /output 1/,
    ],
    [
      "a circle of nodes",
      () => load({ ...SKLEARN, trees: [{ ...SKLEARN.trees[0], children_left: [0, -1, 3, -1, -1] }] }),
      /deeper than 32/,
    ],
    [
      "an ONNX file of something else",
      () => importTrees(onnx.ModelProto.encode({ graph: { node: [{ opType: "Gemm" }] } }).finish(), "file"),
      /"Gemm"/,
    ],
    ["a file that is no ONNX", () => importTrees(Uint8Array.of(0xff, 0xff), "file"), /ONNX/],
    ["float64 trees as ONNX", () => writeTreeOnnx(load(lightgbm()), "x", "in", "out"), /float32/],
    ["features of 17 bits", () => quantiseTrees(load(SKLEARN), { ...OPTIONS, inputBits: 17 }), /17 bits/],
    ["sums beyond 32 bits", () => quantiseTrees(load(SKLEARN), { ...OPTIONS, outputDecimals: 9 }), /fewer decimals/],
    ["a feature that is not there", () => quantiseTrees({ ...load(SKLEARN), featureCount: 1 }, OPTIONS), /feature 1/],
    ["one class", () => quantiseTrees(load(SKLEARN), { ...OPTIONS, head: "argmax" }), /argmax/],
  ];
  for (const [what, act, message] of bad) {
    it(`hold ${what}`, () => {
      assert.throws(act, (error) => error instanceof ModelFileError && message.test(error.message));
    });
  }

  it("are edited model files", () => {
    const text = formatTreeModel(quantiseTrees(load(SKLEARN), OPTIONS));
    const edits: [string, string][] = [
      ["opg-tree-model-1", "opg-tree-model-2"],
      ['"name": "small"', '"name": "Small"'],
      ['"threshold":25', '"threshold":64'],
      ['"threshold":25', '"threshold":0'],
      ['"feature":1', '"feature":2'],
      ['"high":4000', '"high":4000.5'],
      ['"high":4000', '"high":70000'],
      ['"output":0', '"output":1'],
      ['"inputCount": 2', '"inputCount": 200'],
      ['"outputOffset": ', '"outputOffset": -'],
      ['"base"', '"bases"'],
    ];
    for (const [from, to] of edits) {
      assert.ok(text.includes(from), from);
      assert.throws(() => parseTreeModel(text.replace(from, to), "edited"), ModelFileError, to);
    }
    assert.throws(() => parseTreeModel("{", "edited"), ModelFileError);
  });
});
