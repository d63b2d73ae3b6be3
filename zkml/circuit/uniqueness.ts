import { FIELD_MODULUS } from "./curve.ts";
import type { ConstraintSystem, LinearCombination } from "./r1cs.ts";

/** Sums of this width, with either sign, stay below the field's modulus. */
const MAX_WIDTH = 252;

/**
 * The wires that the constraints do not pin down: given the circuit's inputs, a dishonest prover could choose their
 * values, as far as this search can tell. None means that every wire, the outputs included, follows from the inputs, so
 * that no forged witness exists.
 *
 * The rules, applied until nothing follows any more: A constraint in which only one wire is undetermined, and linearly,
 * determines it. A wire that a constraint holds to 0 or 1 has a width of one bit. A wire that a sum of wires with widths
 * gives has a width, and a place if it is a multiple of a power of two. A sum in which only wires with widths are undetermined determines them if their factors are, up to
 * a common one, plus or minus powers of two so far apart that the wires cannot overlap, nor wrap around the modulus.
 * One of the bits may itself be written as the sum, as the compiler's simplification leaves it. Linear equations of
 * several undetermined wires are solved together, and products of combinations that they determine.
 *
 * @param skipped Leaves out the constraint of this index, to find out whether it is needed.
 */
export function undeterminedWires(system: ConstraintSystem, skipped?: number): number[] {
  const search = new Search(system, skipped);
  return search.run();
}

/** One constraint, prepared: what it says if it is linear or holds something to 0 or 1. */
interface Rule {
  /** Wires of a and b. */
  readonly factors: ReadonlySet<number>;
  readonly wires: ReadonlySet<number>;
  readonly sides: readonly LinearCombination[];
  readonly c: LinearCombination;
  /** Σ factor · wire = 0. */
  readonly linear?: ReadonlyMap<number, bigint>;
  /** Σ factor · wire = value · (0 or 1), up to a constant. */
  readonly choice?: { readonly sum: ReadonlyMap<number, bigint>; readonly value: bigint };
}

class Search {
  readonly #rules: (Rule | undefined)[];
  readonly #known: Uint8Array;
  /** The width of a wire in bits, above some value that is known when the wires are; 0: none is known. */
  readonly #width: Uint8Array;
  /** Such a wire is a multiple of this power of two, which the width does not count. */
  readonly #place: Uint8Array;
  readonly #missing: Int32Array;
  readonly #users: number[][];
  readonly #queue: number[] = [];

  constructor(system: ConstraintSystem, skipped: number | undefined) {
    this.#known = new Uint8Array(system.wires);
    this.#width = new Uint8Array(system.wires);
    this.#place = new Uint8Array(system.wires);
    this.#users = Array.from({ length: system.wires }, () => []);
    this.#rules = rulesOf(system).map((rule, index) => (index === skipped ? undefined : rule));
    this.#missing = Int32Array.from(this.#rules, (rule) => rule?.wires.size ?? 0);
    this.#rules.forEach((rule, index) => {
      rule?.wires.forEach((wire) => this.#users[wire]?.push(index));
      if (rule?.choice === undefined) return;
      const [[wire, factor] = [0, 0n], ...others] = rule.choice.sum;
      if (others.length === 0 && (factor === rule.choice.value || factor === FIELD_MODULUS - rule.choice.value))
        this.#width[wire] = 1;
    });
    this.#learn(0);
    const inputs = system.publicInputs + system.privateInputs;
    for (let wire = 1; wire <= inputs; wire += 1) this.#learn(system.publicOutputs + wire);
    // Taken from the end: short constraints first, which give the narrowest widths.
    const order = Array.from(this.#rules.keys()).sort((a, b) => (this.#missing[b] ?? 0) - (this.#missing[a] ?? 0));
    this.#queue.push(...order);
  }

  run(): number[] {
    do {
      for (let next = this.#queue.pop(); next !== undefined; next = this.#queue.pop()) this.#apply(next);
      this.#solve();
    } while (this.#queue.length > 0);
    return [...this.#known].flatMap((known, wire) => (known === 1 ? [] : [wire]));
  }

  #learn(wire: number): void {
    if (this.#known[wire] === 1) return;
    this.#known[wire] = 1;
    for (const user of this.#users[wire] ?? []) {
      this.#missing[user] = (this.#missing[user] ?? 0) - 1;
      this.#queue.push(user);
    }
  }

  #apply(index: number): void {
    const rule = this.#rules[index];
    const missing = this.#missing[index] ?? 0;
    if (rule === undefined || missing === 0 || missing > MAX_WIDTH) return;
    if (missing === 1) {
      const wire = this.#unknown(rule.wires)[0] ?? 0;
      const isLinear = rule.linear !== undefined ? (rule.linear.get(wire) ?? 0n) !== 0n : !rule.factors.has(wire);
      if (isLinear) return this.#learn(wire);
    }
    if (rule.linear !== undefined) this.#split(rule.linear, undefined);
    // A bit by itself is not determined by being one.
    else if (rule.choice !== undefined && rule.choice.sum.size > 1) this.#split(rule.choice.sum, rule.choice.value);
  }

  /** Uses Σ factor · wire = 0, or = `bit` · (0 or 1). */
  #split(sum: ReadonlyMap<number, bigint>, bit: bigint | undefined): void {
    const unknown = this.#unknown(sum.keys()).filter((wire) => wire !== 0);
    if (unknown.length === 0) return;
    const widthOfWire = (wire: number) => this.#width[wire] ?? 0;
    const free = unknown.filter((wire) => widthOfWire(wire) === 0);
    if (free.length > 1) return;
    const partsWithout = (lone: number | undefined) => [
      ...unknown
        .filter((wire) => wire !== lone)
        .map((wire) => ({ factor: sum.get(wire) ?? 0n, place: this.#place[wire] ?? 0, width: widthOfWire(wire) })),
      ...(bit === undefined ? [] : [{ factor: bit, place: 0, width: 1 }]),
    ];
    if (free.length === 0 && doNotOverlap(partsWithout(undefined))) {
      unknown.forEach((wire) => this.#learn(wire));
      return;
    }
    // The wire without a width gets one, or the widest a narrower one.
    const lone = free[0] ?? unknown.reduce((widest, wire) => (widthOfWire(wire) > widthOfWire(widest) ? wire : widest));
    const span = spanOf(sum.get(lone) ?? 0n, partsWithout(lone));
    if (span === undefined || (widthOfWire(lone) !== 0 && span.width >= widthOfWire(lone))) return;
    this.#width[lone] = span.width;
    this.#place[lone] = span.place;
    for (const user of this.#users[lone] ?? []) this.#queue.push(user);
  }

  /**
   * Collects the linear combinations of undetermined wires whose values are determined, in reduced form (Gauss and
   * Jordan): those that equal a product of determined ones. A combination of a single wire determines it.
   */
  #solve(): void {
    const rows = new Map<number, Map<number, bigint>>();
    for (let before = -1; before < rows.size; ) {
      before = rows.size;
      this.#rules.forEach((rule, index) => {
        const missing = this.#missing[index] ?? 0;
        if (rule === undefined || missing === 0 || missing > MAX_WIDTH) return;
        if (rule.linear === undefined && !rule.sides.every((side) => this.#reduced(side, rows).size === 0)) return;
        const row = this.#reduced(rule.linear ?? rule.c, rows);
        const [[wire, factor] = [0, 0n]] = row;
        if (factor === 0n) return;
        const scale = inverse(factor);
        row.forEach((value, at) => row.set(at, modulo(value * scale)));
        rows.forEach((other) => subtract(other, wire, row));
        rows.set(wire, row);
      });
    }
    for (const [wire, row] of rows) if (row.size === 1) this.#learn(wire);
  }

  /** What is left of a combination without determined wires and determined combinations. */
  #reduced(
    form: Iterable<readonly [number, bigint]>,
    rows: ReadonlyMap<number, Map<number, bigint>>,
  ): Map<number, bigint> {
    const left = new Map<number, bigint>();
    for (const [wire, factor] of form) if (this.#known[wire] !== 1) add(left, wire, factor);
    for (const wire of [...left.keys()]) {
      const row = rows.get(wire);
      if (row !== undefined) subtract(left, wire, row);
    }
    return left;
  }

  #unknown(wires: Iterable<number>): number[] {
    return [...wires].filter((wire) => this.#known[wire] !== 1);
  }
}

const prepared = new WeakMap<ConstraintSystem, Rule[]>();

function rulesOf(system: ConstraintSystem): Rule[] {
  const before = prepared.get(system);
  if (before !== undefined) return before;
  const rules = system.constraints.map(([a, b, c]): Rule => {
    const factors = new Set([...a, ...b].map(([wire]) => wire));
    const wires = new Set([...factors, ...c.map(([wire]) => wire)]);
    wires.delete(0);
    const constant = constantOf(a) === undefined ? { value: constantOf(b), of: a } : { value: constantOf(a), of: b };
    if (constant.value !== undefined) {
      const linear = new Map<number, bigint>();
      for (const [wire, factor] of constant.of) add(linear, wire, factor * constant.value);
      for (const [wire, factor] of c) add(linear, wire, -factor);
      return { factors, wires, sides: [a, b], c, linear };
    }
    const choice = c.length === 0 ? choiceOf(a, b) : undefined;
    return { factors, wires, sides: [a, b], c, ...(choice === undefined ? {} : { choice }) };
  });
  prepared.set(system, rules);
  return rules;
}

/** The value of a combination without wires. */
function constantOf(combination: LinearCombination): bigint | undefined {
  if (combination.some(([wire]) => wire !== 0)) return undefined;
  return combination.reduce((sum, [, factor]) => sum + factor, 0n);
}

/** Reads a · b = 0, where b is a multiple of a but for the constant, as "the wires of a are `value` times 0 or 1". */
function choiceOf(a: LinearCombination, b: LinearCombination): Rule["choice"] {
  const [first, second] = [mapOf(a), mapOf(b)];
  const [offsetA, offsetB] = [first.get(0) ?? 0n, second.get(0) ?? 0n];
  first.delete(0);
  second.delete(0);
  const [[wire, factor] = [0, 0n]] = first;
  if (first.size !== second.size || factor === 0n) return undefined;
  const ratio = modulo((second.get(wire) ?? 0n) * inverse(factor));
  if (ratio === 0n) return undefined;
  for (const [at, own] of first) if (modulo(own * ratio) !== second.get(at)) return undefined;
  // a = 0 or b = 0: the wires of a sum up to −offsetA or −offsetB / ratio.
  const value = modulo(offsetA - offsetB * inverse(ratio));
  if (value === 0n) return undefined;
  return { sum: first, value };
}

/** Takes the multiple of `other`, whose factor of `pivot` is 1, off `row` that frees it of `pivot`. */
function subtract(row: Map<number, bigint>, pivot: number, other: ReadonlyMap<number, bigint>): void {
  const factor = row.get(pivot);
  if (factor !== undefined) for (const [wire, own] of other) add(row, wire, -factor * own);
}

function mapOf(combination: LinearCombination): Map<number, bigint> {
  const map = new Map<number, bigint>();
  for (const [wire, factor] of combination) add(map, wire, factor);
  return map;
}

function add(map: Map<number, bigint>, wire: number, factor: bigint): void {
  const sum = modulo((map.get(wire) ?? 0n) + factor);
  if (sum === 0n) map.delete(wire);
  else map.set(wire, sum);
}

/** Bits from `place` on, `width` of them. */
interface Span {
  readonly place: number;
  readonly width: number;
}

interface Part extends Span {
  readonly factor: bigint;
}

/** Whether different values of the parts always give different sums. */
function doNotOverlap(parts: readonly Part[]): boolean {
  const scale = inverse(parts[0]?.factor ?? 1n);
  const places: { from: number; to: number }[] = [];
  for (const { factor, place, width } of parts) {
    const exponent = EXPONENTS.get(modulo(factor * scale));
    if (exponent === undefined) return false;
    places.push({ from: exponent + place, to: exponent + place + width });
  }
  places.sort((a, b) => a.from - b.from);
  const apart = places.every(({ to }, index) => to <= (places[index + 1]?.from ?? to));
  return apart && (places.at(-1)?.to ?? 0) - (places[0]?.from ?? 0) <= MAX_WIDTH;
}

/** The bits of a wire whose `factor`-fold is the sum of the parts; undefined when they are not whole multiples. */
function spanOf(factor: bigint, parts: readonly Part[]): Span | undefined {
  const scale = inverse(factor);
  let greatest = 0n;
  let place = MAX_WIDTH;
  for (const part of parts) {
    const from = (EXPONENTS.get(modulo(part.factor * scale)) ?? Number.NEGATIVE_INFINITY) + part.place;
    if (from < 0) return undefined;
    greatest += ((1n << BigInt(part.width)) - 1n) << BigInt(from);
    place = Math.min(place, from);
  }
  const end = greatest.toString(2).length;
  return end <= MAX_WIDTH ? { place, width: end - place } : undefined;
}

/** Plus and minus 2^e, for e from −252 to 252, to e. */
const EXPONENTS = exponentTable();

function exponentTable(): ReadonlyMap<bigint, number> {
  const table = new Map<bigint, number>();
  const half = inverse(2n);
  let [up, down] = [1n, 1n];
  for (let exponent = 0; exponent <= MAX_WIDTH; exponent += 1) {
    for (const value of [up, FIELD_MODULUS - up]) table.set(value, exponent);
    for (const value of [down, FIELD_MODULUS - down]) table.set(value, -exponent);
    up = modulo(up * 2n);
    down = modulo(down * half);
  }
  return table;
}

function modulo(value: bigint): bigint {
  return ((value % FIELD_MODULUS) + FIELD_MODULUS) % FIELD_MODULUS;
}

/** By the extended Euclidean algorithm; 0 gives 0. */
function inverse(value: bigint): bigint {
  let [previous, rest] = [FIELD_MODULUS, modulo(value)];
  let [before, result] = [0n, 1n];
  while (rest > 1n) {
    const quotient = previous / rest;
    [previous, rest] = [rest, previous - quotient * rest];
    [before, result] = [result, before - quotient * result];
  }
  return rest === 0n ? 0n : modulo(result);
}
