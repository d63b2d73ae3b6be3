import { readFileSync, writeFileSync } from "node:fs";

import type { Hex } from "viem";
import { z } from "zod";

import { FIELD_MODULUS } from "../../zkml/circuit/curve.ts";
import type { ProofSystem } from "../../zkml/circuit/proof-system.ts";
import { FFLONK, GROTH16 } from "../../zkml/circuit/proof-system.ts";
import { proveInputsWith } from "../../zkml/circuit/prove.ts";
import { decodeRow } from "../../zkml/network/encode.ts";
import { circuitInputs, signalOf } from "../../zkml/network/signals.ts";
import { toJson } from "../lib/json.ts";
import { UserError } from "../lib/user-error.ts";
import type { Package } from "./package-files.ts";
import { checkTarget } from "./target.ts";

/** A proof with what it proves. */
export interface NetworkProof {
  readonly keyId: Hex;
  /** As `VerifierRegistry.verifyProof` takes it. */
  readonly proof: Hex;
  /** Outputs (or their commitment), inputs (or their commitment), call binding. */
  readonly signals: readonly [bigint, bigint, bigint];
  /** The output integers: they open the first signal. */
  readonly outputs: readonly bigint[];
}

/**
 * Proves one run of a compiled model.
 *
 * @param integers The input integers; see `encodeRow`.
 * @param binding  What the proof is bound to; below the field's modulus.
 * @param salt     Hides what commitments commit to; a random field element.
 * @throws {SignalError} when a value is out of range.
 */
export async function proveRun(
  model: Package,
  integers: readonly bigint[],
  binding: bigint,
  salt: bigint,
): Promise<NetworkProof> {
  const { keyId } = model;
  const { input, output } = model.model;
  const outputs = model.model.evaluate(integers);
  const inputs = circuitInputs({ input, output }, integers, binding, salt);
  const { proof, signals } = await (model.keys.proofSystem === "groth16"
    ? proveBytes(GROTH16, model, inputs)
    : proveBytes(FFLONK, model, inputs));
  if (signals[0] !== signalOf(output, outputs, salt)) {
    throw new UserError("The circuit and the model's file differ: build the model again.");
  }
  return { keyId, proof, signals, outputs };
}

async function proveBytes<P>(
  system: ProofSystem<P, never>,
  model: Package,
  inputs: Readonly<Record<string, bigint | readonly bigint[]>>,
): Promise<Pick<NetworkProof, "proof" | "signals">> {
  const { proof, signals } = await proveInputsWith(system, model, inputs);
  return { proof: system.encode(proof), signals };
}

/**
 * Whether a proof is one under the package's key, for its signals.
 *
 * @throws {CircuitError} when it is of another proof system.
 */
export async function verifyRun({ keys }: Package, { proof, signals }: NetworkProof): Promise<boolean> {
  return keys.proofSystem === "groth16"
    ? GROTH16.verify(keys.snarkjsKey, signals, GROTH16.decode(proof))
    : FFLONK.verify(keys.snarkjsKey, signals, FFLONK.decode(proof));
}

/** @throws {CircuitError} when a proof is not of the package's proof system */
export function requireProofSystem({ keys }: Package, { proof }: NetworkProof): void {
  if (keys.proofSystem === "groth16") GROTH16.decode(proof);
  else FFLONK.decode(proof);
}

/** What a proof's outputs are in natural units. */
export function outputValues({ model }: Package, { outputs }: NetworkProof): number[] {
  return decodeRow(model.output, outputs);
}

const number = z
  .string()
  .regex(/^\d{1,78}$/)
  .transform(BigInt);
const proofSchema = z
  .object({
    format: z.literal("opg-zkml-proof-2"),
    keyId: z
      .string()
      .regex(/^0x[0-9a-f]{64}$/)
      .transform((text) => text as Hex),
    proof: z
      .string()
      .regex(/^0x([0-9a-f]{2}){1,4096}$/)
      .transform((text) => text as Hex),
    signals: z.tuple([number, number, number]),
    outputs: z.array(number),
  })
  .strict();

/** Writes a proof. @throws UserError when the path is not one for a new file */
export function writeProof(path: string, proof: NetworkProof): void {
  checkTarget(path);
  writeFileSync(path, `${toJson({ format: "opg-zkml-proof-2", ...proof })}\n`);
}

/** Reads a proof. @throws UserError when the file is none */
export function readProof(path: string): NetworkProof {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new UserError(`${path} cannot be read as a proof: make it with npx hardhat zkml prove.`, { cause });
  }
  const parsed = proofSchema.safeParse(raw);
  if (!parsed.success) throw new UserError(`${path} is not a proof: make it with npx hardhat zkml prove.`);
  return parsed.data;
}

/** A field element from the command line: decimal or 0x and hexadecimal. @throws UserError */
export function parseFieldElement(text: string, what: string): bigint {
  if (!/^(\d{1,78}|0x[0-9a-fA-F]{1,64})$/.test(text)) {
    throw new UserError(`The ${what} "${text}" is no number: write it in decimal, or hexadecimal after 0x.`);
  }
  const value = BigInt(text);
  if (value >= FIELD_MODULUS) {
    throw new UserError(`The ${what} ${text} is not below the field's modulus: reduce a hash modulo ${FIELD_MODULUS}.`);
  }
  return value;
}
