import { createHash } from "node:crypto";

import type { Curve, Group, Opaque } from "ffjavascript";

import { binaryFile, littleEndian } from "./binary-file.ts";
import { FIELD_MODULUS } from "./curve.ts";
import { inverse, inverses, modulo, power, rootOfUnity, times } from "./field.ts";

/**
 * Where the development setup's secrets come from: they are public, so anyone can forge proofs under a development key.
 */
export const DEVELOPMENT_SEED = "OPG insecure development setup 1";

/** The public "secrets" of the development setup. */
export function developmentSecrets(): { tau: bigint; alpha: bigint; beta: bigint } {
  const secret = (name: string) =>
    BigInt(`0x${createHash("sha512").update(`${DEVELOPMENT_SEED}/${name}`).digest("hex")}`) % FIELD_MODULUS;
  return { tau: secret("tau"), alpha: secret("alpha"), beta: secret("beta") };
}

/**
 * The bytes of a prepared powers-of-tau file made from known secrets: INSECURE, for development only. Because tau is
 * known, every point, Lagrange points included, is one multiplication of the generator. Deterministic.
 *
 * @param curve BN254.
 * @param power The file serves circuits of up to 2^power constraints.
 */
export function developmentPtau(curve: Curve, power: number): Uint8Array {
  const { tau, alpha, beta } = developmentSecrets();
  const size = 2 ** power;
  const powers = [1n];
  for (let next = tau; powers.length < 2 * size - 1; next = times(next, tau)) powers.push(next);
  const half = powers.slice(0, size);
  const levels = Array.from({ length: power + 1 }, (_, level) => lagrangeAt(tau, level)).flat();
  const by = (factor: bigint) => (scalar: bigint) => times(factor, scalar);
  const g1 = (scalars: readonly bigint[]) => pointsOf(curve, curve.G1, scalars);
  const g2 = (scalars: readonly bigint[]) => pointsOf(curve, curve.G2, scalars);
  const sections: [number, Uint8Array][] = [
    [1, header(curve, power)],
    [2, g1(powers)],
    [3, g2(half)],
    [4, g1(half.map(by(alpha)))],
    [5, g1(half.map(by(beta)))],
    [6, g2([beta])],
    // No contributions.
    [7, new Uint8Array(4)],
    [12, g1([...levels, ...lagrangeAt(tau, power + 1)])],
    [13, g2(levels)],
    [14, g1(levels.map(by(alpha)))],
    [15, g1(levels.map(by(beta)))],
  ];
  return binaryFile("ptau", 1, sections);
}

/**
 * The bytes of a powers-of-tau file of the development setup for FFLONK, which reads powers of tau only: INSECURE, for
 * development only. Deterministic.
 *
 * @param curve  BN254.
 * @param points Powers of tau in G1; see `fflonkPoints`.
 */
export function developmentUniversalPtau(curve: Curve, points: number): Uint8Array {
  const { tau } = developmentSecrets();
  const powers = [1n];
  while (powers.length < points) powers.push(times(powers[powers.length - 1] ?? 1n, tau));
  return binaryFile("ptau", 1, [
    [1, header(curve, Math.floor(Math.log2(points)))],
    [2, pointsOf(curve, curve.G1, powers)],
    [3, pointsOf(curve, curve.G2, [1n, tau])],
    [7, new Uint8Array(4)],
    // snarkjs asks whether the file is prepared for circuits and reads nothing of that part.
    [12, new Uint8Array(0)],
  ]);
}

/** The values at `tau` of the 2^level Lagrange polynomials over the roots of unity of that order. */
export function lagrangeAt(tau: bigint, level: number): bigint[] {
  const size = 1n << BigInt(level);
  const root = rootOfUnity(size);
  const common = times(power(tau, size) - 1n, inverse(size));
  const points = [1n];
  while (points.length < Number(size)) points.push(times(points[points.length - 1] ?? 1n, root));
  const distances = inverses(points.map((point) => modulo(tau - point)));
  return points.map((point, index) => times(times(common, point), distances[index] ?? 0n));
}

/** The generator's multiples by every scalar, as the affine points of a file section. */
export function pointsOf(curve: Curve, group: Group, scalars: readonly bigint[]): Uint8Array {
  const multiply = fixedBase(curve, group);
  const size = group.F.n8 * 2;
  const bytes = new Uint8Array(scalars.length * size);
  scalars.forEach((scalar, index) => group.toRprLEM(bytes, index * size, group.toAffine(multiply(scalar))));
  return bytes;
}

/** Multiplies the generator with a table of every digit · 256^position: 32 additions instead of 254 doublings. */
function fixedBase(curve: Curve, group: Group): (scalar: bigint) => Opaque {
  const zero = group.timesFr(group.g, curve.Fr.e(0n));
  let base = group.g;
  const table = Array.from({ length: 32 }, () => {
    const multiples = [zero];
    for (let digit = 1; digit < 256; digit += 1) multiples.push(group.add(multiples[digit - 1] ?? zero, base));
    base = group.add(multiples[255] ?? zero, base);
    return multiples;
  });
  return (scalar) => {
    let sum = zero;
    for (let position = 0, rest = scalar; rest > 0n; position += 1, rest >>= 8n) {
      sum = group.add(sum, table[position]?.[Number(rest & 0xffn)] ?? zero);
    }
    return sum;
  };
}

function header(curve: Curve, power: number): Uint8Array {
  const fieldBytes = 32;
  const bytes = new Uint8Array(4 + fieldBytes + 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, fieldBytes, true);
  bytes.set(littleEndian(curve.q, fieldBytes), 4);
  view.setUint32(4 + fieldBytes, power, true);
  view.setUint32(8 + fieldBytes, power, true);
  return bytes;
}
