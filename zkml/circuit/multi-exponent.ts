import type { CurveCode, GroupCode } from "./curve-code.ts";
import { FIELD_BYTES } from "./curve-code.ts";

/** Bits of a scalar below the field's modulus. */
const SCALAR_BITS = 254;

/** Digits of more bits would not fit 16 with a sign. */
const MOST_DIGIT_BITS = 15;

/** What adding two sums costs against adding an affine point to one. */
const SUM_COST = 1.5;

/** Where a sum of products finds its terms; addresses. */
export interface Terms {
  /** Affine points, one after the other. */
  readonly bases: number;
  /** As many scalars of 32 bytes, not in Montgomery form. */
  readonly scalars: number;
  readonly count: number;
}

/** Bytes that {@link multiExponent} may use at its scratch address for so many terms. */
export function scratchBytes(group: GroupCode, count: number): number {
  return group.pointBytes * (2 + 2 ** (digitBits(count) - 1));
}

/**
 * Σ scalar · base. Most wires of our circuits are bits: a one costs one addition and a zero nothing. The rest is sorted
 * into buckets by digits with a sign, all equal digits of a place at once.
 *
 * @param scratch Address of {@link scratchBytes} bytes.
 * @param to      Address of the sum.
 */
export function multiExponent(curve: CurveCode, group: GroupCode, terms: Terms, scratch: number, to: number): void {
  const words = new Uint32Array(curve.memory());
  group.zero(to);
  const others: number[] = [];
  for (let index = 0; index < terms.count; index += 1) {
    const at = (terms.scalars + index * FIELD_BYTES) / 4;
    let high = 0;
    for (let word = 1; word < 8; word += 1) high |= words[at + word] ?? 0;
    const low = words[at] ?? 0;
    if (high === 0 && low === 0) continue;
    const base = terms.bases + index * group.affineBytes;
    // Wires that are not in a matrix have no point; the code would take two places at infinity for a sum.
    if (group.isZeroAffine(base) === 1) continue;
    if (high === 0 && low === 1) group.addAffine(to, base, to);
    else others.push(index);
  }
  if (others.length === 0) return;
  const sum = scratch;
  sumByDigits(group, terms, others, words, sum);
  group.add(to, sum, to);
}

/** Bits of a digit at which `count` terms take the fewest additions. */
function digitBits(count: number): number {
  const cost = (bits: number) => placesOf(bits) * (count + SUM_COST * 2 ** bits);
  let best = 2;
  for (let bits = 3; bits <= MOST_DIGIT_BITS; bits += 1) if (cost(bits) < cost(best)) best = bits;
  return best;
}

/** Digits of a scalar; the highest is at least a bit narrower than the others, so that it takes the last carry. */
function placesOf(bits: number): number {
  return Math.floor(SCALAR_BITS / bits) + 1;
}

function sumByDigits(
  group: GroupCode,
  terms: Terms,
  indices: readonly number[],
  words: Uint32Array,
  sum: number,
): void {
  const bits = digitBits(indices.length);
  const digits = signedDigits(terms, indices, words, bits);
  const running = sum + group.pointBytes;
  const bucketCount = 2 ** (bits - 1);
  const bucket = (digit: number) => running + digit * group.pointBytes;
  group.zero(sum);
  for (let place = placesOf(bits) - 1; place >= 0; place -= 1) {
    for (let bit = 0; bit < bits; bit += 1) group.double(sum, sum);
    for (let digit = 1; digit <= bucketCount; digit += 1) group.zero(bucket(digit));
    const first = place * indices.length;
    for (let index = 0; index < indices.length; index += 1) {
      const digit = digits[first + index] ?? 0;
      const base = terms.bases + (indices[index] ?? 0) * group.affineBytes;
      if (digit > 0) group.addAffine(bucket(digit), base, bucket(digit));
      else if (digit < 0) group.subtractAffine(bucket(-digit), base, bucket(-digit));
    }
    // Bucket d is in d of the running sums.
    group.zero(running);
    for (let digit = bucketCount; digit >= 1; digit -= 1) {
      group.add(running, bucket(digit), running);
      group.add(sum, running, sum);
    }
  }
}

/** The scalars' digits in [-2^(bits-1), 2^(bits-1)], all of the lowest place first. */
function signedDigits(terms: Terms, indices: readonly number[], words: Uint32Array, bits: number): Int16Array {
  const places = placesOf(bits);
  const digits = new Int16Array(places * indices.length);
  const [mask, half] = [2 ** bits - 1, 2 ** (bits - 1)];
  for (let index = 0; index < indices.length; index += 1) {
    const at = (terms.scalars + (indices[index] ?? 0) * FIELD_BYTES) / 4;
    let carry = 0;
    for (let place = 0; place < places; place += 1) {
      const word = (place * bits) >>> 5;
      const shift = (place * bits) & 31;
      let digit = (words[at + word] ?? 0) >>> shift;
      if (shift + bits > 32 && word < 7) digit |= (words[at + word + 1] ?? 0) << (32 - shift);
      digit = (digit & mask) + carry;
      carry = digit > half ? 1 : 0;
      digits[place * indices.length + index] = digit - carry * (mask + 1);
    }
  }
  return digits;
}
