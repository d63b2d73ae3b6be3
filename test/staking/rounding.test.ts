import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";
import { readTestDepth } from "../../scripts/lib/test-depth.ts";
import { actsArbitrary, createRun, perform, type Run, type Setting } from "./reference/acts.ts";
import * as exact from "./reference/exact.ts";
import { distance, subtract, sum, type Fraction } from "./reference/fraction.ts";
import * as rounded from "./reference/rounded.ts";

const SETTING: Setting = {
  people: { operators: ["o1", "o2"], accounts: ["o1", "o2", "d1", "d2"], challenger: "c" },
  period: 3n,
  bountyBps: 1_000n,
  commissionBps: [0n, 750n],
  start: 30_000n * 86_400n + 21_600n,
  dust: false,
};

function assertNear(actual: bigint, ideal: Fraction, tolerance: bigint, what: string): void {
  const off = distance(actual, ideal);
  assert.ok(off <= tolerance, `${what}: ${actual}, off by ${off} base units of at most ${tolerance}`);
}

/** Compares every claim of the rounding ledger with the exact one. */
function compare(run: Run): void {
  const { people } = run.setting;
  // Each step rounds each claim by a base unit at most; reading one rounds once more. A partial claim leaves 16 behind.
  const rounding = run.steps + 18n;
  for (const operator of people.operators) {
    const pool = rounded.poolOf(run.rounded, operator);
    assertNear(pool.tokens, exact.poolOf(run.exact, operator), rounding, "pool");
    assert.equal(rounded.eraOf(run.rounded, operator), exact.eraOf(run.exact, operator), "era");
    for (const account of people.accounts) {
      const active = rounded.worth(pool, rounded.sharesOf(run.rounded, operator, account));
      assertNear(active, exact.stakeOf(run.exact, operator, account), rounding, "stake");
      // Reading one and paying one out round once more.
      const waiting = (run.rewardSlack.get(operator) ?? 0n) + run.steps;
      const reward = rounded.rewardOf(run.rounded, operator, account);
      assertNear(reward, exact.rewardOf(run.exact, operator, account), waiting, "reward");
      compareUnbondings(run, operator, account, rounding);
    }
  }
  const bounty = run.rounded.bounties.get(people.challenger) ?? 0n;
  // What is the operator's own in a bucket counts with 23 bits; what the challenger lacks by that is burned.
  const slack = 20n * (run.steps + 1n) + (bounty >> 21n);
  assertNear(bounty, run.exact.bounty, slack, "bounty");
  assertNear(run.rounded.pendingBurn, run.exact.burned, slack, "burned");
}

/** The unbondings of a day: a bucket that was wiped goes on under the next id, so the days are compared. */
function compareUnbondings(run: Run, operator: string, account: string, tolerance: bigint): void {
  const entries = [...run.rounded.entries.values()].filter(
    (entry) => entry.operator === operator && entry.account === account,
  );
  for (const key of new Set(entries.map(({ bucketId }) => bucketId >> 24n))) {
    const requests = exact.unbondingsOf(run.exact, operator, account, Number(key >> 32n), key & 0xffffffffn);
    const ideal = sum(requests.map((request) => subtract(request.value, request.paid)));
    const actual = entries
      .filter(({ bucketId }) => bucketId >> 24n === key)
      .reduce((total, entry) => total + rounded.leftOf(run.rounded, entry), 0n);
    assertNear(actual, ideal, tolerance, "unbonding");
  }
}

/** Everything that came in is somewhere: pools, buckets, bounties or to be burned. */
function stakeIn({ rounded: ledger }: Run): bigint {
  const held = [...ledger.operators.values()].flatMap(({ pool, buckets }) => [
    pool.tokens,
    ...[...buckets.values()].map(({ tokens, paid }) => tokens - paid),
  ]);
  return [...held, ...ledger.bounties.values(), ledger.pendingBurn].reduce((total, amount) => total + amount, 0n);
}

describe("the rounding of the stake ledger", () => {
  const { referenceRuns } = readTestDepth(process.env);

  it(`stays within a base unit for every act, in ${referenceRuns} sequences`, () => {
    let acts = 0n;
    fc.assert(
      fc.property(actsArbitrary({ length: 120, setting: SETTING }), (sequence) => {
        const run = createRun(SETTING);
        for (const act of sequence) perform(run, act);
        compare(run);
        acts += run.steps;
      }),
      { numRuns: referenceRuns, seed: 2026, endOnFailure: true },
    );
    assert.ok(acts > BigInt(referenceRuns) * 30n, `${acts} acts were compared`);
  });

  it("loses and creates nothing, with dust too", () => {
    const dusty = { ...SETTING, dust: true };
    fc.assert(
      fc.property(actsArbitrary({ length: 120, setting: dusty }), (sequence) => {
        const run = createRun(dusty);
        let balance = 0n;
        for (const step of sequence.flatMap((act) => perform(run, act))) {
          if (step.kind === "stake" || step.kind === "compound") balance += step.assets;
          if (step.kind === "claim") balance -= step.assets;
        }
        assert.equal(stakeIn(run), balance);
      }),
      { numRuns: referenceRuns, seed: 2027, endOnFailure: true },
    );
  });
});
