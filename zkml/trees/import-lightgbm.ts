import { z } from "zod";

import { ModelFileError } from "../errors.ts";
import type { FloatNode, FloatTree, TreeEnsemble } from "./ensemble.ts";
import { MAX_DEPTH } from "./ensemble.ts";

/** A node of LightGBM's `dump_model()`. */
type DumpNode =
  | { readonly leaf_value: number; readonly leaf_const?: number | undefined }
  | {
      readonly split_feature: number;
      readonly threshold: number | string;
      readonly decision_type: string;
      readonly missing_type: string;
      readonly left_child: DumpNode;
      readonly right_child: DumpNode;
    };

const node: z.ZodType<DumpNode> = z.lazy(() =>
  z.union([
    z.object({
      split_feature: z.number().int().nonnegative(),
      threshold: z.union([z.number(), z.string()]),
      decision_type: z.string(),
      missing_type: z.string(),
      left_child: node,
      right_child: node,
    }),
    z.object({ leaf_value: z.number(), leaf_const: z.number().optional() }),
  ]),
);

/** What we read of the JSON of `dump_model()`. */
export const lightgbmSchema = z.object({
  num_tree_per_iteration: z.number().int().positive(),
  max_feature_idx: z.number().int().nonnegative(),
  average_output: z.boolean().optional(),
  tree_info: z.array(z.object({ tree_structure: node })),
});

/**
 * Reads a LightGBM model. It goes left (yes) when the value is at most the threshold, in float64; leaf values hold the
 * learning rate and the average already. Categorical splits, linear leaves and zeros that mean "missing" are refused.
 *
 * @param source Name used in error messages.
 * @throws {ModelFileError}
 */
export function importLightgbm(file: z.infer<typeof lightgbmSchema>, source: string): TreeEnsemble {
  const outputs = file.num_tree_per_iteration;
  // A random forest gives the mean of its iterations, not their sum.
  const scale = file.average_output === true ? outputs / file.tree_info.length : 1;
  return {
    featureCount: file.max_feature_idx + 1,
    base: Array.from({ length: outputs }, () => 0),
    trees: file.tree_info.map(
      ({ tree_structure: root }, index): FloatTree => ({
        output: index % outputs,
        root: convert(root, scale, 0, `${source}, tree ${index}`),
      }),
    ),
  };
}

function convert(from: DumpNode, scale: number, depth: number, place: string): FloatNode {
  if ("leaf_value" in from) {
    if (from.leaf_const !== undefined)
      throw new ModelFileError(`${place} has linear leaves: train with linear_tree=false.`);
    return from.leaf_value * scale;
  }
  if (from.decision_type !== "<=" || typeof from.threshold !== "number") {
    throw new ModelFileError(
      `${place} splits by category ("${from.decision_type}"); train with numbers for categories.`,
    );
  }
  if (from.missing_type === "Zero") {
    throw new ModelFileError(`${place} takes zero for a missing value: train with zero_as_missing=false.`);
  }
  if (depth >= MAX_DEPTH) throw new ModelFileError(`${place} is deeper than ${MAX_DEPTH} questions: set max_depth.`);
  return {
    feature: from.split_feature,
    threshold: from.threshold,
    rule: "atMost",
    single: false,
    yes: convert(from.left_child, scale, depth + 1, place),
    no: convert(from.right_child, scale, depth + 1, place),
  };
}
