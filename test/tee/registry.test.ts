import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { hexToBytes, maxUint256, toHex } from "viem";

import { signHeartbeat } from "../../scripts/tee/registration.ts";
import { gatewayKey, openRegistry } from "./registry.ts";

const HOUR = 3_600n;

describe("the registry over the TDX verifier", () => {
  let world: Awaited<ReturnType<typeof openRegistry>>;
  before(async () => {
    world = await openRegistry();
  });
  after(() => world.connection.close());
  const { viem: assertions } = { viem: () => world.connection.viem.assertions };

  it("registers an enclave from a quote that binds it, for less than 400,000 gas", async () => {
    const { registry, publicClient, prepare } = world;
    const { args, enclaveId } = await prepare();
    const [, failed] = await registry.read.assess([args[0], args[1]]);
    assert.equal(failed, 0n);
    const receipt = await publicClient.waitForTransactionReceipt({ hash: await registry.write.register(args) });
    assert(receipt.gasUsed <= 400_000n, `${receipt.gasUsed} gas`);
    const { timestamp } = await publicClient.getBlock();
    assert.equal(await registry.read.isServing([enclaveId, 1, timestamp]), true);
    assert.equal(await registry.read.failedUseRules([enclaveId, 1, timestamp]), 0n);
  });

  it("refuses the quote for anybody else, and a quote with any other byte", async () => {
    const { registry, prepare } = world;
    const { args } = await prepare();
    const [registration, evidence, possession] = args;
    const other = { ...registration, tlsSpkiHash: registration.profileId };
    await assertions().revertWithCustomErrorWithArgs(
      registry.write.register([other, evidence, possession]),
      registry,
      "EnclaveRefused",
      [20, 1n << 20n],
    );
    const bytes = hexToBytes(evidence);
    for (let at = 100; at < bytes.length; at += 997) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      await assert.rejects(registry.read.assess([registration, toHex(changed)]), /revert/);
    }
    assert.equal(
      await registry.read.operatorOf([await registry.read.computeEnclaveId([registration.signer])]).then(BigInt),
      0n,
    );
  });

  it("takes heartbeats by either key, each newer than the last", async () => {
    const { registry, publicClient, prepare, connection } = world;
    const key = gatewayKey();
    const { args, enclave, enclaveId } = await prepare(key.keyHash);
    await registry.write.register(args);
    await connection.networkHelpers.time.increase(60);
    const { timestamp } = await publicClient.getBlock();
    const chainId = await publicClient.getChainId();

    const signature = await signHeartbeat(enclave, registry.address, chainId, enclaveId, timestamp);
    await registry.write.heartbeat([enclaveId, timestamp, signature]);
    await assertions().revertWithCustomError(
      registry.write.heartbeatRsa([enclaveId, timestamp, key.spki, key.beat(timestamp)]),
      registry,
      "EnclaveHeartbeatStale",
    );
    await registry.write.heartbeatRsa([enclaveId, timestamp + 1n, key.spki, key.beat(timestamp + 1n)]);
    assert.equal((await registry.read.enclaveOf([enclaveId])).lastSeen, Number(timestamp) + 1);
  });

  it("writes the hour of a heartbeat by either key into the book of hours, for less than 60,000 and 150,000 gas", async () => {
    const { registry, attendance, operator, publicClient, prepare, connection } = world;
    const key = gatewayKey();
    const { args, enclave, enclaveId } = await prepare(key.keyHash);
    await registry.write.register(args);
    const chainId = await publicClient.getChainId();
    // Three hours of one word of the book.
    const hour = ((await publicClient.getBlock()).timestamp / HOUR / 256n + 1n) * 256n;
    const seen = () => attendance.read.hoursSeen([registry.address, operator, hour, hour + 3n]);
    const gas: bigint[] = [];
    for (const [index, kind] of (["ecdsa", "ecdsa", "rsa"] as const).entries()) {
      const timestamp = (hour + BigInt(index)) * HOUR;
      await connection.networkHelpers.time.setNextBlockTimestamp(timestamp);
      const hash =
        kind === "rsa"
          ? await registry.write.heartbeatRsa([enclaveId, timestamp, key.spki, key.beat(timestamp)])
          : await registry.write.heartbeat([
              enclaveId,
              timestamp,
              await signHeartbeat(enclave, registry.address, chainId, enclaveId, timestamp),
            ]);
      gas.push((await publicClient.waitForTransactionReceipt({ hash })).gasUsed);
      assert.equal(await seen(), BigInt(index) + 1n);
    }
    const [opening = 0n, ecdsa = 0n, rsa = 0n] = gas;
    assert(opening <= 75_000n, `${opening} gas, once in 256 hours`);
    assert(ecdsa <= 60_000n, `${ecdsa} gas`);
    assert(rsa <= 150_000n, `${rsa} gas`);
    const late = (hour + 3n) * HOUR;
    await connection.networkHelpers.time.setNextBlockTimestamp(late + HOUR + 1n);
    await registry.write.heartbeatRsa([enclaveId, late, key.spki, key.beat(late)]);
    assert.equal(
      await attendance.read.hoursSeen([registry.address, operator, hour, hour + 9n]),
      3n,
      "signed too long ago",
    );
  });

  it("refuses heartbeats by another RSA key or over another time", async () => {
    const { registry, attendance, operator, publicClient, prepare, connection } = world;
    const [key, other] = [gatewayKey(), gatewayKey()];
    const { args, enclaveId } = await prepare(key.keyHash);
    await registry.write.register(args);
    await connection.networkHelpers.time.increase(HOUR);
    const { timestamp } = await publicClient.getBlock();
    await assertions().revertWithCustomErrorWithArgs(
      registry.write.heartbeatRsa([enclaveId, timestamp, other.spki, other.beat(timestamp)]),
      registry,
      "EnclaveRsaKeyMismatch",
      [other.keyHash, key.keyHash],
    );
    const seen = () => attendance.read.hoursSeen([registry.address, operator, 0n, maxUint256]);
    const before = await seen();
    await assertions().revertWithCustomErrorWithArgs(
      registry.write.heartbeatRsa([enclaveId, timestamp, key.spki, key.beat(timestamp - 1n)]),
      registry,
      "EnclaveRsaSignatureInvalid",
      [key.keyHash],
    );
    assert.equal(await seen(), before, "what was written is undone");
  });
});
