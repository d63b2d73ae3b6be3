import assert from "node:assert/strict";

import { FIELD_MODULUS } from "../../zkml/circuit/curve.ts";
import type { ConstraintSystem, LinearCombination } from "../../zkml/circuit/r1cs.ts";
import { brokenConstraints } from "../../zkml/circuit/r1cs.ts";

/**
 * What a dishonest prover makes of a witness when he has chosen some wires freely: every other wire is solved from a
 * constraint in which it is the only one left, whatever the direction, and only what no constraint determines keeps its
 * honest value. Public inputs keep theirs unless they are chosen. So a lie is carried as far as the equations allow, and
 * a witness that then still breaks a constraint shows that this lie cannot be told.
 *
 * @param chosen Wire → value.
 * @returns The wires; those chosen have the chosen values.
 */
export function repair(
  system: ConstraintSystem,
  honest: readonly bigint[],
  chosen: ReadonlyMap<number, bigint>,
): bigint[] {
  const wires = [...honest];
  const isKnown = new Array<boolean>(honest.length).fill(false);
  const { of, wiresOf } = indexOf(system);
  const missing = wiresOf.map((list) => list.length);
  const queue: number[] = [];
  const learn = (wire: number, value: bigint): void => {
    if (isKnown[wire] === true) return;
    isKnown[wire] = true;
    wires[wire] = modulo(value);
    for (const constraint of of[wire] ?? []) {
      missing[constraint] = (missing[constraint] ?? 0) - 1;
      if (missing[constraint] === 1) queue.push(constraint);
    }
  };
  const solveAll = (): void => {
    for (let constraint = queue.pop(); constraint !== undefined; constraint = queue.pop()) {
      const unknown = wiresOf[constraint]?.find((wire) => isKnown[wire] !== true);
      const triple = system.constraints[constraint];
      if (unknown === undefined || triple === undefined) continue;
      const value = solve(triple, unknown, wires);
      if (value !== undefined) learn(unknown, value);
    }
  };
  learn(0, 1n);
  for (const [wire, value] of chosen) learn(wire, value);
  const firstInput = 1 + system.publicOutputs;
  for (let wire = firstInput; wire < firstInput + system.publicInputs; wire += 1) learn(wire, honest[wire] ?? 0n);
  solveAll();
  for (let wire = honest.length - 1; wire > 0; wire -= 1) {
    learn(wire, honest[wire] ?? 0n);
    solveAll();
  }
  return wires;
}

/**
 * The least number of broken constraints over every lie about one wire, and how many lies would change the answer. What
 * the caller chooses, packed inputs and call binding, is no lie.
 */
export function lieAboutEveryWire(
  system: ConstraintSystem,
  witness: readonly bigint[],
): { least: number; changed: number } {
  let least = Number.POSITIVE_INFINITY;
  let changed = 0;
  for (let wire = 1; wire < witness.length; wire += 1) {
    if (wire > system.publicOutputs && wire <= system.publicOutputs + system.publicInputs) continue;
    const honest = witness[wire] ?? 0n;
    for (const lie of new Set([honest + 1n, 1n - honest, 0n, FIELD_MODULUS - honest, FIELD_MODULUS - 1n])) {
      const value = modulo(lie);
      if (value === honest) continue;
      const forged = repair(system, witness, new Map([[wire, value]]));
      assert.equal(forged[wire], value);
      least = Math.min(least, brokenConstraints(system, forged).length);
      if (forged[1] !== witness[1]) changed += 1;
    }
  }
  return { least, changed };
}

const indices = new WeakMap<ConstraintSystem, { of: number[][]; wiresOf: number[][] }>();

/** Which constraints a wire is in, and which wires a constraint has. */
function indexOf(system: ConstraintSystem): { of: number[][]; wiresOf: number[][] } {
  const known = indices.get(system);
  if (known !== undefined) return known;
  const of = Array.from({ length: system.wires }, (): number[] => []);
  const wiresOf = system.constraints.map((triple, constraint) => {
    const list = [...new Set(triple.flatMap((combination) => combination.map(([wire]) => wire)))];
    for (const wire of list) of[wire]?.push(constraint);
    return list;
  });
  const index = { of, wiresOf };
  indices.set(system, index);
  return index;
}

/** The value of the only unknown wire, if the constraint is linear in it and determines it. */
function solve(
  [a, b, c]: readonly [LinearCombination, LinearCombination, LinearCombination],
  unknown: number,
  wires: readonly bigint[],
): bigint | undefined {
  const [knownA, slopeA] = split(a, unknown, wires);
  const [knownB, slopeB] = split(b, unknown, wires);
  const [knownC, slopeC] = split(c, unknown, wires);
  if (slopeA !== 0n && slopeB !== 0n) return undefined;
  // (knownA + slopeA u)(knownB + slopeB u) = knownC + slopeC u, one of the first two slopes being zero.
  const slope = modulo(slopeA * knownB + slopeB * knownA - slopeC);
  return slope === 0n ? undefined : modulo((knownC - knownA * knownB) * inverse(slope));
}

function split(
  combination: LinearCombination,
  unknown: number,
  wires: readonly bigint[],
): readonly [known: bigint, slope: bigint] {
  let [known, slope] = [0n, 0n];
  for (const [wire, coefficient] of combination) {
    if (wire === unknown) slope += coefficient;
    else known += coefficient * (wires[wire] ?? 0n);
  }
  return [modulo(known), modulo(slope)];
}

/** By the extended Euclidean algorithm. */
function inverse(value: bigint): bigint {
  let [previous, current] = [FIELD_MODULUS, value];
  let [before, factor] = [0n, 1n];
  while (current !== 0n) {
    const quotient = previous / current;
    [previous, current] = [current, previous - quotient * current];
    [before, factor] = [factor, before - quotient * factor];
  }
  return modulo(before);
}

function modulo(value: bigint): bigint {
  return ((value % FIELD_MODULUS) + FIELD_MODULUS) % FIELD_MODULUS;
}
