import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { network } from "hardhat";
import { zeroAddress } from "viem";

import { verifyingKeyId } from "../../zkml/circuit/verifying-key.ts";
import type { SyntheticBatch } from "./synthetic-proof.ts";
import { syntheticBatch } from "./synthetic-proof.ts";

const SIZE = 6;

async function deploy() {
  const { viem } = await network.create();
  return viem.deployContract("VerifierRegistry", [zeroAddress, false, []]);
}

let registry: Awaited<ReturnType<typeof deploy>>;
let first: SyntheticBatch;
/** Another circuit of the same setup. */
let second: SyntheticBatch;
/** Another setup, and another number of signals. */
let third: SyntheticBatch;

before(async () => {
  registry = await deploy();
  first = await syntheticBatch(2, { count: SIZE });
  second = await syntheticBatch(2, { count: SIZE, circuit: "second" });
  third = await syntheticBatch(3, { count: SIZE });
  for (const { key } of [first, second, third]) await registry.write.registerKey([key, false]);
});

function groupOf({ key, proofs, signals }: SyntheticBatch) {
  return { keyId: verifyingKeyId(key), proofs: [...proofs], signals: signals.flat() };
}

async function verify(...batches: SyntheticBatch[]): Promise<boolean> {
  return registry.read.verifyBatch([batches.map(groupOf)]);
}

function part(batch: SyntheticBatch, count: number): SyntheticBatch {
  return { ...batch, proofs: batch.proofs.slice(0, count), signals: batch.signals.slice(0, count) };
}

describe("batch of proofs on chain", () => {
  it("is accepted for every size, and for keys of one setup or several", async () => {
    for (let count = 1; count <= SIZE; count += 1) assert.ok(await verify(part(first, count)), `${count} proofs`);
    assert.ok(await verify(first, second));
    assert.ok(await verify(first, third, part(second, 1)));
    assert.ok(await verify(part(third, 2), part(first, 1), part(third, 1)));
  });

  it("is refused with one wrong proof in any position, in any group", async () => {
    for (let position = 0; position < SIZE; position += 1) {
      const errors = Array.from({ length: SIZE }, (_, index) => (index === position ? 1n : 0n));
      const wrong = await syntheticBatch(2, { count: SIZE, errors });
      assert.equal(await verify(wrong), false, `position ${position}`);
      assert.equal(await verify(second, wrong), false, `second group, position ${position}`);
      assert.equal(await verify(third, wrong, second), false, `between others, position ${position}`);
    }
  });

  it("is refused with wrong proofs whose errors add up to nothing", async () => {
    const error = 123_456_789n;
    const pair = await syntheticBatch(2, { count: 2, errors: [error, -error] });
    assert.equal(await verify(pair), false);
    const three = await syntheticBatch(2, { count: 3, errors: [error, error, -2n * error] });
    assert.equal(await verify(three), false);
  });

  it("is refused with one proof for the signals of another", async () => {
    const swapped = { ...first, signals: first.signals.with(0, first.signals[1]!).with(1, first.signals[0]!) };
    assert.equal(await verify(swapped), false);
    const sameSignals = { ...first, signals: first.signals.map(() => first.signals[0]!) };
    assert.equal(await verify(sameSignals), false);
  });

  it("is refused with proofs under the key of another circuit", async () => {
    assert.equal(await verify({ ...first, key: second.key }), false);
    assert.equal(await verify({ ...first, key: second.key }, { ...second, key: first.key }), false);
  });

  it("counts a proof as often as it is given, right or wrong", async () => {
    const twice = { ...first, proofs: Array(3).fill(first.proofs[0]), signals: Array(3).fill(first.signals[0]) };
    assert.ok(await verify(twice));
    const wrong = await syntheticBatch(2, { errors: [1n] });
    const wrongTwice = { ...wrong, proofs: Array(3).fill(wrong.proofs[0]), signals: Array(3).fill(wrong.signals[0]) };
    assert.equal(await verify(wrongTwice), false);
  });
});
