import hre from "hardhat";
import { encodeFunctionData, slice, type Hex } from "viem";

import { nrasArguments, readDetachedEat } from "../sdk/src/tee/nras/token.ts";
import { vector } from "../test/tee/vectors.ts";
import type { Bench } from "./harness/types.ts";

/** A minute after the token was issued; it expires after an hour. */
const MADE_AT = 1_749_601_918n;
const KID = "nv-eat-kid-prod-20250609211310110-93b13aa1-17e4-4c14-9d33-dba2323329f2";

const read = (name: string): string => Buffer.from(vector(`nvidia/${name}`)).toString("utf8");

const bench: Bench = {
  prefix: "gas.tee.nras",
  unit: "gas",
  tolerancePercent: 2,
  document: "gas",
  label: () => "verify an NRAS token about one GPU (a transaction of nothing else)",
  async run() {
    const connection = await hre.network.create({ override: { initialDate: "2025-06-01T00:00:00Z" } });
    try {
      const client = await connection.viem.getPublicClient();
      const [wallet] = await connection.viem.getWalletClients();
      if (wallet === undefined) throw new Error("The chain has no accounts");
      const authority = await connection.viem.deployContract("AccessManager", [wallet.account.address]);
      const verifier = await connection.viem.deployContract("NrasVerifier", [authority.address]);
      const key: Hex = `0x${read("nras_prod_20250609_p384_pubkey_RECOVERED.hex").trim().slice(2)}`;
      await verifier.write.acceptKey([KID, [slice(key, 0, 32), slice(key, 32, 64), slice(key, 64, 96)]]);
      await connection.networkHelpers.time.increaseTo(MADE_AT);
      const args = nrasArguments(readDetachedEat(read("hopperClaimsv3_detached_eat.json")));
      const data = encodeFunctionData({ abi: verifier.abi, functionName: "verify", args });
      const hash = await wallet.sendTransaction({ to: verifier.address, data });
      const { status, gasUsed } = await client.waitForTransactionReceipt({ hash });
      if (status !== "success") throw new Error("The token was refused");
      return { "gas.tee.nras.token": Number(gasUsed) };
    } finally {
      await connection.close();
    }
  },
};

export default bench;
