import { readFileSync } from "node:fs";
import hre from "hardhat";

import type { Bench } from "./harness/types.ts";
import { deployHarness } from "../test/tee/harness.ts";

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
  async run({ root }) {
    const path = `${root}test/vectors/tee/wycheproof/rsa_pss_2048_sha256_mgf1_32_test.json`;
    // A file of the repository, in the shape that its README names.
    const { testGroups } = JSON.parse(readFileSync(path, "utf8")) as Suite;
    const [{ publicKeyDer, tests }] = testGroups;
    const [{ msg, sig }] = tests;
    // Base's gas prices of precompiles are Ethereum's since Osaka.
    const override = { hardfork: "osaka" };
    const connection = await hre.network.create({ network: "default", chainType: "l1", override });
    try {
      const harness = await deployHarness(connection, "RsaPss__Harness");
      const [valid, gas] = (await harness("verify2048", `0x${publicKeyDer}`, `0x${msg}`, `0x${sig}`)) as readonly [
        boolean,
        bigint,
      ];
      if (!valid) throw new Error("The signature of the benchmark was refused");
      return { "gas.tee.rsapss.verify": Number(gas) };
    } finally {
      await connection.close();
    }
  },
};

export default bench;
