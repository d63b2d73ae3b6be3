import { DataFileError } from "../errors.ts";
import type { Candle } from "./candles.ts";

/** Candles that one prediction looks at. */
export const WINDOW_HOURS = 24;

/** Features are integers of 10^-5: 1234 means 0.01234. */
export const FEATURE_DECIMALS = 5;

/** Features are cut here, so that one takes 12 bits. */
export const FEATURE_MAX = 4095;

/** The features in the order of the model's input. */
export const FEATURE_NAMES = [
  "range of the last hour",
  "range of the hour before",
  "mean range of 3 hours",
  "mean range of 6 hours",
  "mean range of 12 hours",
  "mean range of 24 hours",
  "largest range of 24 hours",
  "absolute return of the last hour",
] as const;

const FEATURE_UNIT = 10n ** BigInt(FEATURE_DECIMALS);

/** What the features need of a candle; any price unit will do, for only ratios are used. */
export type CandlePrices = Pick<Candle, "high" | "low" | "close">;

/**
 * The relative range (high − low) / low of a candle as a feature integer, rounded down and cut at {@link FEATURE_MAX}.
 */
export function rangeUnits(candle: CandlePrices): number {
  return toUnits(candle.high - candle.low, candle.low);
}

/**
 * The eight features of the hour after `window`, as integers in [0, {@link FEATURE_MAX}] of 10^-5. Every division rounds
 * down, so that a contract holding the same 24 candles computes the same integers.
 *
 * @param window The last 24 hourly candles, oldest first, without a gap.
 * @throws {DataFileError} when `window` does not hold 24 candles with positive prices.
 */
export function featuresOf(window: readonly CandlePrices[]): number[] {
  if (window.length !== WINDOW_HOURS) {
    throw new DataFileError(`Features need the last ${WINDOW_HOURS} hourly candles, not ${window.length}.`);
  }
  const ranges = window.map(rangeUnits);
  const mean = (hours: number) => Math.floor(ranges.slice(-hours).reduce((sum, range) => sum + range, 0) / hours);
  const [before, last] = window.slice(-2).map((candle) => candle.close);
  const [rangeBefore = 0, rangeLast = 0] = ranges.slice(-2);
  if (before === undefined || last === undefined) throw new DataFileError("Features need two closing prices.");
  const change = last > before ? last - before : before - last;
  return [
    rangeLast,
    rangeBefore,
    mean(3),
    mean(6),
    mean(12),
    mean(24),
    Math.max(...ranges),
    toUnits(change, before),
  ];
}

function toUnits(part: bigint, whole: bigint): number {
  if (whole <= 0n || part < 0n) throw new DataFileError("Features need positive prices with low <= high.");
  const units = (part * FEATURE_UNIT) / whole;
  return units > BigInt(FEATURE_MAX) ? FEATURE_MAX : Number(units);
}
