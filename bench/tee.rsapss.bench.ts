import { readFileSync } from "node:fs";

import { onFreshChain } from "./gas.ts";
import type { Bench } from "./harness/types.ts";

/** The first case of the suite is a good signature over no bytes. */
interface Suite {
  readonly testGroups: readonly [
    { readonly publicKeyDer: string; readonly tests: readonly [{ readonly msg: string; readonly sig: string }] },
  ];
}

const bench: Bench = {
  prefix: "gas.tee.rsapss",
  unit: "gas",
  tolerancePercent: 2,
  document: "gas",
  label: () => "read an RSA-2048 key and verify a gateway's RSA-PSS signature, execution alone",
  run({ root }) {
    const path = `${root}test/vectors/tee/wycheproof/rsa_pss_2048_sha256_mgf1_32_test.json`;
    // A file of the repository, in the shape that its README names.
    const { testGroups } = JSON.parse(readFileSync(path, "utf8")) as Suite;
    const [{ publicKeyDer, tests }] = testGroups;
    const [{ msg, sig }] = tests;
    return onFreshChain(async ({ connection }) => {
      const harness = await connection.viem.deployContract("RsaPss__Harness");
      const [valid, gas] = await harness.read.verify2048([`0x${publicKeyDer}`, `0x${msg}`, `0x${sig}`]);
      if (!valid) throw new Error("The signature of the benchmark was refused");
      return { "gas.tee.rsapss.verify": Number(gas) };
    });
  },
};

export default bench;
