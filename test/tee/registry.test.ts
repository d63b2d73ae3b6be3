import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { hexToBytes, toHex } from "viem";

import { gatewayKey, openRegistry, signHeartbeat } from "./registry.ts";

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
    const gasOf = async (hash: `0x${string}`) => (await publicClient.waitForTransactionReceipt({ hash })).gasUsed;

    const signature = await signHeartbeat(enclave, registry.address, chainId, enclaveId, timestamp);
    const plain = await gasOf(await registry.write.heartbeat([enclaveId, timestamp, signature]));
    assert(plain <= 60_000n, `${plain} gas`);
    await assertions().revertWithCustomError(
      registry.write.heartbeatRsa([enclaveId, timestamp, key.spki, key.beat(timestamp)]),
      registry,
      "EnclaveHeartbeatStale",
    );
    const rsa = await gasOf(
      await registry.write.heartbeatRsa([enclaveId, timestamp + 1n, key.spki, key.beat(timestamp + 1n)]),
    );
    assert(rsa <= 150_000n, `${rsa} gas`);
    assert.equal((await registry.read.enclaveOf([enclaveId])).lastSeen, Number(timestamp) + 1);
  });

  it("refuses heartbeats by another RSA key or over another time", async () => {
    const { registry, publicClient, prepare, connection } = world;
    const [key, other] = [gatewayKey(), gatewayKey()];
    const { args, enclaveId } = await prepare(key.keyHash);
    await registry.write.register(args);
    await connection.networkHelpers.time.increase(60);
    const { timestamp } = await publicClient.getBlock();
    await assertions().revertWithCustomErrorWithArgs(
      registry.write.heartbeatRsa([enclaveId, timestamp, other.spki, other.beat(timestamp)]),
      registry,
      "EnclaveRsaKeyMismatch",
      [other.keyHash, key.keyHash],
    );
    await assertions().revertWithCustomErrorWithArgs(
      registry.write.heartbeatRsa([enclaveId, timestamp, key.spki, key.beat(timestamp - 1n)]),
      registry,
      "EnclaveRsaSignatureInvalid",
      [key.keyHash],
    );
  });
});
