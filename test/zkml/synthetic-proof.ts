import { createHash } from "node:crypto";

import type { Group, Opaque } from "ffjavascript";

import { BASE_MODULUS, FIELD_MODULUS, FROM_MONTGOMERY } from "../../zkml/circuit/curve.ts";
import { openCurve } from "../../zkml/circuit/open-curve.ts";
import type { Proof, VerifyingKey } from "../../zkml/circuit/verifying-key.ts";

/** A key of any number of signals with a valid proof, made from a setup whose secrets are known. */
export interface SyntheticProof {
  readonly key: VerifyingKey;
  readonly proof: Proof;
  readonly signals: readonly bigint[];
}

/** Proofs under one key, made from a setup whose secrets are known. */
export interface SyntheticBatch {
  readonly key: VerifyingKey;
  readonly proofs: readonly Proof[];
  /** The signals of each proof. */
  readonly signals: readonly (readonly bigint[])[];
}

/** What {@link syntheticBatch} makes besides one right proof. */
export interface SyntheticOptions {
  /** How many proofs; 1 by default. */
  readonly count?: number;
  /** Names another circuit of the same setup: alpha, beta and gamma stay, delta and `ic` change. */
  readonly circuit?: string;
  /** What is added to the scalar of each C, which makes its proof wrong. */
  readonly errors?: readonly bigint[];
}

/** A key of `signalCount` signals with one valid proof; see {@link syntheticBatch}. */
export async function syntheticProof(signalCount: number): Promise<SyntheticProof> {
  const { key, proofs, signals } = await syntheticBatch(signalCount);
  return { key, proof: proofs[0]!, signals: signals[0]! };
}

/**
 * Solves a·b = alpha·beta + L·gamma + c·delta for c and lifts everything to points: genuine Groth16 equations without
 * a circuit behind them. Deterministic.
 */
export async function syntheticBatch(signalCount: number, options: SyntheticOptions = {}): Promise<SyntheticBatch> {
  const { count = 1, circuit = "", errors = [] } = options;
  const scalar = (name: string) =>
    BigInt(`0x${createHash("sha512").update(`synthetic/${signalCount}/${name}`).digest("hex")}`) % FIELD_MODULUS;
  const [alpha, beta, gamma] = [scalar("alpha"), scalar("beta"), scalar("gamma")];
  const delta = scalar(`${circuit}delta`);
  const ic = Array.from({ length: signalCount + 1 }, (_, index) => scalar(`${circuit}ic${index}`));
  const statements = Array.from({ length: count }, (_, proof) => {
    // The first proof has plain names.
    const suffix = proof === 0 ? "" : `/${proof}`;
    const [a, b] = [scalar(`a${suffix}`), scalar(`b${suffix}`)];
    const signals = Array.from({ length: signalCount }, (_, index) => scalar(`signal${index}${suffix}`));
    const sum = signals.reduce((total, signal, index) => total + signal * (ic[index + 1] ?? 0n), ic[0] ?? 0n);
    const rest = a * b - alpha * beta - sum * gamma;
    const c = modulo(rest * power(delta, FIELD_MODULUS - 2n, FIELD_MODULUS) + (errors[proof] ?? 0n), FIELD_MODULUS);
    return { a, b, c, signals };
  });
  const curve = await openCurve();
  const words = (group: Group, value: bigint) => wordsOf(group, group.timesFr(group.g, curve.Fr.e(value)));
  const g1 = (value: bigint) => {
    const [x = 0n, y = 0n] = words(curve.G1, value);
    return [x, y] as const;
  };
  const g2 = (value: bigint) => {
    const [xReal = 0n, xImaginary = 0n, yReal = 0n, yImaginary = 0n] = words(curve.G2, value);
    return [xImaginary, xReal, yImaginary, yReal] as const;
  };
  return {
    key: { alpha1: g1(alpha), beta2: g2(beta), gamma2: g2(gamma), delta2: g2(delta), ic: ic.map(g1) },
    proofs: statements.map(({ a, b, c }) => ({ a: g1(a), b: g2(b), c: g1(c) })),
    signals: statements.map(({ signals }) => signals),
  };
}

/** A point of the twist that is not in the subgroup of prime order, in EIP-197 order. */
export function pointOutsideSubgroup(): readonly [bigint, bigint, bigint, bigint] {
  const q = BASE_MODULUS;
  const twist = [
    19485874751759354771024239261021720505790618469301721065564631296452457478373n,
    266929791119991161246907387137283842545076965332900288569378510910307636690n,
  ] as const;
  // For real x the cube is real; almost every point of the twist lies outside the subgroup.
  for (let x = 1n; ; x += 1n) {
    const root = squareRoot(modulo(x ** 3n + twist[0], q), twist[1], q);
    if (root !== undefined) return [0n, x, root[1], root[0]];
  }
}

/** Coordinates from the library's little-endian Montgomery form. */
function wordsOf(group: Group, point: Opaque): bigint[] {
  const bytes = new Uint8Array(group.F.n8 * 2);
  group.toRprLEM(bytes, 0, group.toAffine(point));
  return Array.from({ length: bytes.length / 32 }, (_, index) => {
    const word = bytes.slice(32 * index, 32 * (index + 1)).reverse();
    return modulo(BigInt(`0x${Buffer.from(word).toString("hex")}`) * FROM_MONTGOMERY, BASE_MODULUS);
  });
}

/** A square root of real + imaginary·i over F_q², q = 3 mod 4, if there is one. */
function squareRoot(real: bigint, imaginary: bigint, q: bigint): readonly [bigint, bigint] | undefined {
  const half = power(2n, q - 2n, q);
  const norm = power(modulo(real * real + imaginary * imaginary, q), (q + 1n) / 4n, q);
  for (const sign of [1n, -1n]) {
    const square = modulo((real + sign * norm) * half, q);
    const first = power(square, (q + 1n) / 4n, q);
    const second = modulo(imaginary * half * power(first, q - 2n, q), q);
    const isRoot = modulo(first * first - second * second, q) === real && modulo(2n * first * second, q) === imaginary;
    if (isRoot) return [first, second];
  }
  return undefined;
}

function modulo(value: bigint, modulus: bigint): bigint {
  return ((value % modulus) + modulus) % modulus;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let square = modulo(base, modulus), rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
