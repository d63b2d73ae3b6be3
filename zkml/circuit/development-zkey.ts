import { createHash } from "node:crypto";

import type { Curve } from "ffjavascript";
import { ChaCha } from "ffjavascript";

import { CircuitError } from "../errors.ts";
import { binaryFile, littleEndian } from "./binary-file.ts";
import { FIELD_MODULUS } from "./curve.ts";
import { developmentSecrets, lagrangeAt, pointsOf } from "./development-ptau.ts";
import { inverse, modulo, times } from "./field.ts";
import type { ConstraintSystem, LinearCombination } from "./r1cs.ts";

/** Bytes of a field element in a file. */
const FIELD_BYTES = 32;

/** R² for R = 2^256: snarkjs keeps coefficients multiplied by it. */
const MONTGOMERY_SQUARE = 2n ** 512n % FIELD_MODULUS;

/**
 * The bytes of a Groth16 proving key, byte for byte what snarkjs makes of the development setup and one beacon, but for
 * the record of contributions, which is empty: INSECURE, for development only. As all secrets are known, every point is
 * one multiplication of the generator by a number, which takes seconds where the steps of a ceremony take most of an hour.
 *
 * @param curve  BN254.
 * @param power  The setup serves 2^power constraints.
 * @param beacon Hexadecimal; decides delta as snarkjs's beacon would after 2^exponent iterations.
 * @throws {CircuitError} when the circuit is larger.
 */
export function developmentZkey(
  curve: Curve,
  system: ConstraintSystem,
  power: number,
  beacon: { readonly hash: string; readonly exponent: number },
): Uint8Array {
  const publicSignals = system.publicOutputs + system.publicInputs;
  const domainPower = Math.floor(Math.log2(system.constraints.length + publicSignals)) + 1;
  if (domainPower > power) {
    throw new CircuitError(`The circuit exceeds 2^${power} constraints: raise its power in the catalogue.`);
  }
  const { alpha, beta } = developmentSecrets();
  const delta = beaconDelta(curve, beacon.hash, beacon.exponent);
  const inverseDelta = inverse(delta);
  const { a, b, sums } = wireValues(system, publicSignals, domainPower);
  const g1 = (scalars: readonly bigint[]) => pointsOf(curve, curve.G1, scalars);
  const g2 = (scalars: readonly bigint[]) => pointsOf(curve, curve.G2, scalars);
  const quotients = lagrangeAt(developmentSecrets().tau, domainPower + 1).filter((_, index) => index % 2 === 1);
  const header = [
    number(FIELD_BYTES),
    littleEndian(curve.q, FIELD_BYTES),
    number(FIELD_BYTES),
    littleEndian(curve.r, FIELD_BYTES),
    number(system.wires),
    number(publicSignals),
    number(2 ** domainPower),
    g1([alpha, beta]),
    g2([beta, 1n]),
    g1([delta]),
    g2([delta]),
  ];
  return binaryFile("zkey", 1, [
    [1, number(1)],
    [2, joined(header)],
    [3, g1(sums.slice(0, publicSignals + 1))],
    [4, coefficients(system, publicSignals)],
    [9, g1(quotients.map((value) => times(value, inverseDelta)))],
    [8, g1(sums.slice(publicSignals + 1).map((value) => times(value, inverseDelta)))],
    [5, g1(a)],
    [6, g1(b)],
    [7, g2(b)],
    // A hash of the circuit, which only a ceremony needs, and no contributions.
    [10, new Uint8Array(64 + 4)],
  ]);
}

/** For every wire its polynomials of a and b at tau, and beta · a + alpha · b + c. */
function wireValues(
  system: ConstraintSystem,
  publicSignals: number,
  domainPower: number,
): { a: bigint[]; b: bigint[]; sums: bigint[] } {
  const { tau, alpha, beta } = developmentSecrets();
  const rows = lagrangeAt(tau, domainPower);
  const zeros = () => Array.from({ length: system.wires }, () => 0n);
  const [a, b, c] = [zeros(), zeros(), zeros()];
  const add = (values: bigint[], combination: LinearCombination, row: bigint) => {
    for (const [wire, coefficient] of combination) values[wire] = modulo((values[wire] ?? 0n) + coefficient * row);
  };
  system.constraints.forEach((constraint, index) => {
    const row = rows[index] ?? 0n;
    add(a, constraint[0], row);
    add(b, constraint[1], row);
    add(c, constraint[2], row);
  });
  // A row for the constant and for every public signal, which keeps them independent of each other.
  for (let wire = 0; wire <= publicSignals; wire += 1) {
    add(a, [[wire, 1n]], rows[system.constraints.length + wire] ?? 0n);
  }
  const sums = a.map((value, wire) => modulo(beta * value + alpha * (b[wire] ?? 0n) + (c[wire] ?? 0n)));
  return { a, b, sums };
}

/** The coefficients of a and b that the prover evaluates: matrix, constraint, wire and value each. */
function coefficients(system: ConstraintSystem, publicSignals: number): Uint8Array {
  const entries: [matrix: number, row: number, wire: number, value: bigint][] = [];
  system.constraints.forEach(([a, b], row) => {
    for (const [wire, value] of a) entries.push([0, row, wire, value]);
    for (const [wire, value] of b) entries.push([1, row, wire, value]);
  });
  for (let wire = 0; wire <= publicSignals; wire += 1) entries.push([0, system.constraints.length + wire, wire, 1n]);
  const size = 12 + FIELD_BYTES;
  const bytes = new Uint8Array(4 + entries.length * size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, entries.length, true);
  entries.forEach(([matrix, row, wire, value], index) => {
    const at = 4 + index * size;
    view.setUint32(at, matrix, true);
    view.setUint32(at + 4, row, true);
    view.setUint32(at + 8, wire, true);
    bytes.set(littleEndian(modulo(value * MONTGOMERY_SQUARE), FIELD_BYTES), at + 12);
  });
  return bytes;
}

/** The secret that a beacon adds: a generator seeded with the iterated hash draws it. */
function beaconDelta(curve: Curve, beacon: string, exponent: number): bigint {
  let hash: Uint8Array = Buffer.from(beacon, "hex");
  for (let round = 0; round < 2 ** exponent; round += 1) hash = createHash("sha256").update(hash).digest();
  const view = new DataView(hash.buffer, hash.byteOffset, hash.byteLength);
  const seed = Array.from({ length: 8 }, (_, index) => view.getUint32(4 * index, false));
  return curve.Fr.toObject(curve.Fr.fromRng(new ChaCha(seed)));
}

function number(value: number): Uint8Array {
  return littleEndian(BigInt(value), 4);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
