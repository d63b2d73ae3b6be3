import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { formatMarkdown } from "../../scripts/lib/format-markdown.ts";
import { readTestDepth } from "../../scripts/lib/test-depth.ts";
import { simulateEdge } from "../../zkml/evaluation/amm-edge.ts";
import type { FeeStudy } from "../../zkml/evaluation/evaluate-fee.ts";
import { evaluateFeeModel, marketStudy } from "../../zkml/evaluation/evaluate-fee.ts";
import { leastSquares, logAccuracy, predictHours } from "../../zkml/evaluation/fee-predictors.ts";
import { ELASTICITIES, MEAN_FEE, proportionalFees, relativeRevenue } from "../../zkml/evaluation/fee-revenue.ts";
import { feeStudyDocument } from "../../zkml/evaluation/fee-study-document.ts";
import { feeStudyPlot } from "../../zkml/evaluation/fee-study-plot.ts";
import { parseIntegerModel } from "../../zkml/model/integer-model.ts";
import { repositoryPath } from "../../zkml/paths.ts";
import { sha256 } from "../../zkml/train/fee-report.ts";
import { readFeeArtefacts, readFeeCandles } from "../../zkml/train/train-fee.ts";

const isDeep = readTestDepth(process.env).fuzzRuns > readTestDepth({}).fuzzRuns;

// Written by scripts/evaluate-fee.ts; the tests below compare it with what it is computed from.
const committed = JSON.parse(readFileSync(repositoryPath("models", "fee", "evaluation.json"), "utf8")) as FeeStudy;

describe("fee evaluation", () => {
  it("is of the committed model, and its document and plot are its own (else run: npx node scripts/evaluate-fee.ts)", async () => {
    assert.equal(committed.integerModelSha256, sha256(readFeeArtefacts().integerModel));
    const read = (name: string) => readFileSync(repositoryPath("docs", name), "utf8");
    assert.equal(read("fee-evaluation.md"), await formatMarkdown(feeStudyDocument(committed)));
    assert.equal(read("fee-evaluation.svg"), feeStudyPlot(committed));
  });

  it("is what the committed candles give", () => {
    const { integerModel } = readFeeArtefacts();
    const model = parseIntegerModel(integerModel, "fee.integer.json");
    const files = readFeeCandles();
    for (const file of files) {
      const found = marketStudy(predictHours(file, model));
      const { realVolatility, realVolume, ...rest } = committed.markets[file.market]!;
      assert.deepEqual(found, rest);
      assert.ok(found.logR2.model > 0.35 && found.logR2.model > found.logR2["mean of 24 hours"] + 0.15);
      assert.deepEqual(Object.keys(realVolatility.edge), Object.keys(realVolume.edge));
    }
    const study = evaluateFeeModel(integerModel, isDeep ? files : [], isDeep ? committed.simulations : 2);
    if (isDeep) assert.deepEqual(study, committed);
    assert.deepEqual(Object.keys(study.challenge.edge), Object.keys(committed.challenge.edge));
  });
});

describe("measures of fees", () => {
  it("earn the same at elasticity 1 whatever the fee, and 1 for a constant fee", () => {
    const volumes = [1, 5, 2, 9];
    const fees = proportionalFees([1, 2, 3, 6]);
    assert.deepEqual(
      fees.map((fee) => Number((fee / MEAN_FEE).toFixed(12))),
      [1 / 3, 2 / 3, 1, 2].map((fee) => Number(fee.toFixed(12))),
    );
    assert.ok(Math.abs(relativeRevenue(fees, volumes, 1) - 1) < 1e-12);
    for (const elasticity of ELASTICITIES) {
      assert.ok(Math.abs(relativeRevenue(proportionalFees([7, 7, 7, 7]), volumes, elasticity) - 1) < 1e-12);
    }
    // Fees that are high where much is traded earn more if nobody minds.
    assert.ok(relativeRevenue(fees, volumes, 0) > 1.3);
  });

  it("find the coefficients of a plane, and score perfect and useless predictions", () => {
    const rows = [
      [1, 0, 1],
      [1, 1, 0],
      [1, 2, 5],
      [1, 3, 3],
    ];
    const found = leastSquares(
      rows,
      rows.map(([, a = 0, b = 0]) => 2 + 3 * a - b),
    );
    [2, 3, -1].forEach((expected, at) => assert.ok(Math.abs(found[at]! - expected) < 1e-9));
    assert.equal(logAccuracy([0.01, 0.02, 0.04], [0.01, 0.02, 0.04]), 1);
    assert.ok(logAccuracy([0.04, 0.02, 0.01], [0.01, 0.02, 0.04]) < 0);
  });
});

describe("simulated market", () => {
  const quiet = { seed: 3, stepsPerHour: 60, volatility: Array<number>(10).fill(0) };
  const usual = { ...quiet, volatility: Array<number>(10).fill(0.001) };

  it("earns from orders, loses to arbitrage, and repeats itself", () => {
    assert.ok(simulateEdge(quiet, () => 0.003) > 0);
    const withoutOrders = { ...usual, activity: Array<number>(10).fill(0) };
    assert.ok(simulateEdge(withoutOrders, () => 0.003) < 0);
    // Arbitrage loses less at a higher fee.
    assert.ok(simulateEdge(withoutOrders, () => 0.01) > simulateEdge(withoutOrders, () => 0.003));
    assert.equal(
      simulateEdge(usual, () => 0.003),
      simulateEdge(usual, () => 0.003),
    );
  });

  it("sends orders to the cheaper pool", () => {
    assert.ok(simulateEdge(quiet, () => 0.1) < simulateEdge(quiet, () => 0.004));
  });

  it("asks for a fee each hour and shows the hours before it only", () => {
    const seen: number[] = [];
    simulateEdge(usual, (hour, past) => {
      assert.equal(past.length, hour);
      assert.ok(past.every(({ high, low, close }) => low <= close && close <= high));
      seen.push(hour);
      return 0.003;
    });
    assert.deepEqual(
      seen,
      Array.from({ length: 10 }, (_, hour) => hour),
    );
  });
});
