import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

import * as snarkjs from "snarkjs";
import type { Hex } from "viem";
import { bytesToHex, keccak256, toBytes } from "viem";

import { usingCurve } from "../circuit/curve.ts";
import { exportGroth16Key } from "../circuit/groth16-key.ts";
import { parseR1cs } from "../circuit/r1cs.ts";
import type { VerifyingKey } from "../circuit/verifying-key.ts";
import { verifyingKeyId, verifyingKeyOf } from "../circuit/verifying-key.ts";
import { CircuitError } from "../errors.ts";
import { identifyPtau, requirePublicPtau } from "./public-ptau.ts";
import type { Contribution } from "./read-contributions.ts";
import { readContributions } from "./read-contributions.ts";

/** What a finished ceremony says of itself; its keccak256 is the transcript hash on chain. */
export interface Transcript {
  readonly format: "opg-ceremony-1";
  readonly circuit: string;
  readonly r1csSha256: string;
  readonly constraints: number;
  readonly ptau: { readonly blake2b: string; readonly publicPower: number | null };
  readonly circuitHash: Hex;
  /** In order; the last is the beacon. */
  readonly contributions: readonly Contribution[];
  readonly keyId: Hex;
}

/** A ceremony that was verified from the circuit up. */
export interface VerifiedCeremony {
  readonly transcript: Transcript;
  /** The text that is published and hashed. */
  readonly text: string;
  readonly transcriptHash: Hex;
  readonly verifyingKey: VerifyingKey;
}

/** Files that a setup starts from. */
export interface CeremonyInput {
  readonly r1cs: string;
  readonly ptau: string;
  /** Accept a powers-of-tau file that is not of the public ceremony: for tests, never for a real network. */
  readonly forTests?: boolean;
}

const NAME = /^[\x20-\x7e]{1,64}$/;
const BEACON = /^(?:[0-9a-f]{2}){32,255}$/;
const EXPONENTS = { least: 10, most: 63 } as const;

/**
 * Begins the second phase of a circuit: writes the key file that the first contributor takes.
 *
 * @throws {CircuitError} when the powers-of-tau file is not public or too small, or `output` exists.
 */
export async function startCeremony(input: CeremonyInput, output: string): Promise<void> {
  if (input.forTests !== true) await requirePublicPtau(input.ptau);
  await writing(output, async (partial) => {
    const outcome = await snarkjs.zKey.newZKey(input.r1cs, input.ptau, partial);
    if (outcome === -1)
      throw new CircuitError(`${input.ptau} serves fewer constraints than ${input.r1cs} has: take a larger one.`);
  });
}

/**
 * Adds a contribution with a secret that is drawn here, used once and kept nowhere.
 *
 * @param name    What the transcript calls the contributor: 1 to 64 printable ASCII characters.
 * @param entropy Mixed with the system's random bytes; it may be empty.
 * @returns The contribution's hash, which the contributor should publish.
 * @throws {CircuitError} when the name is not usable, the ceremony is finished, or `output` exists.
 */
export async function contribute(from: string, output: string, name: string, entropy = ""): Promise<Hex> {
  if (!NAME.test(name)) throw new CircuitError(`"${name}" is no name: give 1 to 64 printable ASCII characters.`);
  refuseFinished(from);
  const secret = createHash("sha512").update(randomBytes(64)).update(entropy).digest("hex");
  let hash: Uint8Array = new Uint8Array();
  await writing(output, async (partial) => {
    hash = await snarkjs.zKey.contribute(from, partial, name, secret);
  });
  return bytesToHex(hash);
}

/**
 * Finishes the ceremony with a public random value that nobody could know when the last contribution was made, for
 * example the hash of a block announced beforehand.
 *
 * @param beacon             32 bytes or more in lower-case hex, without 0x.
 * @param iterationsExponent SHA-256 is applied 2^this times: 10 to 63.
 * @throws {CircuitError} when nobody has contributed, the ceremony is finished, or the beacon is not usable.
 */
export async function finishCeremony(
  from: string,
  output: string,
  beacon: string,
  iterationsExponent: number,
): Promise<void> {
  const { least, most } = EXPONENTS;
  if (!BEACON.test(beacon)) throw new CircuitError("The beacon is not 32 to 255 bytes in lower-case hex.");
  if (!Number.isInteger(iterationsExponent) || iterationsExponent < least || iterationsExponent > most) {
    throw new CircuitError(`The beacon's exponent is ${iterationsExponent}: give ${least} to ${most}.`);
  }
  refuseFinished(from);
  if (readContributions(from).contributions.length === 0) {
    throw new CircuitError(`Nobody has contributed to ${from}: a beacon alone has no secret.`);
  }
  await writing(output, async (partial) => {
    await snarkjs.zKey.beacon(from, partial, "beacon", beacon, iterationsExponent);
  });
}

/**
 * Verifies a finished ceremony from the circuit and the powers of tau up: each contribution continues the one before,
 * the first at least is a secret one, and only the last is a beacon.
 *
 * @throws {CircuitError} naming what does not hold.
 */
export async function verifyCeremony(
  input: CeremonyInput & { readonly circuit: string },
  zkey: string,
): Promise<VerifiedCeremony> {
  const ptau = await identifyPtau(input.ptau);
  if (input.forTests !== true) await requirePublicPtau(input.ptau);
  const { circuitHash, contributions } = readContributions(zkey);
  if (contributions.at(-1)?.beacon === undefined) throw new CircuitError(`${zkey} is not finished: it has no beacon.`);
  if (contributions.length < 2 || contributions.slice(0, -1).some(({ beacon }) => beacon !== undefined)) {
    throw new CircuitError(`${zkey} must have contributions, and one beacon after all of them.`);
  }
  const names = contributions.map(({ name }) => name);
  if (new Set(names).size !== names.length) throw new CircuitError(`${zkey} has two contributions of one name.`);
  await requireSound(input, zkey);
  const verifyingKey = verifyingKeyOf(exportGroth16Key(zkey));
  const r1cs = readFileSync(input.r1cs);
  const transcript: Transcript = {
    format: "opg-ceremony-1",
    circuit: input.circuit,
    r1csSha256: createHash("sha256").update(r1cs).digest("hex"),
    constraints: parseR1cs(new Uint8Array(r1cs)).constraints.length,
    ptau: { blake2b: ptau.blake2b, publicPower: ptau.publicPower ?? null },
    circuitHash,
    contributions,
    keyId: verifyingKeyId(verifyingKey),
  };
  const text = `${JSON.stringify(transcript, null, 2)}\n`;
  return { transcript, text, transcriptHash: keccak256(toBytes(text)), verifyingKey };
}

async function requireSound({ r1cs, ptau }: CeremonyInput, zkey: string): Promise<void> {
  const refusal = `${zkey} is not a key of ${r1cs} over ${ptau}, or was tampered with: go back to the last good file.`;
  let isSound: boolean;
  try {
    isSound = await usingCurve(() => snarkjs.zKey.verifyFromR1cs(r1cs, ptau, zkey));
  } catch (cause) {
    throw new CircuitError(refusal, { cause });
  }
  if (!isSound) throw new CircuitError(refusal);
}

function refuseFinished(from: string): void {
  if (readContributions(from).contributions.some(({ beacon }) => beacon !== undefined)) {
    throw new CircuitError(`${from} is finished: its beacon must stay the last contribution.`);
  }
}

/** Lets `write` make a file beside `output` that takes its name once it is whole; an existing one is never replaced. */
async function writing(output: string, write: (partial: string) => Promise<void>): Promise<void> {
  if (existsSync(output)) throw new CircuitError(`${output} exists already: choose another name.`);
  const partial = `${output}.partial`;
  try {
    await usingCurve(() => write(partial));
    renameSync(partial, output);
  } finally {
    rmSync(partial, { force: true });
  }
}

/** Writes a transcript where it is published. */
export function writeTranscript(path: string, { text }: VerifiedCeremony): void {
  writeFileSync(path, text);
}
