import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import type { Hex } from "viem";
import { bytesToHex } from "viem";

import { sectionsOf } from "../circuit/binary-file.ts";
import { BASE_MODULUS, FROM_MONTGOMERY } from "../circuit/curve.ts";
import { CircuitError } from "../errors.ts";

/** One contribution to the second phase, as the key file records it. */
export interface Contribution {
  /** What the contributor called himself; "" if nothing. */
  readonly name: string;
  /** BLAKE2b-512 of the contribution: what the program showed to the contributor. */
  readonly hash: Hex;
  /** Present for a beacon: a public value instead of a secret one. */
  readonly beacon?: { readonly value: Hex; readonly iterationsExponent: number };
}

/** The second phase of a key file. */
export interface SecondPhase {
  /** BLAKE2b-512 of the circuit's part of the setup. */
  readonly circuitHash: Hex;
  readonly contributions: readonly Contribution[];
}

const PHASE_SECTION = 10;
const BEACON_TYPE = 1;
const HASH_SIZE = 64;
const COORDINATE_SIZE = 32;

/**
 * Reads who contributed to a Groth16 key file (.zkey), in order. Nothing is verified here.
 *
 * @throws {CircuitError} when the file is damaged.
 */
export function readContributions(path: string): SecondPhase {
  try {
    const section = sectionsOf(new Uint8Array(readFileSync(path)), "zkey").get(PHASE_SECTION);
    if (section === undefined) throw new RangeError("The file has no second phase.");
    return parse(new Reader(Buffer.from(section)));
  } catch (cause) {
    throw new CircuitError(`${path} is no Groth16 key file with a second phase: give a .zkey file.`, { cause });
  }
}

/** Reads bytes in order. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(size: number): Buffer {
    if (this.#at + size > this.#bytes.length) throw new RangeError("The section ends early.");
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }

  word(): number {
    return this.take(4).readUInt32LE();
  }
}

function parse(reader: Reader): SecondPhase {
  const circuitHash = bytesToHex(reader.take(HASH_SIZE));
  const contributions = Array.from({ length: reader.word() }, () => contributionOf(reader));
  return { circuitHash, contributions };
}

function contributionOf(reader: Reader): Contribution {
  const hash = createHash("blake2b512");
  // Three points of G1 and one of G2, the latter's imaginary parts first.
  for (const order of [
    [0, 1],
    [0, 1],
    [0, 1],
    [1, 0, 3, 2],
  ]) {
    const coordinates = order.map(() => reader.take(COORDINATE_SIZE));
    for (const index of order) hash.update(standard(coordinates[index]!));
  }
  hash.update(reader.take(HASH_SIZE));
  const isBeacon = reader.word() === BEACON_TYPE;
  const parameters = new Map<number, Buffer>();
  for (let left = reader.word(); left > 0; ) {
    const [kind = 0] = reader.take(1);
    const isExponent = kind === 2;
    const size = isExponent ? 1 : (reader.take(1)[0] ?? 0);
    parameters.set(kind, reader.take(size));
    left -= size + (isExponent ? 1 : 2);
  }
  return {
    name: parameters.get(1)?.toString("utf8") ?? "",
    hash: bytesToHex(hash.digest()),
    ...(isBeacon
      ? {
          beacon: {
            value: bytesToHex(parameters.get(3) ?? new Uint8Array()),
            iterationsExponent: parameters.get(2)?.[0] ?? 0,
          },
        }
      : {}),
  };
}

/** A stored coordinate, little-endian and in Montgomery form, as the 32 bytes of its number. */
function standard(stored: Buffer): Buffer {
  const value = BigInt(`0x${Buffer.from(stored).reverse().toString("hex")}`);
  const number = (value * FROM_MONTGOMERY) % BASE_MODULUS;
  return Buffer.from(number.toString(16).padStart(2 * COORDINATE_SIZE, "0"), "hex");
}
