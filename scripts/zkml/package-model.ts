import type { Hex } from "viem";

import { generateNetworkCircuit, publicSignalsOf } from "../../zkml/circuit/generate-network.ts";
import { countConstraints } from "../../zkml/circuit/count-constraints.ts";
import type { SignalLayout } from "../../zkml/codec/layout.ts";
import { ModelFileError } from "../../zkml/errors.ts";
import { executorBlob, executorModelId } from "../../zkml/evm/executor-blob.ts";
import { denseModelOf, layoutOf } from "../../zkml/network/dense-model.ts";
import { evaluateNetwork } from "../../zkml/network/evaluate-network.ts";
import type { IntegerNetwork, NetworkSide } from "../../zkml/network/integer-network.ts";
import { formatNetwork, parseNetwork } from "../../zkml/network/network-file.ts";
import { evaluateTrees } from "../../zkml/trees/evaluate-trees.ts";
import { generateTreeCircuit } from "../../zkml/trees/generate-tree-circuit.ts";
import { treeBlob } from "../../zkml/trees/tree-blob.ts";
import type { TreeModel } from "../../zkml/trees/tree-model.ts";
import { formatTreeModel, isTreeModelText, parseTreeModel } from "../../zkml/trees/tree-model.ts";

/** An integer model of either kind, as far as building, proving, verifying and registering need to know it. */
export interface PackageModel {
  readonly name: string;
  /** Of the file that it was compiled from. */
  readonly sourceSha256: string;
  readonly input: NetworkSide;
  readonly output: NetworkSide;
  readonly publicSignals: readonly string[];
  /** Undefined when a side takes more than one field element. */
  readonly layout: SignalLayout | undefined;
  /** Constraints of the fully simplified circuit, where they are counted beforehand. */
  readonly counted: number | undefined;
  /** The network behind it, unless it is an ensemble of trees. */
  readonly network: IntegerNetwork | undefined;
  /** The golden reference. */
  readonly evaluate: (integers: readonly bigint[]) => bigint[];
  /** The text of the model's file. */
  readonly text: () => string;
  /** The text of its circuit. */
  readonly circuit: () => string;
  /** What the executor inside the EVM stores, or the reason why it cannot run the model. */
  readonly executor: () => Uint8Array | string;
}

/** A network as a package's model. */
export function networkModel(network: IntegerNetwork): PackageModel {
  return {
    name: network.name,
    sourceSha256: network.onnxSha256,
    input: network.input,
    output: network.output,
    publicSignals: publicSignalsOf(network),
    layout: layoutOf(network),
    counted: countConstraints(network).total,
    network,
    evaluate: (integers) => evaluateNetwork(network, integers),
    text: () => formatNetwork(network),
    circuit: () => generateNetworkCircuit(network),
    executor: () => {
      const model = denseModelOf(network);
      return typeof model === "string" ? model : orReason(() => executorBlob(model));
    },
  };
}

/** An ensemble of trees as a package's model. */
export function treesModel(model: TreeModel): PackageModel {
  const { layout } = model;
  return {
    name: model.name,
    sourceSha256: model.sourceSha256,
    input: {
      name: layout.inputName,
      count: layout.inputCount,
      bits: layout.inputBits,
      decimals: layout.inputDecimals,
      offset: Number(layout.inputOffset),
    },
    output: {
      name: layout.outputName,
      count: layout.outputCount,
      bits: layout.outputBits,
      decimals: layout.outputDecimals,
      offset: Number(layout.outputOffset),
    },
    publicSignals: ["packedOutputs", "packedInputs", "callBinding"],
    layout,
    counted: undefined,
    network: undefined,
    evaluate: (integers) => evaluateTrees(model, integers),
    text: () => formatTreeModel(model),
    circuit: () => generateTreeCircuit(model, `the file with SHA-256 ${model.sourceSha256}`, "npx hardhat zkml build"),
    executor: () => orReason(() => treeBlob(model)),
  };
}

/** Parses the text of a model's file of either kind. @throws {ModelFileError} */
export function parseModel(text: string, source: string): PackageModel {
  return isTreeModelText(text) ? treesModel(parseTreeModel(text, source)) : networkModel(parseNetwork(text, source));
}

/** The id under which the executor inside the EVM runs the model; nothing if it cannot. */
export function executorOf(model: PackageModel): { readonly executorModelId?: Hex } {
  const blob = model.executor();
  return typeof blob === "string" ? {} : { executorModelId: executorModelId(blob) };
}

function orReason(blob: () => Uint8Array): Uint8Array | string {
  try {
    return blob();
  } catch (error) {
    if (error instanceof ModelFileError) return error.message;
    throw error;
  }
}
