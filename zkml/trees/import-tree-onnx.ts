import onnxProto from "onnx-proto";

import { ModelFileError } from "../errors.ts";
import type { FloatNode, FloatTree, TreeEnsemble } from "./ensemble.ts";
import { MAX_DEPTH } from "./ensemble.ts";

const { onnx } = onnxProto;

type Attribute = NonNullable<ReturnType<typeof onnx.NodeProto.decode>["attribute"]>[number];

/** The ensemble of an ONNX file and what the file calls its sides. */
export interface TreeOnnx {
  readonly inputName: string;
  readonly outputName: string;
  readonly ensemble: TreeEnsemble;
}

/** A node's row in the parallel lists. */
interface Row {
  readonly mode: string;
  readonly feature: number;
  readonly threshold: number;
  readonly yes: number;
  readonly no: number;
}

/**
 * Reads an ONNX file whose only node is a TreeEnsembleRegressor or TreeEnsembleClassifier (ai.onnx.ml 1 to 3). Values
 * and thresholds are float32. A link at the end (LOGISTIC, SOFTMAX) is dropped: outputs are margins.
 *
 * @param source Name used in error messages.
 * @throws {ModelFileError}
 */
export function importTreeOnnx(bytes: Uint8Array, source: string): TreeOnnx {
  const fail = (reason: string): never => {
    throw new ModelFileError(`${source}: ${reason}`);
  };
  let graph: ReturnType<typeof onnx.ModelProto.decode>["graph"];
  try {
    graph = onnx.ModelProto.decode(bytes).graph;
  } catch (cause) {
    throw new ModelFileError(`${source} is not a readable ONNX file: export the model again.`, { cause });
  }
  const [node, ...more] = graph?.node ?? [];
  const prefix = { TreeEnsembleRegressor: "target", TreeEnsembleClassifier: "class" }[node?.opType ?? ""];
  if (node === undefined || more.length > 0 || prefix === undefined) {
    return fail(
      `The graph is "${[node, ...more].map((one) => one?.opType ?? "empty").join(", ")}": it must be one ` +
        "TreeEnsembleRegressor or TreeEnsembleClassifier. Export with ai.onnx.ml 3 or lower and without ZipMap.",
    );
  }
  const attributes = new Map((node.attribute ?? []).map((attribute) => [attribute.name ?? "", attribute]));
  const lists = readLists(attributes, prefix);
  const rows = rowsOf(lists, fail);
  const weights = weightsOf(lists, fail);
  const width = Number(graph?.input?.[0]?.type?.tensorType?.shape?.dim?.[1]?.dimValue ?? 0);
  if (width === 0) fail("The input's shape does not say how many features there are.");
  const outputs = outputsOf(attributes, lists, prefix);
  const scale = scaleOf(attributes, rows.size, fail);
  const base = attributes.get("base_values")?.floats ?? [];
  const ensemble: TreeEnsemble = {
    featureCount: width,
    base: Array.from({ length: outputs }, (_, output) => base[output] ?? 0),
    trees: [...rows].flatMap(([tree, nodes]) => {
      const place = `${source}, tree ${tree}`;
      // A tree may add to several outputs: each gets the tree with its own leaves.
      const touched = new Set([...nodes.keys()].flatMap((id) => [...(weights.get(`${tree}/${id}`)?.keys() ?? [])]));
      return [...touched]
        .sort((a, b) => a - b)
        .map((output): FloatTree => {
          const leafOf = (id: number) => (weights.get(`${tree}/${id}`)?.get(output) ?? 0) * scale;
          return { output: outputs === 1 ? 0 : output, root: convert(nodes, rootOf(nodes), leafOf, 0, place) };
        });
    }),
  };
  // A classifier's first output is the label, its second the margins.
  return { inputName: node.input?.[0] ?? "", outputName: node.output?.at(-1) ?? "", ensemble };
}

/** The lists of a tree node; "target" or "class" begins the names of those that give leaves. */
function readLists(attributes: ReadonlyMap<string, Attribute>, prefix: string) {
  const ints = (name: string) => (attributes.get(name)?.ints ?? []).map(Number);
  const floats = (name: string) => (attributes.get(name)?.floats ?? []).map(Number);
  const modes = (attributes.get("nodes_modes")?.strings ?? []).map((mode) => new TextDecoder().decode(mode));
  return {
    trees: ints("nodes_treeids"),
    nodes: ints("nodes_nodeids"),
    features: ints("nodes_featureids"),
    thresholds: floats("nodes_values"),
    modes,
    yes: ints("nodes_truenodeids"),
    no: ints("nodes_falsenodeids"),
    leafTrees: ints(`${prefix}_treeids`),
    leafNodes: ints(`${prefix}_nodeids`),
    leafOutputs: ints(`${prefix}_ids`),
    leafWeights: floats(`${prefix}_weights`),
  };
}

type Lists = ReturnType<typeof readLists>;

function rowsOf(lists: Lists, fail: (reason: string) => never): Map<number, Map<number, Row>> {
  const length = lists.trees.length;
  const columns = [lists.nodes, lists.features, lists.thresholds, lists.modes, lists.yes, lists.no];
  if (length === 0 || columns.some((column) => column.length !== length)) fail("The lists of nodes differ in length.");
  const rows = new Map<number, Map<number, Row>>();
  lists.trees.forEach((tree, at) => {
    const nodes = rows.get(tree) ?? new Map<number, Row>();
    rows.set(tree, nodes);
    nodes.set(lists.nodes[at] ?? 0, {
      mode: lists.modes[at] ?? "",
      feature: lists.features[at] ?? 0,
      threshold: lists.thresholds[at] ?? 0,
      yes: lists.yes[at] ?? 0,
      no: lists.no[at] ?? 0,
    });
  });
  return rows;
}

/** "tree/node" → output → weight. */
function weightsOf(lists: Lists, fail: (reason: string) => never): Map<string, Map<number, number>> {
  const { leafTrees, leafNodes, leafOutputs, leafWeights } = lists;
  if ([leafNodes, leafOutputs, leafWeights].some((column) => column.length !== leafTrees.length)) {
    fail("The lists of leaves differ in length.");
  }
  const weights = new Map<string, Map<number, number>>();
  leafTrees.forEach((tree, at) => {
    const key = `${tree}/${leafNodes[at]}`;
    const leaf = weights.get(key) ?? new Map<number, number>();
    weights.set(key, leaf.set(leafOutputs[at] ?? 0, leafWeights[at] ?? 0));
  });
  return weights;
}

/** A binary classifier has two labels but one margin, that of its second label, when all leaves are of one class. */
function outputsOf(attributes: ReadonlyMap<string, Attribute>, lists: Lists, prefix: string): number {
  if (prefix === "target") return Number(attributes.get("n_targets")?.i ?? 1);
  return new Set(lists.leafOutputs).size === 1 ? 1 : Math.max(...lists.leafOutputs) + 1;
}

function scaleOf(attributes: ReadonlyMap<string, Attribute>, trees: number, fail: (reason: string) => never): number {
  const bytes = attributes.get("aggregate_function")?.s;
  const name = bytes === undefined || bytes === null || bytes.length === 0 ? "SUM" : new TextDecoder().decode(bytes);
  if (name === "SUM") return 1;
  return name === "AVERAGE"
    ? 1 / trees
    : fail(`Trees are aggregated by "${name}": only SUM and AVERAGE are supported.`);
}

/** The node that is nobody's child. */
function rootOf(nodes: ReadonlyMap<number, Row>): number {
  const children = new Set([...nodes.values()].flatMap(({ mode, yes, no }) => (mode === "LEAF" ? [] : [yes, no])));
  return [...nodes.keys()].find((id) => !children.has(id)) ?? Number.NaN;
}

function convert(
  nodes: ReadonlyMap<number, Row>,
  id: number,
  leafOf: (id: number) => number,
  depth: number,
  place: string,
): FloatNode {
  const row = nodes.get(id);
  if (row === undefined || depth > MAX_DEPTH) {
    throw new ModelFileError(`${place}: node ${id} is missing, or deeper than ${MAX_DEPTH} questions.`);
  }
  if (row.mode === "LEAF") return leafOf(id);
  const [yes, no] = [row.yes, row.no].map((child) => convert(nodes, child, leafOf, depth + 1, place));
  const split = { feature: row.feature, threshold: row.threshold, single: true };
  switch (row.mode) {
    case "BRANCH_LT":
      return { ...split, rule: "below", yes: yes ?? 0, no: no ?? 0 };
    case "BRANCH_LEQ":
      return { ...split, rule: "atMost", yes: yes ?? 0, no: no ?? 0 };
    case "BRANCH_GTE":
      return { ...split, rule: "below", yes: no ?? 0, no: yes ?? 0 };
    case "BRANCH_GT":
      return { ...split, rule: "atMost", yes: no ?? 0, no: yes ?? 0 };
    default:
      throw new ModelFileError(
        `${place}: node ${id} has the mode "${row.mode}": only order comparisons are supported.`,
      );
  }
}
