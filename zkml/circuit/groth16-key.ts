import { readFileSync } from "node:fs";

import type { Groth16VerifyingKey } from "snarkjs";

import { CircuitError } from "../errors.ts";
import { integerAt, sectionsOf } from "./binary-file.ts";
import { BASE_MODULUS, FROM_MONTGOMERY } from "./curve.ts";
import { FIELD_BYTES } from "./curve-code.ts";

/** The parts of a proving key of BN254, as the file has them. */
export interface Groth16Key {
  readonly wires: number;
  readonly publicSignals: number;
  /** Rows of the circuit's matrices: a power of two. */
  readonly rows: number;
  /** alpha and beta of G1, beta and gamma of G2, delta of both: affine points. */
  readonly points: Uint8Array;
  /** Entries of matrix, row, wire and value each. */
  readonly entries: Uint8Array;
  /** Affine points: of the public signals, of every wire in a, in b and in b again in G2, of the private wires, of rows. */
  readonly bases: Readonly<Record<"ic" | "a" | "b1" | "b2" | "c" | "h", Uint8Array>>;
}

/** Bytes of an entry of the matrices. */
export const ENTRY_BYTES = 12 + FIELD_BYTES;

const G1_BYTES = 2 * FIELD_BYTES;
const G2_BYTES = 4 * FIELD_BYTES;

const GROTH16 = 1;
const SECTION = { system: 1, header: 2, ic: 3, entries: 4, a: 5, b1: 6, b2: 7, c: 8, h: 9 } as const;

/** Where the header has its counts: after both moduli with their lengths. */
const COUNTS = 2 * (4 + FIELD_BYTES);

/**
 * Reads a proving key (.zkey).
 *
 * @throws {CircuitError} when the file is none, of another proof system or curve, or damaged.
 */
export function readGroth16Key(path: string): Groth16Key {
  const refused = new CircuitError(`${path} is not a whole Groth16 proving key of BN254: delete it and build again.`);
  let sections: ReturnType<typeof sectionsOf>;
  try {
    sections = sectionsOf(new Uint8Array(readFileSync(path)), "zkey");
  } catch (cause) {
    throw new CircuitError(refused.message, { cause });
  }
  const part = (section: number) => sections.get(section) ?? new Uint8Array();
  const number = (bytes: Uint8Array, at: number) =>
    bytes.length < at + 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);
  const header = part(SECTION.header);
  const pointsAt = COUNTS + 12;
  if (number(part(SECTION.system), 0) !== GROTH16 || header.length !== pointsAt + 3 * G1_BYTES + 3 * G2_BYTES) {
    throw refused;
  }
  if (integerAt(header, 4, FIELD_BYTES) !== BASE_MODULUS) throw refused;
  const [wires, publicSignals, rows] = [0, 4, 8].map((at) => number(header, COUNTS + at)) as [number, number, number];
  const bases = {
    ic: part(SECTION.ic),
    a: part(SECTION.a),
    b1: part(SECTION.b1),
    b2: part(SECTION.b2),
    c: part(SECTION.c),
    h: part(SECTION.h),
  };
  const expected: Readonly<Record<keyof typeof bases, number>> = {
    ic: (publicSignals + 1) * G1_BYTES,
    a: wires * G1_BYTES,
    b1: wires * G1_BYTES,
    b2: wires * G2_BYTES,
    c: (wires - publicSignals - 1) * G1_BYTES,
    h: rows * G1_BYTES,
  };
  const names = Object.keys(expected) as (keyof typeof bases)[];
  const isWhole = names.every((name) => bases[name].length === expected[name]);
  const entries = part(SECTION.entries);
  const isPower = rows > 0 && (rows & (rows - 1)) === 0;
  if (!isWhole || !isPower || entries.length !== 4 + number(entries, 0) * ENTRY_BYTES) throw refused;
  return { wires, publicSignals, rows, points: header.subarray(pointsAt), entries: entries.subarray(4), bases };
}

/** The verifying key that belongs to a proving key, in snarkjs's form. @throws {CircuitError} */
export function exportGroth16Key(path: string): Groth16VerifyingKey {
  const { points, bases, publicSignals } = readGroth16Key(path);
  const word = (bytes: Uint8Array, at: number) =>
    String((integerAt(bytes, at, FIELD_BYTES) * FROM_MONTGOMERY) % BASE_MODULUS);
  const g1 = (bytes: Uint8Array, at: number): [string, string, string] => [
    word(bytes, at),
    word(bytes, at + FIELD_BYTES),
    "1",
  ];
  const g2 = (at: number): Groth16VerifyingKey["vk_beta_2"] => [
    [word(points, at), word(points, at + FIELD_BYTES)],
    [word(points, at + 2 * FIELD_BYTES), word(points, at + 3 * FIELD_BYTES)],
    ["1", "0"],
  ];
  const [beta2, gamma2] = [2 * G1_BYTES, 2 * G1_BYTES + G2_BYTES];
  return {
    protocol: "groth16",
    curve: "bn128",
    nPublic: publicSignals,
    vk_alpha_1: g1(points, 0),
    vk_beta_2: g2(beta2),
    vk_gamma_2: g2(gamma2),
    vk_delta_2: g2(gamma2 + G2_BYTES + G1_BYTES),
    IC: Array.from({ length: publicSignals + 1 }, (_, index) => g1(bases.ic, index * G1_BYTES)),
  };
}
