import { z } from "zod";

import { ModelFileError } from "../errors.ts";
import type { FloatNode, FloatTree, TreeEnsemble } from "./ensemble.ts";
import { MAX_DEPTH } from "./ensemble.ts";

const numbers = z.array(z.number());
const integers = z.array(z.number().int());
const treeSchema = z.object({
  left_children: integers,
  right_children: integers,
  split_indices: integers,
  /** Thresholds of inner nodes, values of leaves. */
  split_conditions: numbers,
  split_type: integers.optional(),
});

/** What we read of a file that XGBoost's `save_model("….json")` wrote. */
export const xgboostSchema = z.object({
  learner: z.object({
    gradient_booster: z.object({
      name: z.string(),
      model: z.object({ trees: z.array(treeSchema), tree_info: integers }).optional(),
    }),
    learner_model_param: z.object({ base_score: z.string(), num_class: z.string(), num_feature: z.string() }),
    objective: z.object({ name: z.string() }),
  }),
});

/** How objectives turn `base_score` into the margin that the trees are added to. */
const LINKS: Readonly<Record<string, "identity" | "logit" | "log">> = {
  "binary:logistic": "logit",
  "reg:logistic": "logit",
  "binary:logitraw": "logit",
  "count:poisson": "log",
  "reg:gamma": "log",
  "reg:tweedie": "log",
  "reg:squarederror": "identity",
  "reg:linear": "identity",
  "reg:squaredlogerror": "identity",
  "reg:pseudohubererror": "identity",
  "reg:absoluteerror": "identity",
  "reg:quantileerror": "identity",
  "binary:hinge": "identity",
  "multi:softmax": "identity",
  "multi:softprob": "identity",
  "rank:pairwise": "identity",
  "rank:ndcg": "identity",
  "rank:map": "identity",
};

/**
 * Reads an XGBoost model. It goes left (yes) when the float32 of the value is below the threshold; categorical splits
 * and other boosters than gbtree are refused. Missing values have no integer, so default directions do not matter.
 *
 * @param source Name used in error messages.
 * @throws {ModelFileError}
 */
export function importXgboost({ learner }: z.infer<typeof xgboostSchema>, source: string): TreeEnsemble {
  const { gradient_booster: booster, learner_model_param: parameters, objective } = learner;
  if (booster.name !== "gbtree" || booster.model === undefined) {
    throw new ModelFileError(`${source} holds the booster "${booster.name}": only "gbtree" is supported.`);
  }
  const link = Object.hasOwn(LINKS, objective.name) ? LINKS[objective.name] : undefined;
  if (link === undefined) {
    throw new ModelFileError(`${source} has the objective "${objective.name}", whose base score is not known here.`);
  }
  const outputs = Math.max(1, Number(parameters.num_class));
  const { trees, tree_info: classes } = booster.model;
  return {
    featureCount: Number(parameters.num_feature),
    base: baseOf(parameters.base_score, link, outputs, source),
    trees: trees.map((tree, index): FloatTree => {
      const output = classes[index] ?? 0;
      if (output < 0 || output >= outputs)
        throw new ModelFileError(`${source}, tree ${index}: there is no class ${output}.`);
      return { output, root: nodeOf(tree, 0, 0, `${source}, tree ${index}`) };
    }),
  };
}

/** "5E-1" in most versions, "[5E-1]" with one number per class in the newest. */
function baseOf(text: string, link: "identity" | "logit" | "log", outputs: number, source: string): number[] {
  const scores = text
    .replace(/^\[|\]$/g, "")
    .split(",")
    .map(Number);
  const margins = scores.map((score) => {
    if (link === "logit") return Math.log(score / (1 - score));
    return link === "log" ? Math.log(score) : score;
  });
  if (!margins.every(Number.isFinite) || (margins.length !== 1 && margins.length !== outputs)) {
    throw new ModelFileError(`${source} has the base score "${text}", which is no margin of ${outputs} outputs.`);
  }
  return Array.from({ length: outputs }, (_, output) => margins[output] ?? margins[0] ?? 0);
}

function nodeOf(tree: z.infer<typeof treeSchema>, at: number, depth: number, place: string): FloatNode {
  const [left, right, feature, value] = [
    tree.left_children[at],
    tree.right_children[at],
    tree.split_indices[at],
    tree.split_conditions[at],
  ];
  if (left === undefined || right === undefined || feature === undefined || value === undefined || depth > MAX_DEPTH) {
    throw new ModelFileError(`${place}: node ${at} is missing, or deeper than ${MAX_DEPTH} questions.`);
  }
  if (left === -1) return value;
  if (tree.split_type?.[at] === 1) {
    throw new ModelFileError(`${place}: node ${at} splits by category; train with numbers for categories.`);
  }
  return {
    feature,
    threshold: value,
    rule: "below",
    single: true,
    yes: nodeOf(tree, left, depth + 1, place),
    no: nodeOf(tree, right, depth + 1, place),
  };
}

/** A node of `get_dump(dump_format="json")`. */
export type XgboostDumpNode =
  | { readonly leaf: number }
  | {
      readonly split: string | number;
      readonly split_condition: number;
      readonly yes: number;
      readonly no: number;
      readonly children: readonly (XgboostDumpNode & { readonly nodeid: number })[];
    };

const dumpNode: z.ZodType<XgboostDumpNode & { readonly nodeid: number }> = z.lazy(() =>
  z.union([
    z.object({ nodeid: z.number().int(), leaf: z.number() }),
    z.object({
      nodeid: z.number().int(),
      split: z.union([z.string(), z.number()]),
      split_condition: z.number(),
      yes: z.number().int(),
      no: z.number().int(),
      children: z.array(dumpNode).length(2),
    }),
  ]),
);

/** A file that holds the strings of `get_dump(dump_format="json")` as a list of trees. */
export const xgboostDumpSchema = z.array(dumpNode).min(1);

/**
 * Reads a dump of trees. It says neither how many features there are nor the base score: the first is the highest
 * that any tree asks about plus one, the second is zero, so margins lack XGBoost's base score.
 *
 * @throws {ModelFileError} when a feature has a name that is not f and its number.
 */
export function importXgboostDump(trees: z.infer<typeof xgboostDumpSchema>, source: string): TreeEnsemble {
  let features = 0;
  const convert = (node: XgboostDumpNode, depth: number): FloatNode => {
    if ("leaf" in node) return node.leaf;
    const match = /^f?(\d+)$/.exec(String(node.split));
    if (match === null) {
      throw new ModelFileError(
        `${source} calls a feature "${node.split}": dump without names, so that it says f0, f1, ….`,
      );
    }
    const child = (id: number): FloatNode => {
      const found = node.children.find(({ nodeid }) => nodeid === id);
      if (found === undefined || depth >= MAX_DEPTH) {
        throw new ModelFileError(`${source}: node ${id} is missing, or deeper than ${MAX_DEPTH} questions.`);
      }
      return convert(found, depth + 1);
    };
    const feature = Number(match[1]);
    features = Math.max(features, feature + 1);
    return {
      feature,
      threshold: node.split_condition,
      rule: "below",
      single: true,
      yes: child(node.yes),
      no: child(node.no),
    };
  };
  const roots = trees.map((tree): FloatTree => ({ output: 0, root: convert(tree, 0) }));
  return { featureCount: features, base: [0], trees: roots };
}
