import { performance } from "node:perf_hooks";

import { isWide, packWords } from "../codec/packed-words.ts";
import { packIntegers, unpackIntegers } from "../codec/signal-codec.ts";
import { SignalError, TensorShapeError } from "../errors.ts";
import type { CircuitModel } from "../model/circuit-model.ts";
import { FIELD_MODULUS } from "./curve.ts";
import type { ProofSystem } from "./proof-system.ts";
import { GROTH16 } from "./proof-system.ts";
import type { Proof } from "./verifying-key.ts";
import { formatWitness, loadWitnessCalculator } from "./witness.ts";

/** What proving needs of a circuit; the key is of the proof system that is asked for. */
export interface ProvableCircuit {
  readonly model: CircuitModel;
  readonly wasm: string;
  readonly zkey: string;
}

/** A proof with what it proves. */
export interface ProofResult<P = Proof> {
  readonly proof: P;
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
 * Proves the circuit's model on `features` for one call with Groth16. See {@link proveWith}.
 */
export async function prove(
  circuit: ProvableCircuit,
  features: readonly bigint[],
  binding: bigint,
  options: ProveOptions = {},
): Promise<ProofResult> {
  return proveWith(GROTH16, circuit, features, binding, options);
}

/**
 * Proves the circuit's model on `features` for one call.
 *
 * @param system   The proof system that the circuit's key is of.
 * @param circuit  A built circuit.
 * @param features One unsigned integer below 2^inputBits per input.
 * @param binding  What the proof is bound to; below the field's modulus.
 * @throws {TensorShapeError} when the number of features is wrong.
 * @throws {SignalError} when a feature, the binding or the salt is out of range.
 */
export async function proveWith<P>(
  system: Pick<ProofSystem<P, never>, "prove">,
  circuit: ProvableCircuit,
  features: readonly bigint[],
  binding: bigint,
  options: ProveOptions = {},
): Promise<ProofResult<P>> {
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
  const { proof, signals } = await proveInputsWith(system, circuit, inputs);
  return {
    proof,
    signals,
    outputs: unpackIntegers(signals[0], layout.outputCount, layout.outputBits),
    milliseconds: performance.now() - started,
  };
}

/**
 * Proves a circuit of three public signals for any input signals with Groth16.
 *
 * @throws {SignalError} when no witness exists for them.
 */
export async function proveInputs(
  circuit: Pick<ProvableCircuit, "wasm" | "zkey">,
  inputs: Readonly<Record<string, bigint | readonly bigint[]>>,
): Promise<Pick<ProofResult, "proof" | "signals">> {
  return proveInputsWith(GROTH16, circuit, inputs);
}

/** Like {@link proveInputs}, with any proof system. */
export async function proveInputsWith<P>(
  system: Pick<ProofSystem<P, never>, "prove">,
  { wasm, zkey }: Pick<ProvableCircuit, "wasm" | "zkey">,
  inputs: Readonly<Record<string, bigint | readonly bigint[]>>,
): Promise<Pick<ProofResult<P>, "proof" | "signals">> {
  const calculator = await loadWitnessCalculator(wasm);
  const { proof, publicSignals } = await system.prove(zkey, formatWitness(calculator.calculate(inputs)));
  const [outputs = 0n, data = 0n, binding = 0n] = publicSignals.map(BigInt);
  return { proof, signals: [outputs, data, binding] };
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
