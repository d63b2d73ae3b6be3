/** A tree in floating point: a leaf's value, or a question with two answers. */
export type FloatNode = number | FloatSplit;

/** A question about one feature. */
export interface FloatSplit {
  readonly feature: number;
  readonly threshold: number;
  /** When the answer is "yes": value < threshold, or value <= threshold. */
  readonly rule: "below" | "atMost";
  /** Whether the program that made the tree rounds values to float32 before it compares them. */
  readonly single: boolean;
  readonly yes: FloatNode;
  readonly no: FloatNode;
}

/** One tree and the output that it adds to. */
export interface FloatTree {
  readonly output: number;
  readonly root: FloatNode;
}

/**
 * A sum of trees as every training program means it: output k is base[k] + Σ trees of k, before any link function
 * (logistic, softmax, exp): a margin, which orders examples as the linked value does.
 */
export interface TreeEnsemble {
  readonly featureCount: number;
  /** One number per output. */
  readonly base: readonly number[];
  readonly trees: readonly FloatTree[];
}

/** Trees deeper than this are refused. */
export const MAX_DEPTH = 32;

/** The reference in floating point: the margins of `features` in natural units. */
export function evaluateEnsemble(ensemble: TreeEnsemble, features: readonly number[]): number[] {
  const margins = [...ensemble.base];
  for (const { output, root } of ensemble.trees) {
    let node = root;
    while (typeof node !== "number") node = saysYes(node, features[node.feature] ?? Number.NaN) ? node.yes : node.no;
    margins[output] = (margins[output] ?? 0) + node;
  }
  return margins;
}

/** How the program that made the tree answers for `value`. */
export function saysYes({ rule, single, threshold }: FloatSplit, value: number): boolean {
  const compared = single ? Math.fround(value) : value;
  return rule === "below" ? compared < threshold : compared <= threshold;
}
