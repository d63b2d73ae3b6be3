import onnxProto from "onnx-proto";

import { ModelFileError } from "../errors.ts";
import type { FloatNode, TreeEnsemble } from "./ensemble.ts";

const { onnx } = onnxProto;

/** Operator set of trees; 3 is the last in which they are lists of nodes. */
const ML_OPSET = 3;
const OPSET = 13;
const IR_VERSION = 8;
const FLOAT = onnx.TensorProto.DataType.FLOAT;
const KIND = onnx.AttributeProto.AttributeType;

/** The parallel lists that a TreeEnsembleRegressor node is made of. */
function emptyLists() {
  return {
    nodes_treeids: [] as number[],
    nodes_nodeids: [] as number[],
    nodes_featureids: [] as number[],
    nodes_truenodeids: [] as number[],
    nodes_falsenodeids: [] as number[],
    nodes_values: [] as number[],
    nodes_modes: [] as string[],
    target_treeids: [] as number[],
    target_nodeids: [] as number[],
    target_ids: [] as number[],
    target_weights: [] as number[],
  };
}

/**
 * Encodes an ensemble as an ONNX file with one TreeEnsembleRegressor. Thresholds and leaves become float32. Equal
 * ensembles give equal bytes.
 *
 * @param name Name of the graph.
 * @throws {ModelFileError} when a tree compares by "at most" in float64, which ONNX trees cannot.
 */
export function writeTreeOnnx(ensemble: TreeEnsemble, name: string, inputName: string, outputName: string): Uint8Array {
  const lists = emptyLists();
  ensemble.trees.forEach(({ output, root }, tree) => addTree(lists, tree, output, root));
  const outputs = ensemble.base.length;
  const encoder = new TextEncoder();
  const node = onnx.NodeProto.create({
    name: "trees",
    domain: "ai.onnx.ml",
    opType: "TreeEnsembleRegressor",
    input: [inputName],
    output: [outputName],
    attribute: [
      { name: "n_targets", type: KIND.INT, i: outputs },
      { name: "post_transform", type: KIND.STRING, s: encoder.encode("NONE") },
      { name: "base_values", type: KIND.FLOATS, floats: [...ensemble.base] },
      ...Object.entries(lists).map(([key, values]) => attributeOf(key, values)),
    ],
  });
  const file = onnx.ModelProto.create({
    irVersion: IR_VERSION,
    producerName: "opg-protocol",
    opsetImport: [
      { domain: "", version: OPSET },
      { domain: "ai.onnx.ml", version: ML_OPSET },
    ],
    graph: {
      name,
      node: [node],
      input: [rowTensor(inputName, ensemble.featureCount)],
      output: [rowTensor(outputName, outputs)],
    },
  });
  return Uint8Array.from(onnx.ModelProto.encode(file).finish());
}

function attributeOf(name: string, values: readonly (number | string)[]) {
  if (name === "nodes_modes") {
    const encoder = new TextEncoder();
    return { name, type: KIND.STRINGS, strings: values.map((value) => encoder.encode(String(value))) };
  }
  const numbers = values.map(Number);
  const isFloat = name === "nodes_values" || name === "target_weights";
  return isFloat ? { name, type: KIND.FLOATS, floats: numbers } : { name, type: KIND.INTS, ints: numbers };
}

/** Adds a tree's nodes in preorder. */
function addTree(lists: ReturnType<typeof emptyLists>, tree: number, output: number, root: FloatNode): void {
  let next = 0;
  const add = (node: FloatNode): number => {
    const id = next;
    next += 1;
    const isLeaf = typeof node === "number";
    if (!isLeaf && !node.single)
      throw new ModelFileError("ONNX trees compare in float32: this one was made in float64.");
    lists.nodes_treeids.push(tree);
    lists.nodes_nodeids.push(id);
    lists.nodes_featureids.push(isLeaf ? 0 : node.feature);
    lists.nodes_values.push(isLeaf ? 0 : node.threshold);
    lists.nodes_modes.push(isLeaf ? "LEAF" : node.rule === "below" ? "BRANCH_LT" : "BRANCH_LEQ");
    const slot = lists.nodes_truenodeids.push(0) - 1;
    lists.nodes_falsenodeids.push(0);
    if (isLeaf) {
      lists.target_treeids.push(tree);
      lists.target_nodeids.push(id);
      lists.target_ids.push(output);
      lists.target_weights.push(node);
    } else {
      lists.nodes_truenodeids[slot] = add(node.yes);
      lists.nodes_falsenodeids[slot] = add(node.no);
    }
    return id;
  };
  add(root);
}

function rowTensor(name: string, length: number) {
  const shape = { dim: [{ dimValue: 1 }, { dimValue: length }] };
  return { name, type: { tensorType: { elemType: FLOAT, shape } } };
}
