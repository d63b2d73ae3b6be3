import { FIELD_MODULUS } from "./curve.ts";

/** Generator of the multiplicative group; its powers are the roots of unity that snarkjs uses. */
const GENERATOR = 5n;

/** The field element that an integer stands for. */
export function modulo(value: bigint): bigint {
  const rest = value % FIELD_MODULUS;
  return rest < 0n ? rest + FIELD_MODULUS : rest;
}

/** a · b */
export function times(a: bigint, b: bigint): bigint {
  return modulo(a * b);
}

/** base^exponent */
export function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = modulo(base), rest = exponent; rest > 0n; rest >>= 1n, square = times(square, square)) {
    if (rest & 1n) result = times(result, square);
  }
  return result;
}

/** The root of unity of an order that is a power of two, at most 2^28. */
export function rootOfUnity(order: bigint): bigint {
  return power(GENERATOR, (FIELD_MODULUS - 1n) / order);
}

/** 1 / value; 0 for 0. */
export function inverse(value: bigint): bigint {
  return power(value, FIELD_MODULUS - 2n);
}

/** 1 / value for each of them, with one exponentiation; none may be 0. */
export function inverses(values: readonly bigint[]): bigint[] {
  const products = [1n];
  for (const value of values) products.push(times(products[products.length - 1] ?? 1n, value));
  const result: bigint[] = [];
  let rest = inverse(products[values.length] ?? 1n);
  for (let index = values.length - 1; index >= 0; index -= 1) {
    result[index] = times(rest, products[index] ?? 1n);
    rest = times(rest, values[index] ?? 1n);
  }
  return result;
}
