import { encodeFunctionData } from "viem";

import { prepareNitroCalls } from "../sdk/src/tee/nitro/calldata.ts";
import { deployNitro } from "../test/tee/nitro-chain.ts";
import { vector } from "../test/tee/vectors.ts";
import type { Bench } from "./harness/types.ts";

const LABELS: Readonly<Record<string, string>> = {
  document: "verify a Nitro document, its certificates cached (a transaction of nothing else)",
  certificate: "check a certificate of a Nitro chain for the first time and keep it, the dearest of four",
};

/** When the document was made: its certificate is valid for three hours. */
const MADE_AT = 1_766_668_537n;

const bench: Bench = {
  prefix: "gas.tee.nitro",
  unit: "gas",
  tolerancePercent: 2,
  document: "gas",
  label: (id) => LABELS[id.slice("gas.tee.nitro.".length)] ?? id,
  async run() {
    const { connection, certificates, verifier } = await deployNitro();
    try {
      await connection.networkHelpers.time.increaseTo(MADE_AT);
      const client = await connection.viem.getPublicClient();
      const [wallet] = await connection.viem.getWalletClients();
      if (wallet === undefined) throw new Error("The chain has no accounts");
      const gasOf = async (hash: `0x${string}`): Promise<number> => {
        const { status, gasUsed } = await client.waitForTransactionReceipt({ hash });
        if (status !== "success") throw new Error(`The transaction ${hash} reverted`);
        return Number(gasUsed);
      };
      const calls = prepareNitroCalls(vector("nitro/dstack/nsm-qvl_nitro_attestation.bin"));
      const costs: number[] = [];
      for (const { der, parentId } of calls.certificates) {
        costs.push(await gasOf(await certificates.write.cacheCertificate([der, parentId])));
      }
      const data = encodeFunctionData({ abi: verifier.abi, functionName: "verify", args: [calls.evidence] });
      return {
        "gas.tee.nitro.certificate": Math.max(...costs),
        "gas.tee.nitro.document": await gasOf(await wallet.sendTransaction({ to: verifier.address, data })),
      };
    } finally {
      await connection.close();
    }
  },
};

export default bench;
