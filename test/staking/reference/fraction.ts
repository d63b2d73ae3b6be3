/** An exact number `num / den`, reduced; `den` is positive. */
export type Fraction = { readonly num: bigint; readonly den: bigint };

export const ZERO: Fraction = { num: 0n, den: 1n };
export const ONE: Fraction = { num: 1n, den: 1n };

/** `num / den`, reduced. */
export function fraction(num: bigint, den: bigint = 1n): Fraction {
  let a = num < 0n ? -num : num;
  let b = den;
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? ZERO : { num: num / a, den: den / a };
}

export const add = (a: Fraction, b: Fraction): Fraction => fraction(a.num * b.den + b.num * a.den, a.den * b.den);
export const subtract = (a: Fraction, b: Fraction): Fraction => add(a, { num: -b.num, den: b.den });
export const multiply = (a: Fraction, b: Fraction): Fraction => fraction(a.num * b.num, a.den * b.den);
export const divide = (a: Fraction, b: Fraction): Fraction => fraction(a.num * b.den, a.den * b.num);
export const sum = (values: Iterable<Fraction>): Fraction => [...values].reduce(add, ZERO);
export const isBelow = (a: Fraction, b: Fraction): boolean => a.num * b.den < b.num * a.den;

/** How far a whole number is from an exact one, rounded up. */
export function distance(actual: bigint, exact: Fraction): bigint {
  const { num, den } = subtract(fraction(actual), exact);
  return ((num < 0n ? -num : num) + den - 1n) / den;
}
