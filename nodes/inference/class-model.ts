import { encodeAbiParameters, keccak256, type Hex } from "viem";
import type { ClassShape } from "../../zkml/circuit/class-shape.ts";
import { classModelHash, classParameters } from "../../zkml/circuit/class-shape.ts";
import { proveInputs } from "../../zkml/circuit/prove.ts";
import { inputIntegers, packIntegers } from "../../zkml/codec/signal-codec.ts";
import type { IntegerModel } from "../../zkml/model/integer-model.ts";
import { encodeProof, runModel } from "./circuit-model.ts";
import type { ServedModel } from "./served-model.ts";

/** A class circuit that is ready to prove. */
export interface ClassCircuit {
  readonly shape: ClassShape;
  readonly wasm: string;
  readonly zkey: string;
  /** The key of the class, under which every model of the shape is proven. */
  readonly classKeyId: Hex;
}

/** The key id under which the chain knows a model of a class; see `VerifierRegistry.registerClassModel`. */
export function classModelKeyId(classKeyId: Hex, modelHash: bigint): Hex {
  return keccak256(encodeAbiParameters([{ type: "bytes32" }, { type: "uint256" }], [classKeyId, modelHash]));
}

/**
 * Serves a model whose weights stay private: the proof shows only that the weights have the hash that the release is
 * bound to.
 *
 * @throws {ModelFileError} when the model is not of the class
 */
export function classModel(options: { releaseId: Hex; circuit: ClassCircuit; model: IntegerModel }): ServedModel {
  const { releaseId, circuit, model } = options;
  const { layout } = model;
  const parameters = classParameters(circuit.shape, model);
  return {
    releaseId,
    keyId: classModelKeyId(circuit.classKeyId, classModelHash(circuit.shape, model)),
    inputName: layout.inputName,
    run: (input) => runModel(model, input),
    prove: async (input, callBinding) => {
      const packedInputs = packIntegers(inputIntegers(layout, input), layout.inputBits);
      const { proof } = await proveInputs(circuit, { packedInputs, parameters, callBinding });
      return encodeProof(proof);
    },
  };
}
