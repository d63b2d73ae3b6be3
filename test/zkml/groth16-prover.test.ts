import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import type { Curve, Group } from "ffjavascript";
import * as snarkjs from "snarkjs";

import { littleEndian } from "../../zkml/circuit/binary-file.ts";
import type { BuiltCircuit } from "../../zkml/circuit/build.ts";
import { buildCircuit } from "../../zkml/circuit/build.ts";
import { FIELD_MODULUS, usingCurve } from "../../zkml/circuit/curve.ts";
import type { CurveCode, GroupCode } from "../../zkml/circuit/curve-code.ts";
import { curveCode, FIELD_BYTES } from "../../zkml/circuit/curve-code.ts";
import { exportGroth16Key } from "../../zkml/circuit/groth16-key.ts";
import { proveGroth16 } from "../../zkml/circuit/groth16-prover.ts";
import { multiExponent, scratchBytes } from "../../zkml/circuit/multi-exponent.ts";
import { openCurve } from "../../zkml/circuit/open-curve.ts";
import { witnessInputs } from "../../zkml/circuit/prove.ts";
import { snarkjsProofOf, verifyingKeyOf } from "../../zkml/circuit/verifying-key.ts";
import { formatWitness, loadWitnessCalculator } from "../../zkml/circuit/witness.ts";
import { CircuitError } from "../../zkml/errors.ts";
import { seededRandom } from "../../zkml/random.ts";

/** The generator's multiples as affine points. */
function pointsOf({ Fr }: Curve, group: Group, factors: readonly bigint[]): Uint8Array {
  const size = 2 * group.F.n8;
  const bytes = new Uint8Array(factors.length * size);
  factors.forEach((factor, index) => {
    group.toRprLEM(bytes, index * size, group.toAffine(group.timesFr(group.g, Fr.e(factor))));
  });
  return bytes;
}

/** Lays points and scalars out in the curve's memory and sums their products. */
function sumOf(code: CurveCode, group: GroupCode, bases: Uint8Array, scalars: readonly bigint[]): Uint8Array {
  const scalarsAt = code.free + bases.length;
  const to = scalarsAt + scalars.length * FIELD_BYTES;
  const scratch = to + group.pointBytes;
  code.reserve(scratch + scratchBytes(group, scalars.length));
  const memory = new Uint8Array(code.memory());
  memory.set(bases, code.free);
  scalars.forEach((scalar, index) => memory.set(littleEndian(scalar, FIELD_BYTES), scalarsAt + index * FIELD_BYTES));
  multiExponent(code, group, { bases: code.free, scalars: scalarsAt, count: scalars.length }, scratch, to);
  group.toAffine(to, to);
  return memory.slice(to, to + group.affineBytes);
}

describe("the sum of products of points", () => {
  const random = seededRandom(7);
  const large = () => BigInt(`0x${Array.from({ length: 64 }, () => Math.floor(random() * 16).toString(16)).join("")}`);
  const scalar = () => large() % FIELD_MODULUS;
  const edges = [0n, 1n, 2n, FIELD_MODULUS - 1n, (1n << 253n) - 1n, 1n << 253n, 0xffffffffn, 1n << 32n, 1n << 64n];
  const cases: [string, bigint[], bigint[]][] = [
    ["of nothing but zeros", [3n, 5n], [0n, 0n]],
    ["of one term", [3n], [scalar()]],
    ["of terms without a point", [0n, 0n, 9n, 0n], [1n, 7n, 1n, scalar()]],
    ["of equal points, which double", [5n, 5n, 5n, 5n], [1n, 1n, 6n, 6n]],
    ["of points that cancel each other", [4n, FIELD_MODULUS - 4n], [1n, 1n]],
    ["of products that cancel each other", [4n, 4n], [9n, FIELD_MODULUS - 9n]],
    ["of the scalars at the edges", edges.map((_, index) => BigInt(index + 11)), edges],
    ["of many", Array.from({ length: 100 }, scalar), Array.from({ length: 100 }, scalar)],
  ];
  for (const [what, points, scalars] of cases) {
    it(`${what} is right in both groups`, async () => {
      const [curve, code] = [await openCurve(), await curveCode()];
      const sum = points.reduce((total, point, index) => total + point * (scalars[index] ?? 0n), 0n) % FIELD_MODULUS;
      const [expected1, expected2] = [pointsOf(curve, curve.G1, [sum]), pointsOf(curve, curve.G2, [sum])];
      assert.deepEqual(sumOf(code, code.g1, pointsOf(curve, curve.G1, points), scalars), expected1);
      assert.deepEqual(sumOf(code, code.g2, pointsOf(curve, curve.G2, points), scalars), expected2);
    });
  }
});

describe("Groth16 prover", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "opg-groth16-"));
  let circuit: BuiltCircuit;
  let witness: bigint[];

  before(async () => {
    circuit = await buildCircuit("fee", { onProgress: (message) => process.stderr.write(`${message}\n`) });
    const calculator = await loadWitnessCalculator(circuit.wasm);
    witness = calculator.calculate(witnessInputs(circuit.model, [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n], 99n));
  });
  after(() => rmSync(folder, { recursive: true }));

  const verifies = (signals: readonly string[], proof: snarkjs.Groth16Proof) =>
    snarkjs.groth16.verify(circuit.snarkjsKey, [...signals], proof);

  it("makes proofs that snarkjs accepts as its own, and only of right witnesses", async () => {
    const { proof, publicSignals } = await proveGroth16(circuit.zkey, formatWitness(witness));
    const wrong = await proveGroth16(circuit.zkey, formatWitness(witness.with(20, (witness[20] ?? 0n) ^ 1n)));
    await usingCurve(async () => {
      const data = { type: "mem", data: formatWitness(witness) } as const;
      const theirs = await snarkjs.groth16.prove(circuit.zkey, data);
      assert.deepEqual(publicSignals, theirs.publicSignals);
      assert.ok(await verifies(publicSignals, snarkjsProofOf(proof)));
      assert.ok(!(await verifies(publicSignals.with(2, "98"), snarkjsProofOf(proof))));
      assert.ok(!(await verifies(wrong.publicSignals, snarkjsProofOf(wrong.proof))));
      const { vk_alphabeta_12, ...exported } = await snarkjs.zKey.exportVerificationKey<
        snarkjs.Groth16VerifyingKey & { vk_alphabeta_12: unknown }
      >(circuit.zkey);
      assert.ok(vk_alphabeta_12 !== undefined, "a product that follows from the rest");
      assert.deepEqual(exportGroth16Key(circuit.zkey), exported);
      assert.deepEqual(verifyingKeyOf(exportGroth16Key(circuit.zkey)), circuit.verifyingKey);
    });
  });

  it("blinds: two proofs of one witness have no point in common", async () => {
    const [first, second] = [
      await proveGroth16(circuit.zkey, formatWitness(witness)),
      await proveGroth16(circuit.zkey, formatWitness(witness)),
    ];
    for (const part of ["a", "b", "c"] as const) assert.notDeepEqual(first.proof[part], second.proof[part]);
  });

  it("refuses keys and witnesses that are damaged or of another circuit", async () => {
    const key = readFileSync(circuit.zkey);
    const sections = 12 + 12;
    const bad: [string, Uint8Array][] = [
      ["empty", key.subarray(0, 0)],
      ["another kind of file", Buffer.concat([Buffer.from("wtns"), key.subarray(4)])],
      ["cut off", key.subarray(0, key.length - 1)],
      ["cut off after its first section", key.subarray(0, sections + 4)],
      ["of another proof system", Buffer.from(key).fill(10, sections, sections + 1)],
      ["of another curve", Buffer.from(key).fill(1, sections + 4 + 12 + 4, sections + 4 + 12 + 6)],
    ];
    for (const [what, bytes] of bad) {
      const file = path.join(folder, "bad.zkey");
      writeFileSync(file, bytes);
      await assert.rejects(proveGroth16(file, formatWitness(witness)), CircuitError, what);
    }
    await assert.rejects(proveGroth16(circuit.zkey, formatWitness(witness.slice(1))), /not one of the circuit/);
    await assert.rejects(proveGroth16(circuit.zkey, key), CircuitError);
  });
});
