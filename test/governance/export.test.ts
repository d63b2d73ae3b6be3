import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeFunctionData, parseAbi, type Address } from "viem";

import { exportCall, type UnsignedTransaction } from "../../scripts/gov/export.ts";
import { UserError } from "../../scripts/lib/user-error.ts";

const FROM: Address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const TO: Address = "0x90F79bf6EB2c4f870365E785982E1f101E93b906";
const call = { to: TO, data: "0x12345678", lines: ["Do it.", "Really."] } as const;
const context = { from: FROM, now: 1_800_000_000n, gas: 100_000n };

describe("a transaction for another signer", () => {
  it("is a batch that a Safe takes", () => {
    const batch = exportCall("safe", call, { ...context, chainId: 84532 });
    assert.deepEqual(batch, {
      version: "1.0",
      chainId: "84532",
      createdAt: 1_800_000_000_000,
      meta: { name: "Do it.", description: "Do it.\nReally.", createdFromSafeAddress: FROM },
      transactions: [{ to: TO, value: "0", data: "0x12345678", contractMethod: null, contractInputsValues: null }],
    });
  });

  it("goes through Ethereum's portal when the sequencer is down", () => {
    const deposit = exportCall("l1", call, { ...context, chainId: 84532 }) as UnsignedTransaction;
    assert.deepEqual(
      [deposit.chainId, deposit.to.toLowerCase()],
      [11155111, "0x49f53e41452c74589e85ca1677426ba426459e85"],
    );
    const abi = parseAbi(["function depositTransaction(address, uint256, uint64, bool, bytes) payable"]);
    const { args } = decodeFunctionData({ abi, data: deposit.data });
    assert.deepEqual(args, [TO, 0n, 150_000n, false, "0x12345678"]);
  });

  it("has no way through Ethereum to other chains", () => {
    assert.throws(() => exportCall("l1", call, { ...context, chainId: 31337 }), UserError);
  });
});
