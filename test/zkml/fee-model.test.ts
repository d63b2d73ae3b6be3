import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { parseCandles, readCandles } from "../../zkml/data/candles.ts";
import { samplesOf } from "../../zkml/data/dataset.ts";
import { featuresOf } from "../../zkml/data/features.ts";
import { DataFileError, ModelFileError, TensorShapeError } from "../../zkml/errors.ts";
import { analyse } from "../../zkml/model/analyse.ts";
import { evaluate } from "../../zkml/model/evaluate.ts";
import { formatIntegerModel, parseIntegerModel } from "../../zkml/model/integer-model.ts";
import { quantise } from "../../zkml/model/quantise.ts";
import { readOnnx } from "../../zkml/onnx/read-onnx.ts";
import { loadFloatModel } from "../../zkml/onnx/run-onnx.ts";
import { writeOnnx } from "../../zkml/onnx/write-onnx.ts";
import { circuitEntries, circuitModel, classEntries } from "../../zkml/circuit/catalogue.ts";
import { generateClassCircuit } from "../../zkml/circuit/generate.ts";
import { generateModelCircuit } from "../../zkml/model/circuit-model.ts";
import { repositoryPath } from "../../zkml/paths.ts";
import { seededRandom } from "../../zkml/random.ts";
import type { FeeEvaluation } from "../../zkml/train/fee-report.ts";
import { readFeeArtefacts, readFeeCandles, trainFee } from "../../zkml/train/train-fee.ts";
import { readFileSync } from "node:fs";

const HEADER =
  "timestamp_ms,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore";
const row = (time: string, prices: string) => `${time},${prices},1,1,1,1,1,1,0`;

describe("candles", () => {
  it("are the committed files, hour after hour, with their two known gaps", () => {
    for (const file of readFeeCandles()) {
      assert.equal(file.candles.length, 21_143);
      const gaps = file.candles.filter(
        (candle, at) => at > 0 && candle.time - file.candles[at - 1]!.time !== 3_600_000,
      );
      assert.equal(gaps.length, 2);
      assert.equal(new Date(file.candles.at(-1)!.time).toISOString(), "2025-02-02T23:00:00.000Z");
      // 24 hours before the first sample, and 24 lost to the windows across each gap.
      assert.equal(samplesOf(file.candles).length, 21_143 - 3 * 24);
    }
  });

  it("accept microseconds and keep prices exact", () => {
    const [candle] = parseCandles(`${HEADER}\n${row("1735689600000000", "1.5,2,1.00000001,1.7")}\n`, "text");
    assert.deepEqual(candle, {
      time: 1_735_689_600_000,
      open: 150_000_000n,
      high: 200_000_000n,
      low: 100_000_001n,
      close: 170_000_000n,
      quoteVolume: 1,
    });
  });

  const good = row("1659744000000", "2,3,1,2");
  const bad: [string, string][] = [
    ["another header", "time,open"],
    ["no rows", HEADER],
    ["a missing column", `${HEADER}\n1659744000000,2,3,1,2`],
    ["a time off the hour", `${HEADER}\n${row("1659744000001", "2,3,1,2")}`],
    ["a price that is no decimal", `${HEADER}\n${row("1659744000000", "2,3e9,1,2")}`],
    ["a close above the high", `${HEADER}\n${row("1659744000000", "2,3,1,4")}`],
    ["a low of zero", `${HEADER}\n${row("1659744000000", "2,3,0,2")}`],
    ["a repeated hour", `${HEADER}\n${good}\n${good}`],
  ];
  for (const [what, text] of bad) {
    it(`reject ${what}`, () => assert.throws(() => parseCandles(text, "text"), DataFileError));
  }

  it("reject a file that is missing or not gzip", () => {
    assert.throws(() => readCandles("X", repositoryPath("data", "candles", "missing.csv.gz")), DataFileError);
    assert.throws(() => readCandles("X", repositoryPath("package.json")), DataFileError);
  });
});

describe("features", () => {
  const quiet = { high: 100n, low: 100n, close: 100n };

  it("are zero in a market that does not move", () => {
    assert.deepEqual(featuresOf(Array(24).fill(quiet)), Array(8).fill(0));
  });

  it("round down and are cut at 4095", () => {
    const window = Array(24).fill(quiet);
    window[23] = { high: 1_007n, low: 1_000n, close: 1_003n };
    window[22] = { high: 2_000n, low: 1_000n, close: 1_001n };
    // 700 units in the last hour, cut to 4095 in the hour before, a return of 2/1001 = 199.8 units.
    assert.deepEqual(featuresOf(window), [700, 4095, 1598, 799, 399, 199, 4095, 199]);
  });

  it("need 24 candles with prices", () => {
    assert.throws(() => featuresOf(Array(23).fill(quiet)), DataFileError);
    assert.throws(() => featuresOf(Array(24).fill({ high: 0n, low: 0n, close: 0n })), DataFileError);
  });
});

describe("fee model", () => {
  it("is what training from the committed candles gives, byte for byte, report included", async () => {
    const committed = readFeeArtefacts();
    const trained = await trainFee();
    assert.deepEqual(trained.onnx, committed.onnx);
    assert.equal(trained.integerModel, committed.integerModel);
    assert.equal(trained.report, committed.report);
  });

  it("beats both baselines out of sample on both markets, as float and as integer model", () => {
    const report = JSON.parse(readFeeArtefacts().report) as FeeEvaluation;
    assert.deepEqual(Object.keys(report.markets), ["ETHUSDT", "BTCUSDT"]);
    for (const market of Object.values(report.markets)) {
      for (const model of [market.float, market.integer]) {
        for (const baseline of [market.constant, market.lastValue]) {
          assert.ok(model.mae < baseline.mae && model.rmse < baseline.rmse && model.r2 > baseline.r2);
        }
      }
      assert.ok(market.integerVersusFloat.meanAbsolute < 0.0001);
    }
  });

  it("has a circuit that is what the generator emits", () => {
    for (const entry of circuitEntries()) {
      assert.equal(
        readFileSync(repositoryPath(entry.main), "utf8"),
        generateModelCircuit(circuitModel(entry), entry.model),
      );
    }
    for (const entry of classEntries()) {
      assert.equal(readFileSync(repositoryPath(entry.main), "utf8"), generateClassCircuit(entry.class));
    }
  });

  it("stays within its static bounds on extreme inputs", () => {
    const model = parseIntegerModel(readFeeArtefacts().integerModel, "fee.integer.json");
    const bounds = analyse(model);
    const random = seededRandom(5);
    for (let run = 0; run < 500; run += 1) {
      const features = Array.from({ length: 8 }, () => (random() < 0.5 ? 0n : 4095n));
      const [output = -1n] = evaluate(model, features);
      assert.ok(output >= 0n && output <= (bounds[1]?.[0]?.outputMax ?? -1n) && output < 1n << 24n);
    }
    assert.ok(bounds.flat().every((neuron) => neuron.width <= 32));
  });

  it("rejects inputs of the wrong shape or size", async () => {
    const { onnx, integerModel } = readFeeArtefacts();
    const model = parseIntegerModel(integerModel, "fee.integer.json");
    assert.throws(() => evaluate(model, [1n]), TensorShapeError);
    assert.throws(() => evaluate(model, Array(8).fill(4096n)), { name: "SignalError" });
    const float = await loadFloatModel(onnx, "fee.onnx");
    await assert.rejects(float.run([0.1]), {
      name: "TensorShapeError",
      message: '"features" has shape [1, 8] but 1 values were given: give 8.',
    });
    await assert.rejects(float.run(Array(8).fill(Number.NaN)), TensorShapeError);
    await float.release();
  });
});

describe("model files", () => {
  const layer = (inputs: number, outputs: number, fill = 0.5) => ({
    inputs,
    outputs,
    weights: new Float32Array(inputs * outputs).fill(fill),
    bias: new Float32Array(outputs).fill(0.25),
  });
  const small = { inputName: "in", outputName: "out", layers: [layer(3, 2), layer(2, 1)] };
  const options = {
    name: "small",
    onnxSha256: "0".repeat(64),
    encoding: { inputBits: 8, inputDecimals: 2, outputBits: 24, outputDecimals: 4 },
  };

  it("survive being written and read", () => {
    assert.deepEqual(readOnnx(writeOnnx(small, "small"), "small"), small);
    const model = quantise(small, options);
    assert.deepEqual(parseIntegerModel(formatIntegerModel(model), "small"), model);
  });

  it("agree as float and integers to within the rounding of weights", async () => {
    const float = await loadFloatModel(writeOnnx(small, "small"), "small");
    const model = quantise(small, options);
    const random = seededRandom(3);
    for (let run = 0; run < 50; run += 1) {
      const units = Array.from({ length: 3 }, () => Math.floor(random() * 256));
      const [expected = 0] = await float.run(units.map((value) => value / 100));
      const [found = 0n] = evaluate(model, units.map(BigInt));
      assert.ok(Math.abs(Number(found) / 1e4 - expected) < 0.01, `${units.join(" ")}: ${found} for ${expected}`);
    }
    await float.release();
  });

  it("are refused when broken, with a sentence that says what to do", async () => {
    const { onnx } = readFeeArtefacts();
    await assert.rejects(loadFloatModel(onnx.slice(0, 300), "cut.onnx"), ModelFileError);
    await assert.rejects(loadFloatModel(new Uint8Array([1, 2, 3]), "noise.onnx"), ModelFileError);
    await assert.rejects(loadFloatModel(new Uint8Array(), "empty.onnx"), ModelFileError);
    const misfit = { ...small, layers: [layer(3, 2), layer(4, 1)] };
    assert.throws(() => readOnnx(writeOnnx(misfit, "misfit"), "misfit.onnx"), /takes 4 inputs but gets 2/);
    const infinite = { ...small, layers: [layer(3, 2, Number.POSITIVE_INFINITY), layer(2, 1)] };
    assert.throws(() => readOnnx(writeOnnx(infinite, "infinite"), "infinite.onnx"), /not finite/);
    assert.throws(() => quantise({ ...small, layers: [layer(3, 2)] }, options), ModelFileError);
    assert.throws(() => quantise({ ...small, layers: [layer(3, 2, 1e9), layer(2, 1)] }, options), ModelFileError);
  });

  it("of integers are refused when anything is out of bounds", () => {
    const text = readFeeArtefacts().integerModel;
    const edit = (from: string | RegExp, to: string) => () =>
      parseIntegerModel(text.replace(from, to), "fee.integer.json");
    assert.throws(edit("{", ""), ModelFileError);
    assert.throws(edit("opg-integer-model-1", "other"), /format/);
    assert.throws(edit(/\[ -?\d+/, "[ 128"), /weights holds 128/);
    assert.throws(edit(/"inputCount": 8/, '"inputCount": 7'), /takes 8 inputs but gets 7/);
    assert.throws(edit(/"inputBits": 12/, '"inputBits": 40'), /cannot be packed/);
    assert.throws(edit(/"inputBits": 12/, '"inputBits": 30'), /bits, more than 32/);
    assert.throws(edit(/"outputBits": 24/, '"outputBits": 8'), /more than 8 bits hold/);
    assert.throws(edit(/"outputOffset": 0/, '"outputOffset": 1'), /Offsets must be zero/);
    assert.throws(edit(/"name": "fee"/, '"name": "Fee!"'), /lower-case/);
    assert.throws(edit(/"shifts": \[ \d+,/, '"shifts": ['), /one bias and one shift/);
  });
});
