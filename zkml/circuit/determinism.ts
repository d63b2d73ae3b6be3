import { FIELD_MODULUS } from "./curve.ts";
import type { ConstraintSystem, LinearCombination } from "./r1cs.ts";

const MODULUS = FIELD_MODULUS;

type Constraint = ConstraintSystem["constraints"][number];

/** The exponents of powers of two and their negatives, by their value in the field. */
const PLACES = placesOfBits();

/** A linear equation without its known part: wires and their coefficients, whose sum is known. */
type Equation = Map<number, bigint>;

/**
 * Proves of a constraint system that given wires decide every other wire: then nobody can find a second witness, and
 * with it other outputs, for the same inputs. Three rules are applied until nothing changes:
 *
 * 1. a constraint that is linear in one unknown wire, with everything else known, decides it;
 * 2. a wire w with w · (w − 1) = 0 is a bit;
 * 3. bits whose sum, each weighted with another power of two (times a common factor), is known are decided, if all places
 *    together stay below the field's size: a number has one binary form.
 *
 * The rules suffice for circuits made of sums, products and range checks, compiled without simplification, which would
 * hide bits in linear forms. A wire that they cannot decide may still be unique; a circuit that passes leaves the prover
 * no freedom at all.
 *
 * @param system The constraints; all inputs, public and private, are what must decide the rest.
 * @returns The wires that are not proven to be decided; empty for a sound circuit.
 */
export function undecidedWires(system: ConstraintSystem): number[] {
  const bits = new Set(system.constraints.flatMap((constraint) => wireThatIsBit(constraint) ?? []));
  const known = new Uint8Array(system.wires);
  known[0] = 1;
  const firstInput = 1 + system.publicOutputs;
  known.fill(1, firstInput, firstInput + system.publicInputs + system.privateInputs);
  let open = [...system.constraints];
  for (let before = open.length + 1; open.length < before; ) {
    before = open.length;
    open = open.filter((constraint) => {
      const unknowns = linearUnknowns(constraint, known);
      if (unknowns === undefined) return true;
      if (unknowns.size > 1 && !hasOneBinaryForm(unknowns, bits)) return true;
      for (const wire of unknowns.keys()) known[wire] = 1;
      return false;
    });
  }
  return Array.from({ length: system.wires }, (_, wire) => wire).filter((wire) => known[wire] === 0);
}

/** The wire that a constraint w · (w − 1) = 0, or one of the same zeros, makes a bit; or undefined. */
function wireThatIsBit([a, b, c]: Constraint): number | undefined {
  const [left, right] = [withoutConstant(a), withoutConstant(b)];
  const [[wire, factor] = [0, 0n]] = left;
  const other = right.get(wire);
  if (c.length > 0 || left.size !== 1 || right.size !== 1 || other === undefined) return undefined;
  // The zeros of factor · w + x and other · w + y are −x / factor and −y / other.
  const zeros = [modulo(-constantOf(a) * inverse(factor)), modulo(-constantOf(b) * inverse(other))];
  return zeros.includes(0n) && zeros.includes(1n) ? wire : undefined;
}

/** The unknown wires of a constraint if it is linear in them, with their coefficients; else undefined. */
function linearUnknowns([a, b, c]: Constraint, known: Uint8Array): Equation | undefined {
  const [left, right, product] = [unknownsOf(a, known), unknownsOf(b, known), unknownsOf(c, known)];
  if (left.size === 0 && right.size === 0) return product;
  const [fixed, open] = left.size === 0 ? [a, right] : [b, left];
  const factor = constantOf(fixed);
  // A factor that is known only at proving time may be zero and then decides nothing.
  if (fixed.some(([wire]) => wire !== 0) || factor === 0n) return undefined;
  for (const [wire, coefficient] of open) {
    const value = modulo((product.get(wire) ?? 0n) - factor * coefficient);
    if (value === 0n) product.delete(wire);
    else product.set(wire, value);
  }
  return product;
}

function withoutConstant(form: LinearCombination): Map<number, bigint> {
  return new Map(form.filter(([wire, coefficient]) => wire !== 0 && coefficient % MODULUS !== 0n));
}

function constantOf(form: LinearCombination): bigint {
  return form.find(([wire]) => wire === 0)?.[1] ?? 0n;
}

function unknownsOf(form: LinearCombination, known: Uint8Array): Equation {
  return new Map(form.filter(([wire, coefficient]) => known[wire] === 0 && coefficient % MODULUS !== 0n));
}

/**
 * Whether the variables are bits with coefficients ±u · 2^i, all i different and close enough to each other. The sign does
 * not matter: −b is (1 − b) − 1, and 1 − b is a bit too.
 */
function hasOneBinaryForm(equation: Equation, bits: ReadonlySet<number>): boolean {
  const [first] = equation.values();
  if (first === undefined || ![...equation.keys()].every((variable) => bits.has(variable))) return false;
  const unit = inverse(first);
  const places = new Set<number>();
  for (const coefficient of equation.values()) {
    const place = PLACES.get(modulo(coefficient * unit));
    if (place === undefined) return false;
    places.add(place);
  }
  return places.size === equation.size && Math.max(...places) - Math.min(...places) < MAX_BITS;
}

/** Numbers of fewer bits than this are all different in the field. */
const MAX_BITS = 253;

function placesOfBits(): Map<bigint, number> {
  const places = new Map<bigint, number>();
  const half = inverse(2n);
  let [up, down] = [1n, 1n];
  for (let place = 0; place < 253; place += 1) {
    for (const value of [up, MODULUS - up]) places.set(value, place);
    for (const value of [down, MODULUS - down]) places.set(value, -place);
    up = modulo(up * 2n);
    down = modulo(down * half);
  }
  return places;
}

function modulo(value: bigint): bigint {
  return ((value % MODULUS) + MODULUS) % MODULUS;
}

function inverse(value: bigint): bigint {
  let [a, b, x, y] = [modulo(value), MODULUS, 1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b, x, y] = [b, a - quotient * b, y, x - quotient * y];
  }
  return modulo(x);
}
