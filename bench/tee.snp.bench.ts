import { readFileSync } from "node:fs";
import hre from "hardhat";
import { bytesToHex, encodeFunctionData, type Hex } from "viem";

import { encodeSnpEvidence } from "../sdk/src/tee/snp/verify.ts";
import type { Bench } from "./harness/types.ts";

const LABELS: Readonly<Record<string, string>> = {
  warm: "verify an SEV-SNP report, the chip's key cached (whole transaction)",
  cold: "verify an SEV-SNP report together with the chip's certificate (whole transaction)",
  cache: "check a chip's certificate and keep its key (whole transaction)",
};

const bench: Bench = {
  prefix: "gas.tee.snp",
  unit: "gas",
  tolerancePercent: 2,
  document: "gas",
  label: (id) => LABELS[id.slice("gas.tee.snp.".length)] ?? id,
  async run({ root }) {
    // Genuine, and its certificate valid from 2023 to 2030.
    const read = (name: string) => new Uint8Array(readFileSync(`${root}test/vectors/tee/amd/virtee-milan-${name}`));
    const [report, vcek] = [read("report.bin"), read("vcek.der")];
    // Base's gas prices of precompiles are Ethereum's since Osaka.
    const override = { hardfork: "osaka", initialDate: "2026-07-01T00:00:00Z" };
    const connection = await hre.network.create({ network: "default", chainType: "l1", override });
    try {
      const { viem } = connection;
      const client = await viem.getPublicClient();
      const [wallet] = await viem.getWalletClients();
      if (wallet === undefined) throw new Error("The chain has no accounts");
      const verifier = await viem.deployContract("SevSnpVerifier", [wallet.account.address]);
      const gasOf = async (data: Hex): Promise<number> => {
        const hash = await wallet.sendTransaction({ to: verifier.address, data, gas: 16_000_000n });
        const { status, gasUsed } = await client.waitForTransactionReceipt({ hash });
        if (status !== "success") throw new Error(`The transaction ${hash} reverted`);
        return Number(gasUsed);
      };
      const { abi } = verifier;
      const verify = (evidence: Hex) => gasOf(encodeFunctionData({ abi, functionName: "verify", args: [evidence] }));
      const cold = await verify(encodeSnpEvidence({ product: "Milan", report, vcek }));
      const cache = await gasOf(encodeFunctionData({ abi, functionName: "cacheVcek", args: [bytesToHex(vcek), 1] }));
      const warm = await verify(encodeSnpEvidence({ product: "Milan", report }));
      return { "gas.tee.snp.cold": cold, "gas.tee.snp.cache": cache, "gas.tee.snp.warm": warm };
    } finally {
      await connection.close();
    }
  },
};

export default bench;
