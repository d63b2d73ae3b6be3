import { randomBytes } from "node:crypto";

import { CircuitError } from "../errors.ts";
import { integerAt, littleEndian, sectionsOf } from "./binary-file.ts";
import { FIELD_MODULUS } from "./curve.ts";
import type { CurveCode, GroupCode } from "./curve-code.ts";
import { curveCode, FIELD_BYTES } from "./curve-code.ts";
import { modulo, rootOfUnity } from "./field.ts";
import type { Groth16Key } from "./groth16-key.ts";
import { ENTRY_BYTES, readGroth16Key } from "./groth16-key.ts";
import { multiExponent, scratchBytes } from "./multi-exponent.ts";
import type { Proof } from "./verifying-key.ts";

/** A witness file's section of values. */
const WITNESS_VALUES = 2;

/**
 * Proves a witness with Groth16 on this thread. The files are snarkjs's. Two proofs of one witness differ.
 *
 * @param zkey    Path of the proving key.
 * @param witness The bytes of a witness file.
 * @throws {CircuitError} when the files are damaged or not of one circuit.
 */
export async function proveGroth16(
  zkey: string,
  witness: Uint8Array,
): Promise<{ proof: Proof; publicSignals: string[] }> {
  const key = readGroth16Key(zkey);
  const values = sectionsOf(witness, "wtns").get(WITNESS_VALUES);
  if (values?.length !== key.wires * FIELD_BYTES) {
    throw new CircuitError(`The witness is not one of the circuit that ${zkey} is for: build the circuit again.`);
  }
  const curve = await curveCode();
  const signal = (wire: number) => String(integerAt(values, wire * FIELD_BYTES, FIELD_BYTES));
  return {
    proof: proofOf(curve, key, values),
    publicSignals: Array.from({ length: key.publicSignals }, (_, index) => signal(index + 1)),
  };
}

/** Memory of one proof, given out from the bottom up. */
interface Arena {
  readonly take: (bytes: number) => number;
  readonly put: (bytes: Uint8Array) => number;
  /** What `work` takes is free again afterwards. */
  readonly within: (work: () => void) => void;
}

function openArena(curve: CurveCode): Arena {
  let next = curve.free;
  const take = (bytes: number): number => {
    const address = next;
    next += Math.ceil(bytes / FIELD_BYTES) * FIELD_BYTES;
    curve.reserve(next);
    return address;
  };
  return {
    take,
    put: (bytes) => {
      const address = take(bytes.length);
      new Uint8Array(curve.memory()).set(bytes, address);
      return address;
    },
    within: (work) => {
      const before = next;
      work();
      next = before;
    },
  };
}

function proofOf(curve: CurveCode, key: Groth16Key, values: Uint8Array): Proof {
  const { g1, g2 } = curve;
  const arena = openArena(curve);
  const { bases } = key;
  const witness = arena.put(values);
  const quotient = quotientOf(curve, key, witness, arena);
  const sum = (group: GroupCode, points: Uint8Array, scalars: number): number => {
    const to = arena.take(group.pointBytes);
    const count = points.length / group.affineBytes;
    arena.within(() => {
      const terms = { bases: arena.put(points), scalars, count };
      multiExponent(curve, group, terms, arena.take(scratchBytes(group, count)), to);
    });
    return to;
  };
  const addTimes = (group: GroupCode, to: number, point: number, scalar: bigint): void =>
    arena.within(() => {
      const product = arena.take(group.pointBytes);
      group.timesScalar(point, arena.put(littleEndian(scalar, FIELD_BYTES)), FIELD_BYTES, product);
      group.add(to, product, to);
    });
  const header = headerPoints(curve, key.points, arena);
  // Blinding factors: without them a proof would say something about the witness.
  const [r, s] = [randomScalar(), randomScalar()];
  const a = sum(g1, bases.a, witness);
  g1.addAffine(a, header.alpha1, a);
  addTimes(g1, a, header.delta1, r);
  const b1 = sum(g1, bases.b1, witness);
  g1.addAffine(b1, header.beta1, b1);
  addTimes(g1, b1, header.delta1, s);
  const b2 = sum(g2, bases.b2, witness);
  g2.addAffine(b2, header.beta2, b2);
  addTimes(g2, b2, header.delta2, s);
  const c = sum(g1, bases.c, witness + (key.publicSignals + 1) * FIELD_BYTES);
  g1.add(c, sum(g1, bases.h, quotient), c);
  addTimes(g1, c, a, s);
  addTimes(g1, c, b1, r);
  addTimes(g1, c, header.delta1, modulo(-r * s));
  const [ax = 0n, ay = 0n] = coordinates(curve, g1, a);
  const [bx = 0n, bxImaginary = 0n, by = 0n, byImaginary = 0n] = coordinates(curve, g2, b2);
  const [cx = 0n, cy = 0n] = coordinates(curve, g1, c);
  // EIP-197 puts the imaginary part first.
  return { a: [ax, ay], b: [bxImaginary, bx, byImaginary, by], c: [cx, cy] };
}

/**
 * The scalars of section h: a · b − c on the odd roots of unity of twice the rows, which the key's points absorb the
 * division by the vanishing polynomial of.
 */
function quotientOf(
  { scalars }: CurveCode,
  { rows, wires, entries }: Groth16Key,
  witness: number,
  arena: Arena,
): number {
  const [a, b, c] = [arena.take(rows * FIELD_BYTES), arena.take(rows * FIELD_BYTES), arena.take(rows * FIELD_BYTES)];
  arena.within(() => {
    scalars.rows(arena.put(entries), entries.length / ENTRY_BYTES, witness, a, b, c, 0, rows, 0, wires);
    const [one, root] = [1n, rootOfUnity(BigInt(2 * rows))].map((value) => {
      const address = arena.put(littleEndian(value, FIELD_BYTES));
      scalars.toMontgomery(address, address);
      return address;
    });
    for (const values of [a, b, c]) {
      scalars.inverseFft(values, rows);
      scalars.scale(values, rows, one ?? 0, root ?? 0, values);
      scalars.fft(values, rows);
    }
    scalars.multiplySubtract(a, b, c, rows, a);
    scalars.allToPlain(a, rows, a);
  });
  return a;
}

/** Points of the key's header, as points (x, y, z) where they are multiplied and affine where they are added. */
function headerPoints({ g1, g2 }: CurveCode, points: Uint8Array, arena: Arena) {
  const affine = arena.put(points);
  // alpha 1, beta 1, beta 2, gamma 2, delta 1, delta 2
  const [alpha1, beta1, beta2] = [affine, affine + g1.affineBytes, affine + 2 * g1.affineBytes];
  const delta = beta2 + 2 * g2.affineBytes;
  const [delta1, delta2] = [arena.take(g1.pointBytes), arena.take(g2.pointBytes)];
  g1.zero(delta1);
  g1.addAffine(delta1, delta, delta1);
  g2.zero(delta2);
  g2.addAffine(delta2, delta + g1.affineBytes, delta2);
  return { alpha1, beta1, beta2, delta1, delta2 };
}

/** A point's affine coordinates; its place in the memory is used up. */
function coordinates(curve: CurveCode, group: GroupCode, point: number): bigint[] {
  group.toAffine(point, point);
  group.toPlain(point, point);
  const bytes = new Uint8Array(curve.memory(), point, group.affineBytes);
  return Array.from({ length: group.affineBytes / FIELD_BYTES }, (_, index) =>
    integerAt(bytes, index * FIELD_BYTES, FIELD_BYTES),
  );
}

function randomScalar(): bigint {
  // 16 bytes more than the modulus has: the remainder is as good as uniform.
  return BigInt(`0x${randomBytes(48).toString("hex")}`) % FIELD_MODULUS;
}
