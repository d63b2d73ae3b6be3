import { MAX_DEPTH } from "../../zkml/trees/ensemble.ts";
import { analyseTrees } from "../../zkml/trees/analyse-trees.ts";
import type { Tree, TreeModel, TreeNode } from "../../zkml/trees/tree-model.ts";

/** What a random ensemble looks like. */
export interface RandomTreesOptions {
  readonly inputCount: number;
  readonly inputBits: number;
  readonly outputs: number;
  readonly trees: number;
  readonly depth: number;
  readonly leaf: number;
  readonly head?: "argmax";
}

/** A random ensemble; layout and offset follow from its bounds. */
export function randomTrees(random: () => number, options: RandomTreesOptions): TreeModel {
  const { inputCount, inputBits, outputs, trees, depth, leaf, head } = options;
  const whole = (limit: number) => Math.floor(random() * limit);
  const node = (left: number): TreeNode => {
    if (left === 0 || random() < 0.15) return whole(2 * leaf + 1) - leaf;
    return {
      feature: whole(inputCount),
      threshold: 1 + whole(2 ** inputBits - 1),
      low: node(left - 1),
      high: node(left - 1),
    };
  };
  const isArgmax = head === "argmax";
  const draft: TreeModel = {
    name: "random",
    sourceSha256: "0".repeat(64),
    layout: {
      inputName: "in",
      outputName: "out",
      inputCount,
      inputBits,
      inputDecimals: 0,
      inputOffset: 0n,
      outputCount: isArgmax ? 1 : outputs,
      outputBits: isArgmax ? 4 : 32,
      outputDecimals: 0,
      outputOffset: isArgmax ? 0n : 1n << 31n,
    },
    ...(isArgmax ? { head } : {}),
    base: Array.from({ length: outputs }, () => whole(2 * leaf + 1) - leaf),
    trees: Array.from(
      { length: trees },
      (): Tree => ({ output: whole(outputs), root: node(Math.min(depth, MAX_DEPTH)) }),
    ),
  };
  if (isArgmax) return draft;
  const low = analyseTrees(draft).reduce((least, sum) => (sum.low < least ? sum.low : least), 0n);
  return { ...draft, layout: { ...draft.layout, outputBits: 24, outputOffset: -low } };
}

/** Zeros, the greatest values, both sides of every threshold, then random inputs of every magnitude. */
export function treeInputs({ layout, trees }: TreeModel, count: number, random: () => number): bigint[][] {
  const { inputCount, inputBits } = layout;
  const fill = (value: (input: number) => number) => Array.from({ length: inputCount }, (_, at) => BigInt(value(at)));
  const greatest = 2 ** inputBits - 1;
  const rows = [fill(() => 0), fill(() => greatest)];
  const sides = (node: TreeNode): void => {
    if (typeof node === "number") return;
    for (const value of [node.threshold - 1, node.threshold]) {
      rows.push(fill((input) => (input === node.feature ? value : Math.floor(random() * (greatest + 1)))));
    }
    sides(node.low);
    sides(node.high);
  };
  for (const { root } of trees) sides(root);
  while (rows.length < count) {
    const bits = 1 + Math.floor(random() * inputBits);
    rows.push(fill(() => Math.floor(random() * 2 ** bits)));
  }
  return rows.slice(0, count);
}
