import { performance } from "node:perf_hooks";

import * as snarkjs from "snarkjs";

import { isWide, packWords } from "../codec/packed-words.ts";
import { packIntegers, unpackIntegers } from "../codec/signal-codec.ts";
import { SignalError, TensorShapeError } from "../errors.ts";
import type { CircuitModel } from "../model/circuit-model.ts";
import type { BuiltCircuit } from "./build.ts";
import { FIELD_MODULUS, usingCurve } from "./curve.ts";
import type { Proof } from "./verifying-key.ts";
import { proofOf } from "./verifying-key.ts";
import { formatWitness, loadWitnessCalculator } from "./witness.ts";

/** A proof with what it proves. */
export interface ProofResult {
  readonly proof: Proof;
  /** [0] packed outputs, [1] packed inputs or their commitment, [2] call binding. */
  readonly signals: readonly [bigint, bigint, bigint];
  /** The output integers, unpacked from signal 0. */
  readonly outputs: readonly bigint[];
  /** Witness and proof, wall time. */
  readonly milliseconds: number;
}

/** Options of {@link prove}. */
export interface ProveOptions {
  /** Hides inputs of several words behind their commitment: a random field element; 0 by default. */
  readonly salt?: bigint;
}

/**
 * Proves the circuit's model on `features` for one call.
 *
 * @param circuit  A built circuit.
 * @param features One unsigned integer below 2^inputBits per input.
 * @param binding  What the proof is bound to; below the field's modulus.
 * @throws {TensorShapeError} when the number of features is wrong.
 * @throws {SignalError} when a feature, the binding or the salt is out of range.
 */
export async function prove(
  circuit: BuiltCircuit,
  features: readonly bigint[],
  binding: bigint,
  options: ProveOptions = {},
): Promise<ProofResult> {
  const { layout } = circuit.model;
  if (features.length !== layout.inputCount) {
    throw new TensorShapeError(
      `"${layout.inputName}" has shape [1, ${layout.inputCount}] but ${features.length} values were given.`,
    );
  }
  if (binding < 0n || binding >= FIELD_MODULUS) {
    throw new SignalError(`The call binding ${binding} is not a field element: reduce it below the field's modulus.`);
  }
  const started = performance.now();
  const inputs = witnessInputs(circuit.model, features, binding, options.salt);
  const { proof, signals } = await proveInputs(circuit, inputs);
  return {
    proof,
    signals,
    outputs: unpackIntegers(signals[0], layout.outputCount, layout.outputBits),
    milliseconds: performance.now() - started,
  };
}

/**
 * Proves a circuit of three public signals for any input signals.
 *
 * @throws {SignalError} when no witness exists for them.
 */
export async function proveInputs(
  { wasm, zkey }: Pick<BuiltCircuit, "wasm" | "zkey">,
  inputs: Readonly<Record<string, bigint | readonly bigint[]>>,
): Promise<Pick<ProofResult, "proof" | "signals">> {
  const calculator = await loadWitnessCalculator(wasm);
  const witness = { type: "mem", data: formatWitness(calculator.calculate(inputs)) } as const;
  const { proof, publicSignals } = await usingCurve(() => snarkjs.groth16.prove(zkey, witness));
  const [outputs = 0n, data = 0n, binding = 0n] = publicSignals.map(BigInt);
  return { proof: proofOf(proof), signals: [outputs, data, binding] };
}

/**
 * The input signals of a model's circuit (see generateModelCircuit).
 *
 * @throws {SignalError} when a feature is out of range.
 */
export function witnessInputs(
  { layout }: CircuitModel,
  features: readonly bigint[],
  callBinding: bigint,
  salt = 0n,
): Record<string, bigint | bigint[]> {
  if (isWide(layout)) return { words: packWords(features, layout.inputBits), salt, callBinding };
  return { packedInputs: packIntegers(features, layout.inputBits), callBinding };
}
