import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { after, before, describe, it } from "node:test";

import { buildFolder } from "../../zkml/circuit/build-network.ts";
import { FIELD_MODULUS } from "../../zkml/circuit/curve.ts";
import { undecidedWires } from "../../zkml/circuit/determinism.ts";
import { generateNetworkCircuit } from "../../zkml/circuit/generate-network.ts";
import type { ConstraintSystem, LinearCombination } from "../../zkml/circuit/r1cs.ts";
import { parseR1cs } from "../../zkml/circuit/r1cs.ts";
import { repositoryPath } from "../../zkml/paths.ts";
import { EVERY_NODE } from "./every-node.ts";

type Constraint = ConstraintSystem["constraints"][number];

/** A system whose wires are: 0 the one, 1 the output, 2 the input, then hints. */
function systemOf(wires: number, constraints: readonly Constraint[]): ConstraintSystem {
  return { prime: FIELD_MODULUS, wires, publicOutputs: 1, publicInputs: 1, privateInputs: 0, constraints };
}

const minus = (value: bigint) => FIELD_MODULUS - value;
const bit = (wire: number): Constraint => [
  [[wire, 1n]],
  [
    [wire, 1n],
    [0, minus(1n)],
  ],
  [],
];
/** The form is zero. */
const zero = (form: LinearCombination): Constraint => [[], [], form];
/** The input is the sum of bits with these places. */
const sumOf = (places: readonly number[], first = 3): Constraint =>
  zero([[2, minus(1n)], ...places.map((place, index) => [first + index, 1n << BigInt(place)] as const)]);
/** The output is a wire. */
const gives = (wire: number): Constraint =>
  zero([
    [1, minus(1n)],
    [wire, 1n],
  ]);

describe("undecidedWires", () => {
  const places = Array.from({ length: 8 }, (_, place) => place);
  const bits = places.map((place) => bit(3 + place));

  it("finds nothing open in a product, a sum or a decomposition", () => {
    const square: Constraint = [[[2, 1n]], [[2, 1n]], [[1, 1n]]];
    assert.deepEqual(undecidedWires(systemOf(2 + 1, [square])), []);
    assert.deepEqual(undecidedWires(systemOf(11, [...bits, sumOf(places), gives(5)])), []);
  });

  it("finds a quotient and a remainder that nothing bounds", () => {
    const division = zero([
      [2, minus(1n)],
      [3, 16n],
      [4, 1n],
    ]);
    assert.deepEqual(undecidedWires(systemOf(5, [division, gives(3)])), [1, 3, 4]);
  });

  it("finds a bit without its constraint", () => {
    const open = undecidedWires(systemOf(11, [...bits.slice(1), sumOf(places), gives(5)]));
    assert.deepEqual(open, [1, ...places.map((place) => 3 + place)]);
  });

  it("finds a place that is used twice", () => {
    assert.equal(undecidedWires(systemOf(11, [...bits, sumOf([0, 1, 2, 3, 4, 5, 6, 6]), gives(5)])).length, 9);
  });

  it("finds a decomposition into so many bits that it wraps around", () => {
    const many = Array.from({ length: 254 }, (_, place) => place);
    const system = (count: number) =>
      systemOf(3 + count, [
        ...many.slice(0, count).map((place) => bit(3 + place)),
        sumOf(many.slice(0, count)),
        gives(3),
      ]);
    assert.deepEqual(undecidedWires(system(253)), []);
    assert.equal(undecidedWires(system(254)).length, 255);
  });

  it("does not divide by what may be zero", () => {
    const divided: Constraint = [[[2, 1n]], [[3, 1n]], [[0, 1n]]];
    assert.deepEqual(undecidedWires(systemOf(4, [divided, gives(3)])), [1, 3]);
  });
});

describe("A network with every kind of node", () => {
  const folder = buildFolder();
  let system: ConstraintSystem;
  after(() => rmSync(folder, { recursive: true }));

  before(() => {
    writeFileSync(join(folder, "every.circom"), generateNetworkCircuit(EVERY_NODE));
    const main = relative(repositoryPath(), join(folder, "every.circom"));
    const libraries = ["-l", "node_modules/circomlib/circuits", "-l", "circuits/lib"];
    const compiler = join("node_modules", "circom2", "cli.js");
    execFileSync(process.execPath, [compiler, main, "--r1cs", "--O0", ...libraries, "-o", folder], {
      cwd: repositoryPath(),
    });
    system = parseR1cs(new Uint8Array(readFileSync(join(folder, "every.r1cs"))));
  });

  it("leaves nothing open, and something as soon as any constraint is missing", () => {
    assert.deepEqual(undecidedWires(system), []);
    system.constraints.forEach((_, index) => {
      const fewer = { ...system, constraints: system.constraints.toSpliced(index, 1) };
      assert.notEqual(undecidedWires(fewer).length, 0, `without constraint ${index}`);
    });
  });
});
