import { z } from "zod";

import { ModelFileError } from "../errors.ts";
import type { FloatNode, FloatTree, TreeEnsemble } from "./ensemble.ts";
import { MAX_DEPTH } from "./ensemble.ts";

const integers = z.array(z.number().int());
const treeSchema = z.object({
  output: z.number().int().nonnegative(),
  children_left: integers,
  children_right: integers,
  feature: integers,
  threshold: z.array(z.number()),
  value: z.array(z.number()),
});

/** scikit-learn has no JSON of its own: this is its `tree_` arrays under their names; docs/trees.md has the exporter. */
export const sklearnSchema = z.object({
  format: z.literal("sklearn-trees"),
  n_features: z.number().int().positive(),
  /** One number per output. */
  base: z.array(z.number()).min(1),
  /** What leaf values are multiplied by: the learning rate of boosting, 1 / trees of a forest. */
  scale: z.number(),
  trees: z.array(treeSchema),
});

/**
 * Reads scikit-learn trees. They go left (yes) when the float32 of the value is at most the threshold.
 *
 * @param source Name used in error messages.
 * @throws {ModelFileError}
 */
export function importSklearn(file: z.infer<typeof sklearnSchema>, source: string): TreeEnsemble {
  const trees = file.trees.map((tree, index): FloatTree => {
    const place = `${source}, tree ${index}`;
    if (tree.output >= file.base.length) throw new ModelFileError(`${place}: there is no output ${tree.output}.`);
    return { output: tree.output, root: convert(tree, 0, file.scale, 0, place) };
  });
  return { featureCount: file.n_features, base: file.base, trees };
}

function convert(tree: z.infer<typeof treeSchema>, at: number, scale: number, depth: number, place: string): FloatNode {
  const [left, right, feature, threshold, value] = [
    tree.children_left[at],
    tree.children_right[at],
    tree.feature[at],
    tree.threshold[at],
    tree.value[at],
  ];
  const isMissing = [left, right, feature, threshold, value].includes(undefined);
  if (isMissing || depth > MAX_DEPTH) {
    throw new ModelFileError(`${place}: node ${at} is missing, or deeper than ${MAX_DEPTH} questions.`);
  }
  if (left === -1) return (value ?? 0) * scale;
  return {
    feature: feature ?? 0,
    threshold: threshold ?? 0,
    rule: "atMost",
    single: true,
    yes: convert(tree, left ?? 0, scale, depth + 1, place),
    no: convert(tree, right ?? 0, scale, depth + 1, place),
  };
}
