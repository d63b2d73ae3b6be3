import { readFileSync } from "node:fs";
import { bytesToHex, encodeFunctionData } from "viem";

import { encodeSnpEvidence } from "../sdk/src/tee/snp/verify.ts";
import { onFreshChain } from "./gas.ts";
import type { Bench } from "./harness/types.ts";

const LABELS: Readonly<Record<string, string>> = {
  warm: "verify an SEV-SNP report, the chip's key cached (a transaction of nothing else)",
  cold: "verify an SEV-SNP report together with the chip's certificate",
  cache: "check a chip's certificate and keep its key",
};

const bench: Bench = {
  prefix: "gas.tee.snp",
  unit: "gas",
  tolerancePercent: 2,
  document: "gas",
  label: (id) => LABELS[id.slice("gas.tee.snp.".length)] ?? id,
  run({ root }) {
    // Genuine, and its certificate valid from 2023 to 2030.
    const read = (name: string) => new Uint8Array(readFileSync(`${root}test/vectors/tee/amd/virtee-milan-${name}`));
    const [report, vcek] = [read("report.bin"), read("vcek.der")];
    return onFreshChain(async ({ connection, sender, gasOf }) => {
      const verifier = await connection.viem.deployContract("SevSnpVerifier", [sender]);
      const [wallet] = await connection.viem.getWalletClients();
      if (wallet === undefined) throw new Error("The chain has no accounts");
      const verify = (certificate?: Uint8Array) => {
        const evidence = { product: "Milan", report, ...(certificate && { vcek: certificate }) } as const;
        const args = [encodeSnpEvidence(evidence)] as const;
        const data = encodeFunctionData({ abi: verifier.abi, functionName: "verify", args });
        return gasOf(wallet.sendTransaction({ to: verifier.address, data }));
      };
      const cold = await verify(vcek);
      const cache = await gasOf(verifier.write.cacheVcek([bytesToHex(vcek), 1]));
      return { "gas.tee.snp.cold": cold, "gas.tee.snp.cache": cache, "gas.tee.snp.warm": await verify() };
    });
  },
};

export default bench;
