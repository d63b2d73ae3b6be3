import { generateCircuit } from "../circuit/generate.ts";
import { CircuitError } from "../errors.ts";
import { executorBlob } from "../evm/executor-blob.ts";
import { evaluateTrees } from "../trees/evaluate-trees.ts";
import { generateTreeCircuit } from "../trees/generate-tree-circuit.ts";
import { treeBlob } from "../trees/tree-blob.ts";
import type { TreeModel } from "../trees/tree-model.ts";
import { isTreeModelText, parseTreeModel } from "../trees/tree-model.ts";
import { evaluate } from "./evaluate.ts";
import type { IntegerModel } from "./integer-model.ts";
import { parseIntegerModel } from "./integer-model.ts";

/** Every kind of model that has a circuit: dense networks and tree ensembles. */
export type CircuitModel = IntegerModel | TreeModel;

/** Whether the model is a tree ensemble. */
export function isTreeModel(model: CircuitModel): model is TreeModel {
  return "trees" in model;
}

/** The model as a dense network. @throws {CircuitError} when it is a tree ensemble. */
export function denseModel(model: CircuitModel): IntegerModel {
  if (isTreeModel(model)) throw new CircuitError(`Model "${model.name}" is a tree ensemble, not a dense network.`);
  return model;
}

/** Parses the text of a model file of either kind. @throws {ModelFileError} */
export function parseCircuitModel(text: string, source: string): CircuitModel {
  return isTreeModelText(text) ? parseTreeModel(text, source) : parseIntegerModel(text, source);
}

/** Runs the golden reference of the model; errors as those of {@link evaluate}. */
export function evaluateModel(model: CircuitModel, features: readonly bigint[]): bigint[] {
  return isTreeModel(model) ? evaluateTrees(model, features) : evaluate(model, features);
}

/** Emits the main circuit of the model; `modelFile` is named in its header. */
export function generateModelCircuit(model: CircuitModel, modelFile: string): string {
  return isTreeModel(model) ? generateTreeCircuit(model, modelFile) : generateCircuit(model, modelFile);
}

/** The bytes under which ModelExecutor knows the model. @throws {ModelFileError} when it does not fit the executor. */
export function modelBlob(model: CircuitModel): Uint8Array {
  return isTreeModel(model) ? treeBlob(model) : executorBlob(model);
}
