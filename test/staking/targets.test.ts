import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readBaseline } from "../../bench/harness/baseline.ts";
import { ROOT } from "../../scripts/lib/tool.ts";

/** What a whole transaction may cost at most, gas. An update of the baseline must not go beyond it. */
const TARGETS: Readonly<Record<string, number>> = {
  "stake.first": 150_000,
  "stake.next": 110_000,
  "stake.topup": 75_000,
  "unbond.first": 120_000,
  "unbond.next": 90_000,
  claim: 60_000,
  "slash.typical": 150_000,
  "slash.worst": 220_000,
};

describe("the measured gas of staking", () => {
  const baseline = readBaseline(join(ROOT, "bench/baseline.json"));
  const gasOf = (id: string): number => {
    const entry = baseline[`gas.staking.${id}`];
    assert.ok(entry !== undefined, `gas.staking.${id} is not in bench/baseline.json`);
    return entry.value;
  };

  for (const [id, target] of Object.entries(TARGETS)) {
    it(`is at most ${target} for ${id}`, () => {
      assert.ok(gasOf(id) <= target, `${id} costs ${gasOf(id)} gas`);
    });
  }

  it("is the same for a slash with 1 and with 1,000 delegators and unbondings", () => {
    assert.equal(gasOf("slash.delegators1000"), gasOf("slash.typical"));
  });
});
