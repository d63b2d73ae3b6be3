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
 *
 * @param step Of the wires, every so many is lied about.
 */
export function lieAboutEveryWire(
  system: ConstraintSystem,
  witness: readonly bigint[],
  step = 1,
): { least: number; changed: number } {
  let least = Number.POSITIVE_INFINITY;
  let changed = 0;
  for (let wire = 1; wire < witness.length; wire += step) {
    if (wire > system.publicOutputs && wire <= system.publicOutputs + system.publicInputs) continue;
    for (const value of liesAbout(witness[wire] ?? 0n)) {
      const forged = repair(system, witness, new Map([[wire, value]]));
      assert.equal(forged[wire], value);
      least = Math.min(least, brokenConstraints(system, forged).length);
      if (forged[1] !== witness[1]) changed += 1;
    }
  }
  return { least, changed };
}

/**
 * The wires that can be edited without breaking a constraint, each of them alone: none in a sound circuit. All wires of the
 * system are tried with several values, but for the constant one and the last public one: that is the call binding, which is
 * the prover's to choose and the verifier's to compare (its negative has the same square).
 */
export function unnoticedEdits(system: ConstraintSystem, witness: readonly bigint[]): number[] {
  // Of every constraint its three sums, and of every wire its coefficients there: an edit changes a sum by a product.
  const sums = system.constraints.map((triple) =>
    triple.map((combination) => combination.reduce((sum, [wire, by]) => sum + by * (witness[wire] ?? 0n), 0n)),
  );
  const places = Array.from({ length: system.wires }, (): Map<number, [bigint, bigint, bigint]> => new Map());
  system.constraints.forEach((triple, constraint) => {
    triple.forEach((combination, part) => {
      for (const [wire, by] of combination) {
        const slopes = places[wire]?.get(constraint) ?? [0n, 0n, 0n];
        slopes[part] = (slopes[part] ?? 0n) + by;
        places[wire]?.set(constraint, slopes);
      }
    });
  });
  const isBroken = (constraint: number, slopes: readonly bigint[], by: bigint): boolean => {
    const [a, b, c] = slopes.map((slope, part) => (sums[constraint]?.[part] ?? 0n) + slope * by) as [
      bigint,
      bigint,
      bigint,
    ];
    return (a * b - c) % FIELD_MODULUS !== 0n;
  };
  const unnoticed: number[] = [];
  for (let wire = 1; wire < system.wires; wire += 1) {
    if (wire === system.publicOutputs + system.publicInputs) continue;
    const edits = liesAbout(witness[wire] ?? 0n).map((lie) => lie - (witness[wire] ?? 0n));
    const found = edits.every((by) => [...(places[wire] ?? [])].some(([at, slopes]) => isBroken(at, slopes, by)));
    if (!found) unnoticed.push(wire);
  }
  return unnoticed;
}

/** Other values than the honest one: next to it, of a bit the other one, zero, its negative, and minus one. */
function liesAbout(honest: bigint): bigint[] {
  const lies = [honest + 1n, 1n - honest, 0n, FIELD_MODULUS - honest, FIELD_MODULUS - 1n].map(modulo);
  return [...new Set(lies)].filter((lie) => lie !== honest);
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
