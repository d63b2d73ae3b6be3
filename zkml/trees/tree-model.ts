import { z } from "zod";

import type { SignalLayout } from "../codec/layout.ts";
import { inputSide, outputSide } from "../codec/layout.ts";
import { ModelFileError } from "../errors.ts";
import { analyseTrees } from "./analyse-trees.ts";
import { MAX_DEPTH } from "./ensemble.ts";

/** An integer tree: a leaf's value, or a question with two answers. */
export type TreeNode = number | TreeSplit;

/** `high` answers for features that are at least `threshold`, `low` for those below it. */
export interface TreeSplit {
  readonly feature: number;
  /** In [1, 2^inputBits): both answers are possible. */
  readonly threshold: number;
  readonly low: TreeNode;
  readonly high: TreeNode;
}

/** One tree and the output that it adds to. */
export interface Tree {
  readonly output: number;
  readonly root: TreeNode;
}

/**
 * An integer tree ensemble that golden reference, circuit and executor share bit for bit. Sum k is base[k] + Σ trees of
 * k, a signed integer; the model's outputs are the sums plus the layout's output offset.
 */
export interface TreeModel {
  readonly name: string;
  /** SHA-256 of the file that it was made from. */
  readonly sourceSha256: string;
  readonly layout: SignalLayout;
  /** With "argmax" the one output is the index of the greatest sum, the lowest such index if several are equal. */
  readonly head?: "argmax";
  readonly base: readonly number[];
  readonly trees: readonly Tree[];
}

const FORMAT = "opg-tree-model-1";
const LEAF_LIMIT = 2 ** 31;

const integer = z.number().int();
const leaf = integer.gt(-LEAF_LIMIT).lt(LEAF_LIMIT);
const node: z.ZodType<TreeNode> = z.lazy(() =>
  z.union([
    leaf,
    z.object({ feature: integer.nonnegative(), threshold: integer.positive(), low: node, high: node }).strict(),
  ]),
);
const label = z.string().min(1);
const fileSchema = z
  .object({
    format: z.literal(FORMAT),
    name: z.string().regex(/^[a-z][a-z0-9-]*$/),
    sourceSha256: z.string().regex(/^[0-9a-f]{64}$/),
    layout: z
      .object({
        inputName: label,
        outputName: label,
        inputCount: integer,
        inputBits: integer,
        inputDecimals: integer,
        inputOffset: integer.transform(BigInt),
        outputCount: integer,
        outputBits: integer,
        outputDecimals: integer,
        outputOffset: integer.transform(BigInt),
      })
      .strict(),
    head: z.literal("argmax").optional(),
    base: z.array(leaf).min(1),
    trees: z.array(z.object({ output: integer.nonnegative(), root: node }).strict()),
  })
  .strict();

/** Whether a model file's text is that of a tree model; see {@link parseTreeModel}. */
export function isTreeModelText(text: string): boolean {
  return text.includes(`"${FORMAT}"`);
}

/** Writes the model as the text of its JSON file, one tree per line. */
export function formatTreeModel(model: TreeModel): string {
  const { trees, ...head } = model;
  const layout = {
    ...model.layout,
    inputOffset: Number(model.layout.inputOffset),
    outputOffset: Number(model.layout.outputOffset),
  };
  const text = JSON.stringify({ format: FORMAT, ...head, layout }, null, 2).replace(/\n\}$/, "");
  const rows = trees.map((tree) => `    ${JSON.stringify(tree)}`).join(",\n");
  return `${text},\n  "trees": [${rows === "" ? "" : `\n${rows}\n  `}]\n}\n`;
}

/**
 * Parses and checks the text of a tree model file, including the bounds of its sums.
 *
 * @param source Name used in error messages.
 * @throws {ModelFileError} naming what is wrong.
 */
export function parseTreeModel(text: string, source: string): TreeModel {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw new ModelFileError(`${source} is not JSON: import the trees again.`, { cause });
  }
  const result = fileSchema.safeParse(raw);
  if (!result.success) {
    const [issue] = result.error.issues;
    const place = issue === undefined ? "" : ` at ${issue.path.join(".")}: ${issue.message}`;
    throw new ModelFileError(`${source} is not a tree model${place}. Import the trees again.`);
  }
  const { name, sourceSha256, layout, head, base, trees } = result.data;
  const model: TreeModel = { name, sourceSha256, layout, ...(head === undefined ? {} : { head }), base, trees };
  try {
    inputSide(model.layout);
    outputSide(model.layout);
  } catch (cause) {
    throw new ModelFileError(`${source} has a layout that cannot be packed.`, { cause });
  }
  checkTrees(model);
  analyseTrees(model);
  return model;
}

/** @throws {ModelFileError} when a tree asks about nothing that the model takes, or is too deep. */
function checkTrees({ name: model, layout, base, trees }: TreeModel): void {
  const limit = 2 ** layout.inputBits;
  const check = (root: TreeNode, depth: number, place: string): void => {
    if (typeof root === "number") return;
    if (depth === MAX_DEPTH) throw new ModelFileError(`${place} is deeper than ${MAX_DEPTH} questions.`);
    if (root.feature >= layout.inputCount || root.threshold >= limit) {
      throw new ModelFileError(
        `${place} asks whether input ${root.feature} is at least ${root.threshold}: there are ` +
          `${layout.inputCount} inputs below ${limit}.`,
      );
    }
    check(root.low, depth + 1, place);
    check(root.high, depth + 1, place);
  };
  trees.forEach(({ output, root }, index) => {
    const place = `Tree ${index} of model "${model}"`;
    if (output >= base.length) throw new ModelFileError(`${place} adds to output ${output} of ${base.length}.`);
    check(root, 0, place);
  });
}
