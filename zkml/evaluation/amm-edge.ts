import { seededRandom } from "../random.ts";

/**
 * The market of the public AMM challenge (github.com/benedictbrady/amm-challenge at 6b6921f), written anew from its
 * description: two constant-product pools, one with our fee and one with 30 basis points; arbitrageurs bring both to the
 * fair price where that pays, then random orders are routed over both at the best price. A pool's edge is what it gains
 * against the fair price of the moment.
 */
export interface MarketOptions {
  readonly seed: number;
  /** Steps with one fee: an hour. */
  readonly stepsPerHour: number;
  /** Standard deviation of the logarithm of the price per step, one per hour. */
  readonly volatility: readonly number[];
  /** How many times as many orders as usual arrive, one number per hour; 1 without it. */
  readonly activity?: readonly number[];
}

/** An hour of the simulated fair price, in plain numbers. */
export interface SimulatedHour {
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** Says the fee of an hour before it begins, from its number and the hours before it. */
export type FeeRule = (hour: number, past: readonly SimulatedHour[]) => number;

/** Parameters of the challenge. */
export const CHALLENGE = {
  reserveX: 100,
  reserveY: 10_000,
  normaliserFee: 0.003,
  volatility: [0.000_88, 0.001_01],
  arrivals: [0.6, 1],
  meanSize: [19, 21],
  sizeSigma: 1.2,
} as const;

/** A pool of X and Y; fees stay outside of the reserves. */
interface Pool {
  x: number;
  y: number;
  fee: number;
  edge: number;
}

/** Our pool's edge over one simulation, in Y. */
export function simulateEdge({ seed, stepsPerHour, volatility, activity }: MarketOptions, rule: FeeRule): number {
  // Prices and orders have generators of their own: they are the same whatever the fees are.
  const prices = seededRandom(seed);
  const orders = seededRandom(seed ^ 0x5bd1_e995);
  const between = ([low, high]: readonly [number, number]) => low + (high - low) * orders();
  const arrivals = between(CHALLENGE.arrivals);
  const meanSize = between(CHALLENGE.meanSize);
  const ours: Pool = { x: CHALLENGE.reserveX, y: CHALLENGE.reserveY, fee: CHALLENGE.normaliserFee, edge: 0 };
  const normaliser: Pool = { ...ours };
  const past: SimulatedHour[] = [];
  let price = CHALLENGE.reserveY / CHALLENGE.reserveX;
  volatility.forEach((sigma, hour) => {
    ours.fee = rule(hour, past);
    const rate = arrivals * (activity?.[hour] ?? 1);
    let [high, low] = [price, price];
    for (let step = 0; step < stepsPerHour; step += 1) {
      price *= Math.exp(sigma * gaussian(prices) - (sigma * sigma) / 2);
      high = Math.max(high, price);
      low = Math.min(low, price);
      arbitrage(ours, price);
      arbitrage(normaliser, price);
      for (let count = poisson(rate, orders); count > 0; count -= 1) {
        const size = meanSize * Math.exp(CHALLENGE.sizeSigma * gaussian(orders) - CHALLENGE.sizeSigma ** 2 / 2);
        if (orders() < 0.5) routeBuy(ours, normaliser, size, price);
        else routeSell(ours, normaliser, size / price, price);
      }
    }
    past.push({ high, low, close: price });
  });
  return ours.edge;
}

/** Moves the pool to where its price with fee is the fair price, if it is not within its fee of it already. */
function arbitrage(pool: Pool, price: number): void {
  const kept = 1 - pool.fee;
  const product = pool.x * pool.y;
  const bought = pool.x - Math.sqrt(product / (kept * price));
  if (bought > 0) {
    buy(pool, (product / (pool.x - bought) - pool.y) / kept, price);
    return;
  }
  const sold = (Math.sqrt((product * kept) / price) - pool.x) / kept;
  if (sold > 0) sell(pool, sold, price);
}

/** Spends `amount` of Y over both pools so that the last unit buys equally much in each. */
function routeBuy(ours: Pool, other: Pool, amount: number, price: number): void {
  const part = split(ours.y, other.y, ours, other, amount);
  buy(ours, part, price);
  buy(other, amount - part, price);
}

/** Sells `amount` of X over both pools. */
function routeSell(ours: Pool, other: Pool, amount: number, price: number): void {
  const part = split(ours.x, other.x, ours, other, amount);
  sell(ours, part, price);
  sell(other, amount - part, price);
}

/** Our part of an input, by equal marginal prices after the trade; `ourReserve` and `otherReserve` are of the input. */
function split(ourReserve: number, otherReserve: number, ours: Pool, other: Pool, amount: number): number {
  const [ourKept, otherKept] = [1 - ours.fee, 1 - other.fee];
  const ratio = Math.sqrt((ours.x * ourKept * ours.y) / (other.x * otherKept * other.y));
  const part = (ratio * (otherReserve + otherKept * amount) - ourReserve) / (ourKept + ratio * otherKept);
  return Math.min(amount, Math.max(0, part));
}

/** Takes `amount` of Y, gives X. */
function buy(pool: Pool, amount: number, price: number): void {
  const next = pool.y + (1 - pool.fee) * amount;
  const given = pool.x - (pool.x * pool.y) / next;
  pool.edge += amount - given * price;
  pool.x -= given;
  pool.y = next;
}

/** Takes `amount` of X, gives Y. */
function sell(pool: Pool, amount: number, price: number): void {
  const next = pool.x + (1 - pool.fee) * amount;
  const given = pool.y - (pool.x * pool.y) / next;
  pool.edge += amount * price - given;
  pool.y -= given;
  pool.x = next;
}

/** A standard normal number. */
function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A Poisson number by multiplication of uniform ones. */
function poisson(mean: number, random: () => number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}
