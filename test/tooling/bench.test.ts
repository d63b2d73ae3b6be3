import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { readBaseline, updateBaseline, writeBaseline } from "../../bench/harness/baseline.ts";
import { compareWithBaseline, isUnder } from "../../bench/harness/compare.ts";
import { renderDocument } from "../../bench/harness/document.ts";
import { runBenches } from "../../bench/harness/run.ts";
import type { Baseline, Bench, Metrics } from "../../bench/harness/types.ts";

const BASELINE: Baseline = {
  "gas.stake.first": { value: 1_000, tolerancePercent: 1, unit: "gas", label: "first stake" },
  "constraints.fee": { value: 500, tolerancePercent: 0, unit: "constraints", label: "fee model" },
};

function benchOf(prefix: string, metrics: Metrics): Bench {
  return {
    prefix,
    unit: "gas",
    tolerancePercent: 1,
    document: "gas",
    label: (id) => `label of ${id}`,
    run: () => Promise.resolve(metrics),
  };
}

const context = { root: "/", log: (): void => undefined };

describe("bench comparison", () => {
  it("is content with figures inside their tolerance", () => {
    const comparison = compareWithBaseline({ "gas.stake.first": 1_010, "constraints.fee": 500 }, BASELINE, undefined);
    assert.deepEqual(comparison, { failures: [], notes: [] });
  });

  it("says which figure grew and by how much", () => {
    const { failures } = compareWithBaseline({ "gas.stake.first": 1_011, "constraints.fee": 501 }, BASELINE, undefined);
    assert.deepEqual(failures, [
      "gas.stake.first: 1000 → 1011 gas (+1.1 %), more than the tolerance of 1 %",
      "constraints.fee: 500 → 501 constraints (+0.2 %), more than the tolerance of 0 %",
    ]);
  });

  it("fails for an id that vanished, but only under the measured prefix", () => {
    const metrics = { "gas.stake.first": 1_000 };
    assert.deepEqual(compareWithBaseline(metrics, BASELINE, undefined).failures, [
      "constraints.fee is in the baseline (500 constraints) but was not measured",
    ]);
    assert.deepEqual(compareWithBaseline(metrics, BASELINE, "gas").failures, []);
  });

  it("notes new and clearly better figures", () => {
    const metrics = { "gas.stake.first": 900, "gas.stake.second": 5, "constraints.fee": 500 };
    assert.deepEqual(compareWithBaseline(metrics, BASELINE, undefined), {
      failures: [],
      notes: ["gas.stake.first: 1000 → 900 gas (-10.0 %), better", "gas.stake.second: 5, new"],
    });
  });

  it("takes a prefix for whole words", () => {
    assert.ok(isUnder("gas.stake", "gas"));
    assert.ok(isUnder("gas.stake", "gas."));
    assert.ok(isUnder("gas.stake", undefined));
    assert.ok(!isUnder("gasoline.price", "gas"));
  });
});

describe("bench runner", () => {
  it("runs what can contribute and keeps what was asked for", async () => {
    const benches = [
      benchOf("gas.stake", { "gas.stake.a": 1, "gas.stake.b": 2 }),
      benchOf("bytecode", { bytecode: 3 }),
    ];
    assert.deepEqual(await runBenches(benches, "gas.stake.b", context), { "gas.stake.b": 2 });
    assert.deepEqual(await runBenches(benches, undefined, context), {
      bytecode: 3,
      "gas.stake.a": 1,
      "gas.stake.b": 2,
    });
  });

  it("refuses foreign ids, repeated ids and figures that are none", async () => {
    await assert.rejects(runBenches([benchOf("gas", { "gass.a": 1 })], undefined, context), /foreign id gass\.a/);
    const twice = [benchOf("gas", { "gas.a.b": 1 }), benchOf("gas.a", { "gas.a.b": 1 })];
    await assert.rejects(runBenches(twice, undefined, context), /gas\.a\.b was measured twice/);
    await assert.rejects(runBenches([benchOf("gas", { "gas.a": NaN })], undefined, context), /gas\.a is not a figure/);
  });
});

describe("bench baseline", () => {
  const folder = mkdtempSync(join(tmpdir(), "opg-bench-"));
  const path = join(folder, "baseline.json");
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("reads what it wrote, and nothing when there is no file", () => {
    assert.deepEqual(readBaseline(path), {});
    writeBaseline(path, BASELINE);
    assert.deepEqual(readBaseline(path), BASELINE);
  });

  it("names a malformed entry", () => {
    const broken = join(folder, "broken.json");
    writeFileSync(broken, '{ "gas.a": { "value": "12" } }');
    assert.throws(() => readBaseline(broken), /"gas\.a" needs value, tolerancePercent, unit and label/);
  });

  it("updates figures, keeps edited tolerances, drops vanished ids, and leaves other prefixes alone", () => {
    const edited: Baseline = {
      ...BASELINE,
      "gas.stake.first": { value: 1_000, tolerancePercent: 7, unit: "gas", label: "old" },
      "gas.stake.gone": { value: 1, tolerancePercent: 1, unit: "gas", label: "gone" },
    };
    const bench = benchOf("gas.stake", {});
    assert.deepEqual(updateBaseline(edited, { "gas.stake.first": 1_200 }, [bench], "gas"), {
      "constraints.fee": BASELINE["constraints.fee"],
      "gas.stake.first": { value: 1_200, tolerancePercent: 7, unit: "gas", label: "label of gas.stake.first" },
    });
  });
});

describe("bench documents", () => {
  it("shows one table per bench", () => {
    const text = renderDocument("Gas", [benchOf("gas.stake", {})], { "gas.stake.first": 12_345 }, {});
    assert.match(text, /^# Gas\n/);
    assert.match(text, /\| `gas\.stake\.first` \| label of gas\.stake\.first \| 12,345 \| 1 % \|/);
  });

  it("says so when there is nothing to show", () => {
    assert.match(renderDocument("Gas", [], {}, {}), /There are no such figures yet\./);
  });
});
