import { encodeAbiParameters, parseAbiParameters, type Hex } from "viem";
import { inputIntegers, packIntegers, unpackOutputs } from "../../zkml/codec/signal-codec.ts";
import type { BuiltCircuit } from "../../zkml/circuit/build.ts";
import { prove } from "../../zkml/circuit/prove.ts";
import type { Proof } from "../../zkml/circuit/verifying-key.ts";
import { evaluateModel, type CircuitModel } from "../../zkml/model/circuit-model.ts";
import type { ModelInput } from "../../sdk/src/tensors.ts";
import type { ServedModel } from "./served-model.ts";

const proofParameters = parseAbiParameters([
  "Proof proof",
  "struct Proof { uint256[2] a; uint256[4] b; uint256[2] c; }",
]);

/** Serves an integer model that has a circuit: its answers are those that the circuit proves, bit for bit. */
export function circuitModel(options: { releaseId: Hex; circuit: BuiltCircuit }): ServedModel {
  const { circuit, releaseId } = options;
  const { layout } = circuit.model;
  return {
    releaseId,
    keyId: circuit.keyId,
    inputName: layout.inputName,
    run: (input) => runModel(circuit.model, input),
    prove: async (input, binding) => {
      const { proof } = await prove(circuit, inputIntegers(layout, input), binding);
      return encodeProof(proof);
    },
  };
}

/** Runs the golden reference on the tensors of a call; see {@link ServedModel.run}. */
export function runModel(model: CircuitModel, input: ModelInput): ReturnType<ServedModel["run"]> {
  const { layout } = model;
  const features = inputIntegers(layout, input);
  const outputCommitment = packIntegers(evaluateModel(model, features), layout.outputBits);
  return {
    output: unpackOutputs(layout, outputCommitment),
    inputCommitment: packIntegers(features, layout.inputBits),
    outputCommitment,
  };
}

/** A proof as the chain takes it for evidence. */
export function encodeProof(proof: Proof): Hex {
  return encodeAbiParameters(proofParameters, [proof]);
}
