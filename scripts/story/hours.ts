import { readFeeCandles } from "../../zkml/train/train-fee.ts";
import { featuresOf, rangeUnits, WINDOW_HOURS } from "../../zkml/data/features.ts";
import { HOUR_MS, type Candle } from "../../zkml/data/candles.ts";

/** The market of the story. */
export const MARKET = "ETHUSDT";

/** The first hour that the fee is set for: the evening before and the night of the United States election of 2024. */
const FIRST_HOUR = Date.UTC(2024, 10, 5, 13);

/** How many hours the pool lives through. */
export const STORY_HOURS = 24;

/** One hour of the story. */
export interface StoryHour {
  /** The candles that are known when the fee is set, oldest first. */
  readonly window: readonly Candle[];
  /** The hour that the fee is for: what really happened. */
  readonly next: Candle;
  /** The model's inputs, as the feed computes them. */
  readonly features: readonly bigint[];
  /** The range of `next` in 10^-5, which the model tries to foresee. */
  readonly realRange: number;
}

/** The hours of the story, from the committed candles; all of them lie in the test part that training never saw. */
export function storyHours(): StoryHour[] {
  const file = readFeeCandles().find(({ market }) => market === MARKET);
  const candles = file?.candles ?? [];
  const first = candles.findIndex(({ time }) => time === FIRST_HOUR);
  if (first < WINDOW_HOURS) throw new Error(`The candles of ${MARKET} do not reach back far enough for the story.`);
  return Array.from({ length: STORY_HOURS }, (_, index) => {
    const window = candles.slice(first + index - WINDOW_HOURS, first + index);
    const next = candles[first + index];
    if (next === undefined) throw new Error(`The candles of ${MARKET} end before the story does.`);
    return { window, next, features: featuresOf(window).map(BigInt), realRange: rangeUnits(next) };
  });
}

/** A candle as the feed contract takes it. */
export function feedCandle({ time, high, low, close }: Candle) {
  return { hour: time / HOUR_MS, high, low, close };
}
