import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import { bytesToHex, concat, hexToBytes, numberToHex, type Hex } from "viem";
import { deployHarness } from "./harness.ts";
import { sample } from "./sample.ts";

/** The digest as the contract gives it: 16 bytes and 32 bytes, as numbers. */
function joined(high: bigint, low: bigint): Hex {
  return concat([numberToHex(high, { size: 16 }), numberToHex(low, { size: 32 })]);
}

function expected(data: Uint8Array): Hex {
  return `0x${createHash("sha384").update(data).digest("hex")}`;
}

/** A harness's 64 bytes a digest, as digests. */
function split(digests: Hex): readonly Hex[] {
  const bytes = hexToBytes(digests);
  const count = bytes.length / 64;
  return Array.from({ length: count }, (_, i) => bytesToHex(bytes.subarray(64 * i + 16, 64 * i + 64)));
}

describe("Sha384", () => {
  let connection: NetworkConnection;
  let harness: Awaited<ReturnType<typeof deployHarness>>;

  before(async () => {
    connection = await hre.network.create();
    harness = await deployHarness(connection, "Sha384__Harness");
  });
  after(() => connection.close());

  it("agrees with node:crypto for every length from 0 to 300", async () => {
    const data = randomBytes(300);
    const digests = split((await harness("hashPrefixes", bytesToHex(data), 1n)) as Hex);
    assert.equal(digests.length, 301);
    digests.forEach((digest, length) => assert.equal(digest, expected(data.subarray(0, length)), `${length} bytes`));
  });

  it("agrees with node:crypto where all bits are set or none is", async () => {
    for (const fill of sample([0x00, 0xff, 0x80, 0x7f], 2)) {
      const data = Buffer.alloc(260, fill);
      const digests = split((await harness("hashPrefixes", bytesToHex(data), 1n)) as Hex);
      digests.forEach((digest, length) => assert.equal(digest, expected(data.subarray(0, length)), `${length} bytes`));
    }
  });

  it("agrees with node:crypto at the padding's edges of long inputs", async () => {
    for (const blocks of [3, 7, 31]) {
      for (const over of [-17, -16, -1, 0, 1, 111, 112]) {
        const data = randomBytes(128 * blocks + over);
        const [high, low] = (await harness("hash", bytesToHex(data))) as readonly [bigint, bigint];
        assert.equal(joined(high, low), expected(data), `${data.length} bytes`);
      }
    }
  });

  it("hashes a slice of memory at any offset and leaves everything around it alone", async () => {
    const data = randomBytes(1_000);
    for (const [offset, length] of [
      [0, 1_000],
      [1, 999],
      [31, 500],
      [77, 111],
      [500, 0],
      [889, 111],
    ] as const) {
      const [high, low, , untouched] = (await harness(
        "hashSlice",
        bytesToHex(data),
        BigInt(offset),
        BigInt(length),
      )) as readonly [bigint, bigint, bigint, boolean];
      assert.equal(joined(high, low), expected(data.subarray(offset, offset + length)), `${length} at ${offset}`);
      assert.ok(untouched);
    }
  });

  it("costs less than 36,000 gas a block", async () => {
    const data = bytesToHex(randomBytes(1_100));
    const [, , one] = (await harness("hashSlice", data, 0n, 111n)) as readonly [bigint, bigint, bigint, boolean];
    const [, , nine] = (await harness("hashSlice", data, 0n, BigInt(111 + 8 * 128))) as readonly [
      bigint,
      bigint,
      bigint,
      boolean,
    ];
    const perBlock = Number(nine - one) / 8;
    assert.ok(perBlock < 36_000, `${perBlock} gas`);
    assert.ok(one < 36_000n, `${one} gas`);
  });
});
