import type { CandleFile } from "../data/candles.ts";
import { featuresOf, WINDOW_HOURS } from "../data/features.ts";
import { evaluate } from "../model/evaluate.ts";
import type { IntegerModel } from "../model/integer-model.ts";
import { parseIntegerModel } from "../model/integer-model.ts";
import { seededRandom } from "../random.ts";
import { sha256 } from "../train/fee-report.ts";
import type { FeeRule, SimulatedHour } from "./amm-edge.ts";
import { CHALLENGE, simulateEdge } from "./amm-edge.ts";
import type { PredictedHours, Predictor } from "./fee-predictors.ts";
import { logAccuracy, PREDICTORS, predictHours } from "./fee-predictors.ts";
import { ELASTICITIES, MEAN_FEE, proportionalFees, relativeRevenue } from "./fee-revenue.ts";

/** Steps of one fee, and hours of one simulation: 10,020 steps, where the challenge has 10,000. */
const STEPS_PER_HOUR = 60;
const HOURS = 167;

/** Simulations per rule; all rules see the same ones. */
export const SIMULATIONS = 100;

/** Constant fees that are tried, in basis points. */
const CONSTANT_FEES = [20, 30, 40, 50, 60, 70, 80] as const;

/** The constant fee that does best here: the model's fee is tried at this mean, too. */
const DEAR_BPS = 70;

const SEED = 20260701;

/** A mean and its standard error. */
export interface Estimate {
  readonly mean: number;
  readonly error: number;
}

/** What the evaluation finds on one market. */
export interface MarketStudy {
  readonly hours: number;
  /** R² of the logarithm of the next hour's range. */
  readonly logR2: Readonly<Record<Predictor, number>>;
  /** Correlation of the model's fee with what the range came to be. */
  readonly feeRangeCorrelation: number;
  /** Revenue relative to the constant fee, one per elasticity. */
  readonly revenue: Readonly<Record<Predictor | "perfect foresight", readonly number[]>>;
  /** With the volatility of real hours and the challenge's orders. */
  readonly realVolatility: EdgeStudy;
  /** With the volatility of real hours and orders in proportion to what was traded in them. */
  readonly realVolume: EdgeStudy;
}

/** Edges of one kind of market. */
export interface EdgeStudy {
  /** Our pool's edge per simulation. */
  readonly edge: Readonly<Record<string, Estimate>>;
  /** Edge of the model's fee minus that of the constant fee of the same mean, simulation by simulation. */
  readonly gain: Readonly<Record<string, Estimate>>;
}

/** Everything that docs/fee-evaluation.md says in figures. */
export interface FeeStudy {
  readonly integerModelSha256: string;
  readonly simulations: number;
  readonly elasticities: readonly number[];
  /** The challenge as published: constant volatility within a simulation. */
  readonly challenge: EdgeStudy;
  readonly markets: Readonly<Record<string, MarketStudy>>;
}

/**
 * Evaluates the fee model: how well it predicts, what fees in proportion to it would earn, and its edge in the AMM
 * challenge. Deterministic up to the machine's logarithms.
 *
 * @param integerModel The text of `fee.integer.json`.
 * @param files        The candles of each market.
 */
export function evaluateFeeModel(
  integerModel: string,
  files: readonly CandleFile[],
  simulations: number = SIMULATIONS,
  onProgress: (message: string) => void = () => undefined,
): FeeStudy {
  const model = parseIntegerModel(integerModel, "fee.integer.json");
  const markets: Record<string, MarketStudy> = {};
  for (const file of files) {
    onProgress(`${file.market}: predicting the test hours`);
    const hours = predictHours(file, model);
    onProgress(`${file.market}: simulating ${simulations} weeks for each fee`);
    markets[file.market] = {
      ...marketStudy(hours),
      realVolatility: edgeOnRealHours(hours, simulations, false),
      realVolume: edgeOnRealHours(hours, simulations, true),
    };
  }
  onProgress(`challenge: simulating ${simulations} weeks for each fee`);
  return {
    integerModelSha256: sha256(integerModel),
    simulations,
    elasticities: ELASTICITIES,
    challenge: edgeInChallenge(model, simulations),
    markets,
  };
}

/** The part of the study that needs no simulation. */
export function marketStudy({ ranges, volumes, predictions }: PredictedHours) {
  const each = <Value>(of: (predictor: Predictor) => Value) =>
    Object.fromEntries(PREDICTORS.map((predictor) => [predictor, of(predictor)])) as Record<Predictor, Value>;
  const curve = (values: readonly number[]) =>
    ELASTICITIES.map((elasticity) => rounded(relativeRevenue(proportionalFees(values), volumes, elasticity)));
  return {
    hours: ranges.length,
    logR2: each((predictor) => rounded(logAccuracy(predictions[predictor], ranges))),
    feeRangeCorrelation: rounded(correlation(predictions.model, ranges)),
    revenue: { ...each((predictor) => curve(predictions[predictor])), "perfect foresight": curve(ranges) },
  };
}

function edgeOnRealHours(
  { ranges, volumes, predictions }: PredictedHours,
  simulations: number,
  followsVolume: boolean,
): EdgeStudy {
  const random = seededRandom(SEED);
  const starts = Array.from({ length: simulations }, () => Math.floor(random() * (ranges.length - HOURS)));
  // The shape of real volatility at the challenge's level: mean squares are equal.
  const middle = (CHALLENGE.volatility[0] + CHALLENGE.volatility[1]) / 2;
  const level = middle / Math.sqrt(ranges.reduce((sum, range) => sum + range * range, 0) / ranges.length);
  const run = (fees: readonly number[]) =>
    starts.map((start, simulation) => {
      const volatility = ranges.slice(start, start + HOURS).map((range) => range * level);
      const traded = volumes.slice(start, start + HOURS);
      const mean = traded.reduce((sum, volume) => sum + volume, 0) / HOURS;
      const activity = followsVolume ? { activity: traded.map((volume) => volume / mean) } : {};
      const rule: FeeRule = (hour) => fees[start + hour] ?? MEAN_FEE;
      return simulateEdge({ seed: SEED + simulation, stepsPerHour: STEPS_PER_HOUR, volatility, ...activity }, rule);
    });
  const constants = CONSTANT_FEES.map((bps) => [`constant ${bps} bps`, ranges.map(() => bps / 10_000)] as const);
  const proportional = [
    ...(["last hour", "mean of 24 hours", "HAR", "model"] as const).map((name) => [name, predictions[name]] as const),
    ["perfect foresight", ranges] as const,
  ].map(([name, values]) => [`${name}, mean 30 bps`, proportionalFees(values)] as const);
  const dearer = proportionalFees(predictions.model).map((fee) => (fee * DEAR_BPS) / 30);
  const edges = new Map(
    [...constants, ...proportional, [`model, mean ${DEAR_BPS} bps`, dearer] as const].map(
      ([name, fees]) => [name, run(fees)] as const,
    ),
  );
  return summary(edges);
}

function edgeInChallenge(model: IntegerModel, simulations: number): EdgeStudy {
  const random = seededRandom(SEED);
  const [low, high] = CHALLENGE.volatility;
  const sigmas = Array.from({ length: simulations }, () => low + (high - low) * random());
  const run = (rule: FeeRule) =>
    sigmas.map((sigma, simulation) => {
      const volatility = Array.from({ length: HOURS }, () => sigma);
      return simulateEdge({ seed: SEED + simulation, stepsPerHour: STEPS_PER_HOUR, volatility }, rule);
    });
  const level = meanPrediction(model, sigmas);
  const edges = new Map([
    ...CONSTANT_FEES.map((bps) => [`constant ${bps} bps`, run(() => bps / 10_000)] as const),
    ...[30, DEAR_BPS].map((bps) => {
      const rule: FeeRule = (_, past) => ((bps / 10_000) * (predictFrom(model, past) ?? level)) / level;
      return [`model, mean ${bps} bps`, run(rule)] as const;
    }),
  ]);
  return summary(edges);
}

/** The model's prediction from simulated hours, once there are enough of them. */
function predictFrom(model: IntegerModel, past: readonly SimulatedHour[]): number | undefined {
  if (past.length < WINDOW_HOURS) return undefined;
  const units = (price: number) => BigInt(Math.round(price * 1e8));
  const window = past.slice(-WINDOW_HOURS).map(({ high, low, close }) => ({
    high: units(high),
    low: units(low),
    close: units(close),
  }));
  return Number(evaluate(model, featuresOf(window).map(BigInt))[0] ?? 0n) / 10 ** model.layout.outputDecimals;
}

/** What the model says on average in this market: brings its fees to the mean fee. */
function meanPrediction(model: IntegerModel, sigmas: readonly number[]): number {
  let [sum, count] = [0, 0];
  sigmas.forEach((sigma, simulation) => {
    const volatility = Array.from({ length: HOURS }, () => sigma);
    simulateEdge({ seed: SEED + simulation, stepsPerHour: STEPS_PER_HOUR, volatility }, (_, past) => {
      const prediction = predictFrom(model, past);
      if (prediction !== undefined) {
        sum += prediction;
        count += 1;
      }
      return MEAN_FEE;
    });
  });
  return sum / count;
}

function summary(edges: ReadonlyMap<string, readonly number[]>): EdgeStudy {
  const gain = [30, DEAR_BPS].map((bps) => {
    const constant = edges.get(`constant ${bps} bps`) ?? [];
    const own = edges.get(`model, mean ${bps} bps`) ?? [];
    return [`${bps} bps`, estimate(own.map((value, at) => value - constant[at]!))];
  });
  return {
    edge: Object.fromEntries([...edges].map(([rule, values]) => [rule, estimate(values)])),
    gain: Object.fromEntries(gain) as EdgeStudy["gain"],
  };
}

function estimate(values: readonly number[]): Estimate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
  return { mean: rounded(mean), error: rounded(Math.sqrt(variance / values.length)) };
}

function correlation(first: readonly number[], second: readonly number[]): number {
  const centred = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - mean);
  };
  const [a, b] = [centred(first), centred(second)];
  const product = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, at) => sum + value * y[at]!, 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

/** Four significant digits: what the document shows, and stable in text. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
