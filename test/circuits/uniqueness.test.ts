import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { readTestDepth } from "../../scripts/lib/test-depth.ts";
import { buildCircuit, compileCircuit } from "../../zkml/circuit/build.ts";
import { circuitEntries, classEntries, isSmall } from "../../zkml/circuit/catalogue.ts";
import { FIELD_MODULUS } from "../../zkml/circuit/curve.ts";
import type { ConstraintSystem, LinearCombination } from "../../zkml/circuit/r1cs.ts";
import { parseR1cs } from "../../zkml/circuit/r1cs.ts";
import { undeterminedWires } from "../../zkml/circuit/uniqueness.ts";

const { isDeep } = readTestDepth(process.env);

/** Of the constraints of a shipped circuit, every so many is left out in turn. */
const STEP = isDeep ? 1 : 149;

/** Constraints by hand: wire 1 is the output, wire 2 the public input, the others are the prover's. */
function systemOf(wires: number, ...constraints: [LinearCombination, LinearCombination, LinearCombination][]) {
  const counts = { publicOutputs: 1, publicInputs: 1, privateInputs: 0 };
  return { prime: FIELD_MODULUS, wires, ...counts, constraints } satisfies ConstraintSystem;
}

const bit = (wire: number): [LinearCombination, LinearCombination, LinearCombination] => [
  [[wire, 1n]],
  [
    [0, FIELD_MODULUS - 1n],
    [wire, 1n],
  ],
  [],
];
/** Σ factor · wire = input. */
const sum = (...terms: [number, bigint][]): [LinearCombination, LinearCombination, LinearCombination] => [
  terms,
  [[0, 1n]],
  [[2, 1n]],
];

describe("wires that the constraints leave open", () => {
  it("are none where the output is a product of the input, or a sum of its bits", () => {
    assert.deepEqual(undeterminedWires(systemOf(3, [[[2, 1n]], [[2, 1n]], [[1, 5n]]])), []);
    const split = [sum([1, 1n], [3, 2n], [4, 4n]), bit(1), bit(3), bit(4)] as const;
    assert.deepEqual(undeterminedWires(systemOf(5, ...split)), []);
  });

  it("are those of a square root, of an unused wire and of a factor that may be zero", () => {
    assert.deepEqual(undeterminedWires(systemOf(3, [[[1, 1n]], [[1, 1n]], [[2, 1n]]])), [1]);
    assert.deepEqual(undeterminedWires(systemOf(4, [[[2, 1n]], [[0, 1n]], [[1, 1n]]])), [3]);
    assert.deepEqual(undeterminedWires(systemOf(3, [[[2, 1n]], [[1, 1n]], [[0, 1n]]])), [1]);
  });

  it("are the bits of a sum when one is unchecked, two have one place, or they wrap around the modulus", () => {
    assert.deepEqual(undeterminedWires(systemOf(4, sum([1, 1n], [3, 2n]), bit(1))), [1, 3]);
    assert.deepEqual(undeterminedWires(systemOf(4, sum([1, 2n], [3, 2n]), bit(1), bit(3))), [1, 3]);
    assert.deepEqual(undeterminedWires(systemOf(4, sum([1, 1n], [3, 3n]), bit(1), bit(3))), [1, 3]);
    const wires = Array.from({ length: 254 }, (_, index) => (index === 0 ? 1 : index + 2));
    const long = sum(...wires.map((wire, place): [number, bigint] => [wire, (1n << BigInt(place)) % FIELD_MODULUS]));
    assert.equal(undeterminedWires(systemOf(256, long, ...wires.map(bit))).length, 254);
  });

  it("are wider values where they overlap, and none where they do not", () => {
    // Wire 3 = bits 4 and 5; wire 1 is a bit; input = wire 1 + factor · wire 3.
    const value: [LinearCombination, LinearCombination, LinearCombination] = [
      [
        [4, 1n],
        [5, 2n],
      ],
      [[0, 1n]],
      [[3, 1n]],
    ];
    const withFactor = (factor: bigint, place: bigint) =>
      systemOf(6, sum([1, place], [3, factor]), value, bit(1), bit(4), bit(5));
    assert.deepEqual(undeterminedWires(withFactor(2n, 1n)), []);
    assert.deepEqual(undeterminedWires(withFactor(1n, 4n)), []);
    assert.deepEqual(undeterminedWires(withFactor(1n, 2n)), [1, 3, 4, 5]);
  });

  it("are values that are multiples of a power of two only where their own bits overlap others", () => {
    // Wire 1 = least · bit 4 + 8 · bit 5; input = bit 3 + 2 · bit 6 + wire 1.
    const withLeast = (least: bigint) => {
      const value: [LinearCombination, LinearCombination, LinearCombination] = [
        [
          [4, least],
          [5, 8n],
        ],
        [[0, 1n]],
        [[1, 1n]],
      ];
      return systemOf(7, sum([3, 1n], [6, 2n], [1, 1n]), value, bit(3), bit(4), bit(5), bit(6));
    };
    assert.deepEqual(undeterminedWires(withLeast(4n)), []);
    assert.deepEqual(undeterminedWires(withLeast(2n)), [1, 3, 4, 5, 6]);
  });
});

for (const entry of [...circuitEntries(), ...classEntries()]) {
  if (!isDeep && !isSmall(entry)) continue;
  describe(`circuit ${entry.name}`, () => {
    it("leaves no wire open, and needs every constraint for that", async () => {
      const { r1cs } = await (isSmall(entry) ? buildCircuit(entry.name) : compileCircuit(entry.name));
      const system = parseR1cs(new Uint8Array(readFileSync(r1cs)));
      assert.deepEqual(undeterminedWires(system), []);
      if (!isSmall(entry)) return;
      for (let skipped = 0; skipped < system.constraints.length; skipped += STEP) {
        assert.notEqual(undeterminedWires(system, skipped).length, 0, `constraint ${skipped}`);
      }
    });
  });
}
