import type { Candle } from "./candles.ts";
import { HOUR_MS } from "./candles.ts";
import { featuresOf, WINDOW_HOURS } from "./features.ts";

/** One hour to predict. */
export interface Sample {
  /** Opening time of the predicted hour, Unix milliseconds. */
  readonly time: number;
  /** Feature integers of the 24 hours before, units of 10^-5. */
  readonly features: readonly number[];
  /** What happened: (high − low) / low of the predicted hour, a plain number. */
  readonly target: number;
}

/** Samples in time order, cut into three consecutive parts. */
export interface Split {
  readonly train: readonly Sample[];
  readonly validation: readonly Sample[];
  readonly test: readonly Sample[];
}

/** Parts of the samples, in percent; the test part is the rest. */
export const TRAIN_PERCENT = 70;
export const VALIDATION_PERCENT = 15;

/** All samples of one market in time order. Hours whose window has a gap give no sample. */
export function samplesOf(candles: readonly Candle[]): Sample[] {
  const samples: Sample[] = [];
  for (let hour = WINDOW_HOURS; hour < candles.length; hour += 1) {
    const next = candles[hour];
    const first = candles[hour - WINDOW_HOURS];
    // Times strictly increase, so the window is complete exactly when it spans 24 hours.
    if (next === undefined || first === undefined || next.time - first.time !== WINDOW_HOURS * HOUR_MS) continue;
    samples.push({
      time: next.time,
      features: featuresOf(candles.slice(hour - WINDOW_HOURS, hour)),
      target: Number(next.high - next.low) / Number(next.low),
    });
  }
  return samples;
}

/** Cuts time-ordered samples into train, validation and test; sizes are rounded down in favour of the test part. */
export function splitByTime(samples: readonly Sample[]): Split {
  const trainEnd = Math.floor((samples.length * TRAIN_PERCENT) / 100);
  const validationEnd = Math.floor((samples.length * (TRAIN_PERCENT + VALIDATION_PERCENT)) / 100);
  return {
    train: samples.slice(0, trainEnd),
    validation: samples.slice(trainEnd, validationEnd),
    test: samples.slice(validationEnd),
  };
}
