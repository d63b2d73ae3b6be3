import { ModelFileError } from "../errors.ts";
import { analyseTrees } from "./analyse-trees.ts";
import type { FloatNode, FloatSplit, TreeEnsemble } from "./ensemble.ts";
import { saysYes } from "./ensemble.ts";
import type { Tree, TreeModel, TreeNode } from "./tree-model.ts";

/** What quantisation takes besides the trees. */
export interface QuantiseTreesOptions {
  readonly name: string;
  /** SHA-256 of the file that the trees come from. */
  readonly sourceSha256: string;
  readonly inputName: string;
  readonly outputName: string;
  /** A feature `v` is the integer v · 10^inputDecimals + inputOffset in [0, 2^inputBits). */
  readonly inputBits: number;
  readonly inputDecimals: number;
  readonly inputOffset?: bigint;
  /** Leaves are rounded to this many decimals; nothing else is rounded. */
  readonly outputDecimals: number;
  /** Publish the index of the greatest sum instead of the sums. */
  readonly head?: "argmax";
}

/** The values that the integer of one feature may have on the way to a node. */
interface Range {
  readonly low: number;
  /** Exclusive. */
  readonly end: number;
}

/**
 * Turns float trees into an integer model. Thresholds lose nothing: each becomes the least feature integer for which
 * the training program answers "no", so that every admissible input takes the same path. Leaves are rounded once, to
 * `outputDecimals`. Questions with one possible answer disappear, and constant trees become part of the base. Width
 * and offset of the output follow from the bounds of the sums.
 *
 * @throws {ModelFileError} when the ensemble does not fit the options.
 */
export function quantiseTrees(ensemble: TreeEnsemble, options: QuantiseTreesOptions): TreeModel {
  const { inputBits, inputDecimals, inputOffset = 0n, outputDecimals } = options;
  if (!Number.isInteger(inputBits) || inputBits < 1 || inputBits > 16) {
    throw new ModelFileError(`Features of ${inputBits} bits cannot be compared: give 1 to 16.`);
  }
  const valueOf = (units: number) => (units - Number(inputOffset)) / 10 ** inputDecimals;
  const round = (value: number) => {
    const units = Math.round(value * 10 ** outputDecimals);
    if (!Number.isSafeInteger(units))
      throw new ModelFileError(`The leaf ${value} is not a finite number of this size.`);
    // No negative zero: it would be written as another text.
    return units === 0 ? 0 : units;
  };
  const base = ensemble.base.map(round);
  const trees: Tree[] = [];
  const whole = Array.from({ length: ensemble.featureCount }, (): Range => ({ low: 0, end: 2 ** inputBits }));
  for (const { output, root } of ensemble.trees) {
    const tree = convert(root, whole, valueOf, round);
    if (typeof tree === "number") base[output] = (base[output] ?? 0) + tree;
    else trees.push({ output, root: tree });
  }
  return withOutputs(ensemble, base, trees, options);
}

function convert(
  node: FloatNode,
  ranges: readonly Range[],
  valueOf: (units: number) => number,
  round: (value: number) => number,
): TreeNode {
  if (typeof node === "number") return round(node);
  const range = ranges[node.feature];
  if (range === undefined) throw new ModelFileError(`A tree asks about feature ${node.feature} of ${ranges.length}.`);
  const threshold = firstNo(node, range, valueOf);
  if (threshold === range.low) return convert(node.no, ranges, valueOf, round);
  if (threshold === range.end) return convert(node.yes, ranges, valueOf, round);
  const low = convert(node.yes, ranges.with(node.feature, { ...range, end: threshold }), valueOf, round);
  const high = convert(node.no, ranges.with(node.feature, { ...range, low: threshold }), valueOf, round);
  return typeof low === "number" && low === high ? low : { feature: node.feature, threshold, low, high };
}

/** The least integer of `range` for which the answer is "no", or its end. Answers change once, from yes to no. */
function firstNo(node: FloatSplit, range: Range, valueOf: (units: number) => number): number {
  let { low, end } = range;
  while (low < end) {
    const middle = Math.floor((low + end) / 2);
    if (saysYes(node, valueOf(middle))) low = middle + 1;
    else end = middle;
  }
  return low;
}

function withOutputs(
  { featureCount }: TreeEnsemble,
  base: readonly number[],
  trees: readonly Tree[],
  options: QuantiseTreesOptions,
): TreeModel {
  const isArgmax = options.head === "argmax";
  const layout = {
    inputName: options.inputName,
    outputName: options.outputName,
    inputCount: featureCount,
    inputBits: options.inputBits,
    inputDecimals: options.inputDecimals,
    inputOffset: options.inputOffset ?? 0n,
    outputCount: isArgmax ? 1 : base.length,
    outputBits: isArgmax ? Math.max(1, Math.ceil(Math.log2(base.length))) : 32,
    outputDecimals: isArgmax ? 0 : options.outputDecimals,
    outputOffset: isArgmax ? 0n : 1n << 31n,
  };
  const draft: TreeModel = {
    name: options.name,
    sourceSha256: options.sourceSha256,
    layout,
    ...(isArgmax ? { head: "argmax" } : {}),
    base,
    trees,
  };
  const bounds = analyseTrees(draft);
  if (isArgmax) return draft;
  const low = bounds.reduce((least, sum) => (sum.low < least ? sum.low : least), 0n);
  const high = bounds.reduce((greatest, sum) => (sum.high > greatest ? sum.high : greatest), 0n);
  const model = { ...draft, layout: { ...layout, outputOffset: -low, outputBits: bitsOf(high - low) } };
  analyseTrees(model);
  return model;
}

function bitsOf(value: bigint): number {
  return value === 0n ? 1 : value.toString(2).length;
}
