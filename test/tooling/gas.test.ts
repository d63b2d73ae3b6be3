import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { onFreshChain } from "../../bench/gas.ts";

describe("gas meter", () => {
  it("measures a whole transaction as its receipt says, the same on every fresh chain", async () => {
    const measure = (): Promise<number> =>
      onFreshChain(async ({ connection, sender, gasOf }) => {
        const manager = await connection.viem.deployContract("AccessManager", [sender]);
        return gasOf(manager.write.labelRole([1n, "guardian"]));
      });
    const gas = await measure();
    assert.ok(gas > 21_000, `${gas} is less than the base cost of a transaction`);
    assert.equal(await measure(), gas);
  });

  it("does not take a reverted transaction for a cheap one", async () => {
    await assert.rejects(
      onFreshChain(async ({ connection, gasOf }) => {
        const [, other] = await connection.viem.getWalletClients();
        assert.ok(other !== undefined);
        const manager = await connection.viem.deployContract("AccessManager", [other.account.address]);
        return gasOf(manager.write.labelRole([1n, "guardian"], { gas: 100_000n }));
      }),
      /revert/i,
    );
  });
});
