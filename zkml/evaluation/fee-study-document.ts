import type { EdgeStudy, Estimate, FeeStudy } from "./evaluate-fee.ts";
import { PREDICTORS } from "./fee-predictors.ts";

/** The text of docs/fee-evaluation.md, before formatting. */
export function feeStudyDocument(study: FeeStudy): string {
  const markets = Object.entries(study.markets);
  const names = markets.map(([market]) => market);
  const revenue = markets.flatMap(([market, { revenue: curves }]) => [
    "",
    `**${market}**`,
    "",
    ...table(
      ["fee in proportion to", ...study.elasticities.map((elasticity) => `ε = ${elasticity}`)],
      Object.entries(curves).map(([name, values]) => [name, ...values.map((value) => value.toFixed(3))]),
    ),
  ]);
  const edges: [string, EdgeStudy][] = [
    ["challenge as published", study.challenge],
    ...markets.flatMap(([market, { realVolatility, realVolume }]): [string, EdgeStudy][] => [
      [`${market}, real volatility`, realVolatility],
      [`${market}, real volatility and volume`, realVolume],
    ]),
  ];
  const rules = [...new Set(edges.flatMap(([, { edge }]) => Object.keys(edge)))];
  return [
    "# What the fee model is worth",
    "",
    "Written by `npx node scripts/evaluate-fee.ts`, which takes about a minute; figures are in `models/fee/evaluation.json`. All of it is",
    `out of sample: the last 15 % of the candles, ${markets[0]?.[1].hours ?? 0} hours per market, which neither training nor the choice of the epoch has seen.`,
    "",
    "**In short.** The model predicts the next hour's range about as well as a good linear model of logarithms does, and much better than",
    "the last hour or the last day. A fee in proportion to its prediction earns more than a constant fee of the same mean if volume does",
    "not mind the fee, nothing more at elasticity 1, and less beyond. In the public AMM challenge, where a pool of 30 basis points competes",
    "for every order, moving the fee with volatility **loses** edge against the constant fee of the same mean: it gives spread away in quiet",
    "hours and orders in wild ones. Where orders follow real volume the loss is smaller. Nothing here says that a dynamic fee pays in every market.",
    "",
    "![Revenue and edge](fee-evaluation.svg)",
    "",
    "## Prediction",
    "",
    "R² of the logarithm of the next hour's (high − low) / low. HAR is a linear regression on the logarithms of the last hour, six hours",
    "and a day, fitted on the training hours of the market. The model was trained on ranges, not on logarithms.",
    "",
    ...table(
      ["predictor", ...names],
      PREDICTORS.map((name) => [name, ...markets.map(([, { logR2 }]) => logR2[name].toFixed(3))]),
    ),
    "",
    `The model's fee and the range that came correlate: ${markets.map(([market, { feeRangeCorrelation }]) => `${market} ${feeRangeCorrelation.toFixed(2)}`).join(", ")}.`,
    "",
    "## Revenue at the same mean fee",
    "",
    "Each rule's fee is in proportion to a prediction and has the mean of 30 basis points over the test hours. Volume is what was traded in",
    "the hour × (fee / 30 bps)^−ε; a constant fee earns 1. At ε = 1 every rule earns 1, whatever it predicts. The market's own volume",
    "stands for a pool's; nobody knows ε, and it is larger where a rival pool is one click away.",
    ...revenue,
    "",
    "## Edge in the AMM challenge",
    "",
    "A re-implementation, from its description, of the market of github.com/benedictbrady/amm-challenge (commit 6b6921f): our pool and",
    "one with 30 basis points, arbitrageurs, orders routed optimally over both. Edge is what the pool gains against the fair price, in Y, per",
    `simulation of 167 hours of 60 steps (mean ± standard error of ${study.simulations}, the same prices and orders for every rule). "As published" has one`,
    "volatility per simulation. The other columns take the shape of volatility, and of volume, from weeks of real test hours at the",
    "challenge's mean level.",
    "",
    ...table(
      ["fee", ...edges.map(([name]) => name)],
      rules.map((rule) => [rule, ...edges.map(([, { edge }]) => shown(edge[rule]))]),
    ),
    "",
    "What the model's fee gains over the constant fee of the same mean, simulation by simulation:",
    "",
    ...table(
      ["mean fee", ...edges.map(([name]) => name)],
      Object.keys(study.challenge.gain).map((level) => [level, ...edges.map(([, { gain }]) => shown(gain[level]))]),
    ),
    "",
    "## What this leaves out",
    "",
    "Gas, the cost of the prediction, the hour between two fees, liquidity that comes and goes with fees, concentrated liquidity, and",
    "rivals who answer. The simulated pool's hour begins with the fee that real features of that hour give; its price path is simulated.",
    "",
  ].join("\n");
}

function shown(estimate: Estimate | undefined): string {
  return estimate === undefined ? "–" : `${estimate.mean.toFixed(1)} ± ${estimate.error.toFixed(1)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? "---" : "---:"))), ...rows.map(line)];
}
