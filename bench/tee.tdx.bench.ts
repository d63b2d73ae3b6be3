import { readFileSync } from "node:fs";
import { join } from "node:path";
import hre from "hardhat";
import { encodeFunctionData } from "viem";
import {
  collateralCalls,
  encodeCollateralCall,
  INTEL_ROOT_KEY,
  parseCollateralBundle,
} from "../sdk/src/tee/tdx/collateral.ts";
import { encodeEvidence, parseQuote } from "../sdk/src/tee/tdx/quote.ts";
import { callGasOf } from "./gas.ts";
import type { Bench } from "./harness/types.ts";

/** A moment at which the genuine quote and its collateral are good. */
const MOMENT = "2025-06-25T00:00:00Z";
/** The ids of the calls that bring collateral, in their order. */
const COLLATERAL_IDS = ["rootList", "authority", "signer", "pckList", "tcbInfo", "qeIdentity"];

const LABELS: Readonly<Record<string, string>> = {
  register: "register an enclave from a quote of version 4, collateral present (whole transaction)",
  verify: "verify a genuine quote of version 4, collateral present (whole transaction)",
  "verify.execution": "the same without the transaction's base cost and calldata",
  "collateral.rootList": "bring the root's revocation list",
  "collateral.authority": "bring a PCK authority's certificate",
  "collateral.signer": "bring a TCB signer's certificate",
  "collateral.pckList": "bring a PCK authority's revocation list, 44 serials new",
  "collateral.tcbInfo": "bring a platform's TCB info, new",
  "collateral.qeIdentity": "bring the quoting enclave's identity, new",
};

const tdx: Bench = {
  prefix: "gas.tee.tdx",
  unit: "gas",
  tolerancePercent: 2,
  document: "gas",
  label: (id) => LABELS[id.slice("gas.tee.tdx.".length)] ?? id,
  async run({ root }) {
    const folder = join(root, "test/vectors/tee/intel/dcap-qvl");
    const files = parseCollateralBundle(readFileSync(join(folder, "tdx_quote_collateral.json"), "utf8"));
    const evidence = encodeEvidence(parseQuote(new Uint8Array(readFileSync(join(folder, "tdx_quote")))), 17);
    // Base's gas prices of precompiles are Ethereum's since Osaka.
    const connection = await hre.network.create({
      network: "default",
      chainType: "l1",
      override: { hardfork: "osaka", initialDate: MOMENT },
    });
    try {
      const { viem } = connection;
      const client = await viem.getPublicClient();
      const [wallet] = await viem.getWalletClients();
      if (wallet === undefined) throw new Error("The embedded chain has no accounts");
      const collateral = await viem.deployContract("IntelCollateral", [INTEL_ROOT_KEY.x, INTEL_ROOT_KEY.y]);
      const verifier = await viem.deployContract("TdxVerifier", [collateral.address]);
      const gasOf = async (to: `0x${string}`, data: `0x${string}`): Promise<number> => {
        const hash = await wallet.sendTransaction({ to, data, gas: 16_000_000n });
        const { status, gasUsed } = await client.waitForTransactionReceipt({ hash });
        if (status !== "success") throw new Error(`The transaction ${hash} reverted`);
        return Number(gasUsed);
      };
      const metrics: Record<string, number> = {};
      for (const [index, call] of collateralCalls(files).entries()) {
        const id = COLLATERAL_IDS[index];
        if (id === undefined) throw new Error(`There is no id for "${call.title}"`);
        metrics[`gas.tee.tdx.collateral.${id}`] = await gasOf(collateral.address, encodeCollateralCall(call));
      }
      const data = encodeFunctionData({ abi: verifier.abi, functionName: "verify", args: [evidence] });
      const used = await gasOf(verifier.address, data);
      metrics["gas.tee.tdx.verify"] = used;
      metrics["gas.tee.tdx.verify.execution"] = callGasOf(used, data);
      return metrics;
    } finally {
      await connection.close();
    }
  },
};

export default tdx;
