import { ModelFileError } from "../errors.ts";
import { analyseTrees, leafBounds } from "./analyse-trees.ts";
import type { TreeModel, TreeNode } from "./tree-model.ts";

const VERSION = 2;
const HEADER_SIZE = 16;
const QUESTION_SIZE = 5;
const LEAF_SIZE = 6;

/** Contract code holds 24,576 bytes, the first of them a STOP. */
const MAX_SIZE = 24_575;

/**
 * The bytes under which ModelExecutor knows the tree ensemble; the format is described in IModelExecutor.sol. Leaves are
 * lifted by the least of their tree and bases by what that takes away, so that nothing is negative. Equal models give
 * equal bytes.
 *
 * @param model A checked model.
 * @throws {ModelFileError} when the ensemble is too large for the executor.
 */
export function treeBlob(model: TreeModel): Uint8Array {
  const bounds = analyseTrees(model);
  const { layout } = model;
  // Sums are compared with one another: all are lifted alike.
  const lift =
    model.head === "argmax"
      ? -bounds.reduce((least, { low }) => (low < least ? low : least), bounds[0]?.low ?? 0n)
      : layout.outputOffset;
  const parts: Uint8Array[] = [headerOf(model)];
  bounds.forEach(({ low }, output) => {
    const trees = model.trees.filter((tree) => tree.output === output).length;
    parts.push(bigEndian(Number(low + lift), 4), bigEndian(trees, 2));
  });
  bounds.forEach((_, output) => {
    for (const tree of model.trees) {
      if (tree.output !== output) continue;
      const bytes = nodeBytes(tree.root, leafBounds(tree.root)[0], layout.inputBits);
      parts.push(bigEndian(bytes.length, 2), bytes);
    }
  });
  const blob = new Uint8Array(Buffer.concat(parts));
  if (blob.length > MAX_SIZE) {
    throw new ModelFileError(
      `Model "${model.name}" does not fit the executor: it takes ${blob.length} bytes, more than the ${MAX_SIZE} of one ` +
        "contract. Prove it instead.",
    );
  }
  return blob;
}

function headerOf({ base, head, layout }: TreeModel): Uint8Array {
  const header = new Uint8Array(HEADER_SIZE);
  header.set([VERSION, head === "argmax" ? 1 : 0, layout.inputCount, layout.inputBits, base.length, layout.outputBits]);
  return header;
}

function nodeBytes(node: TreeNode, least: number, inputBits: number): Uint8Array {
  if (typeof node === "number") {
    const leaf = new Uint8Array(LEAF_SIZE);
    leaf.set(bigEndian(node - least, 4), 2);
    return leaf;
  }
  const low = nodeBytes(node.low, least, inputBits);
  const high = nodeBytes(node.high, least, inputBits);
  const question = new Uint8Array(QUESTION_SIZE);
  question.set(bigEndian(low.length, 2));
  question[2] = node.feature * inputBits;
  question.set(bigEndian(node.threshold, 2), 3);
  return new Uint8Array(Buffer.concat([question, low, high]));
}

/** The lowest bytes of `value`: sizes of more than two bytes belong to blobs that are refused. */
function bigEndian(value: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => Math.floor(value / 256 ** (size - 1 - index)) % 256);
}
