import { ModelFileError } from "../errors.ts";
import type { NetworkSide } from "./integer-network.ts";

/** The part of a side that a publisher chooses. */
export type Encoding = Omit<NetworkSide, "name" | "count">;

/** Without data, values of about ±1 in steps of a hundredth. */
const UNSEEN: Encoding = { bits: 8, decimals: 2, offset: 128 };

const MAX_DECIMALS = 9;

/**
 * An encoding for values like those of the data: as many decimals as `bits` allow, an offset of half the range if some
 * are negative.
 *
 * @param rows   Input values in natural units.
 * @param wanted What is fixed already.
 * @throws {ModelFileError} when the values do not fit so many bits even without decimals.
 */
export function inputEncoding(rows: readonly (readonly number[])[], wanted: Partial<Encoding> = {}): Encoding {
  const bits = wanted.bits ?? UNSEEN.bits;
  const values = rows.flat();
  if (values.length === 0) {
    return { bits, decimals: wanted.decimals ?? UNSEEN.decimals, offset: wanted.offset ?? 2 ** (bits - 1) };
  }
  const low = values.reduce((least, value) => Math.min(least, value), 0);
  const high = values.reduce((most, value) => Math.max(most, value), 0);
  const offset = wanted.offset ?? (low < 0 ? 2 ** (bits - 1) : 0);
  const isWithin = (decimals: number) =>
    Math.round(low * 10 ** decimals) + offset >= 0 && Math.round(high * 10 ** decimals) + offset < 2 ** bits;
  if (wanted.decimals !== undefined) return { bits, decimals: wanted.decimals, offset };
  if (!isWithin(0)) {
    throw new ModelFileError(`Values from ${low} to ${high} do not fit ${bits} bits: give more with --input-bits.`);
  }
  // Whole numbers need no decimals.
  let decimals = 0;
  const isExact = () =>
    values.every((value) => Math.abs(value * 10 ** decimals - Math.round(value * 10 ** decimals)) < 1e-9);
  while (decimals < MAX_DECIMALS && !isExact() && isWithin(decimals + 1)) decimals += 1;
  return { bits, decimals, offset };
}
