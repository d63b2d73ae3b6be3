import { SignalError } from "../errors.ts";
import { FIELD_MODULUS } from "./curve.ts";

/** The most elements that one permutation takes. */
const MAX_ELEMENTS = 16;

const FULL_ROUNDS = 8;

/** Partial rounds for states of 2 to 17 elements, as the paper's script gives them for 128 bits of security. */
const PARTIAL_ROUNDS = [56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68] as const;

/** Bits of a field element. */
const FIELD_BITS = 254;

interface Parameters {
  /** One row of constants per round. */
  readonly constants: readonly (readonly bigint[])[];
  readonly matrix: readonly (readonly bigint[])[];
}

const known = new Map<number, Parameters>();

/**
 * Poseidon over BN254's scalar field (eprint 2019/458), with the parameters of circomlib's circuit of the same name.
 *
 * @param elements 1 to 16 field elements.
 * @throws {SignalError} when there are more or none, or one is not in the field.
 */
export function poseidon(elements: readonly bigint[]): bigint {
  if (elements.length === 0 || elements.length > MAX_ELEMENTS) {
    throw new SignalError(`Poseidon takes 1 to ${MAX_ELEMENTS} elements, not ${elements.length}.`);
  }
  const bad = elements.find((element) => element < 0n || element >= FIELD_MODULUS);
  if (bad !== undefined) throw new SignalError(`${bad} is not a field element.`);
  const { constants, matrix } = parametersOf(elements.length + 1);
  const partialEnd = constants.length - FULL_ROUNDS / 2;
  let state = [0n, ...elements];
  constants.forEach((row, round) => {
    const added = state.map((value, at) => (value + (row[at] ?? 0n)) % FIELD_MODULUS);
    const isFull = round < FULL_ROUNDS / 2 || round >= partialEnd;
    const raised = added.map((value, at) => (isFull || at === 0 ? fifthPower(value) : value));
    state = matrix.map(
      (line) => line.reduce((sum, factor, at) => sum + factor * (raised[at] ?? 0n), 0n) % FIELD_MODULUS,
    );
  });
  return state[0] ?? 0n;
}

/**
 * The hash of the circuits' template HashChain: the first 16 elements, then the hash so far and the next 15.
 *
 * @throws {SignalError} as {@link poseidon}.
 */
export function hashChain(elements: readonly bigint[]): bigint {
  let hash = poseidon(elements.slice(0, MAX_ELEMENTS));
  for (let next = MAX_ELEMENTS; next < elements.length; next += MAX_ELEMENTS - 1) {
    hash = poseidon([hash, ...elements.slice(next, next + MAX_ELEMENTS - 1)]);
  }
  return hash;
}

/** Constraints of the circuits' template HashChain for `count` elements, after full simplification. */
export function hashChainConstraints(count: number): number {
  let sum = poseidonConstraints(Math.min(count, MAX_ELEMENTS));
  for (let next = MAX_ELEMENTS; next < count; next += MAX_ELEMENTS - 1) {
    sum += poseidonConstraints(1 + Math.min(count - next, MAX_ELEMENTS - 1));
  }
  return sum;
}

/** Three per fifth power; the first round raises the constant that begins the state, which costs nothing. */
function poseidonConstraints(elements: number): number {
  return 3 * (FULL_ROUNDS * (elements + 1) + (PARTIAL_ROUNDS[elements - 1] ?? 0) - 1);
}

function fifthPower(value: bigint): bigint {
  const square = (value * value) % FIELD_MODULUS;
  return (((square * square) % FIELD_MODULUS) * value) % FIELD_MODULUS;
}

/** Constants and matrix for states of `size` elements, drawn from the Grain generator as the paper says. */
function parametersOf(size: number): Parameters {
  const before = known.get(size);
  if (before !== undefined) return before;
  const partialRounds = PARTIAL_ROUNDS[size - 2] ?? 0;
  const draw = grain(size, partialRounds);
  const constants = Array.from({ length: FULL_ROUNDS + partialRounds }, () =>
    Array.from({ length: size }, () => {
      let value = draw();
      while (value >= FIELD_MODULUS) value = draw();
      return value;
    }),
  );
  // A Cauchy matrix: 1 / (row + column). Its draws are reduced, not repeated.
  const rows = Array.from({ length: size }, () => draw() % FIELD_MODULUS);
  const columns = Array.from({ length: size }, () => draw() % FIELD_MODULUS);
  const matrix = rows.map((row) => columns.map((column) => inverse(row + column)));
  const parameters = { constants, matrix };
  known.set(size, parameters);
  return parameters;
}

/** The self-shrinking Grain register, as a source of numbers of {@link FIELD_BITS} bits. */
function grain(size: number, partialRounds: number): () => bigint {
  const parts: readonly [value: number, bits: number][] = [
    // A prime field, x^5, then the sizes; ones fill the register.
    [1, 2],
    [0, 4],
    [FIELD_BITS, 12],
    [size, 12],
    [FULL_ROUNDS, 10],
    [partialRounds, 10],
    [2 ** 30 - 1, 30],
  ];
  const register = parts.flatMap(([value, bits]) =>
    Array.from({ length: bits }, (_, bit) => Math.floor(value / 2 ** (bits - 1 - bit)) % 2),
  );
  let at = 0;
  const bit = (offset: number) => register[(at + offset) % 80] ?? 0;
  const step = () => {
    const next = bit(62) ^ bit(51) ^ bit(38) ^ bit(23) ^ bit(13) ^ bit(0);
    register[at] = next;
    at = (at + 1) % 80;
    return next;
  };
  for (let warming = 0; warming < 160; warming += 1) step();
  // Of every pair of bits the second counts if the first is one.
  const shrunk = () => {
    while (step() === 0) step();
    return step();
  };
  return () => {
    let value = 0n;
    for (let drawn = 0; drawn < FIELD_BITS; drawn += 1) value = (value << 1n) | BigInt(shrunk());
    return value;
  };
}

function inverse(value: bigint): bigint {
  let result = 1n;
  let square = value % FIELD_MODULUS;
  for (let rest = FIELD_MODULUS - 2n; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % FIELD_MODULUS;
    square = (square * square) % FIELD_MODULUS;
  }
  return result;
}
