import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { size } from "viem";

import { CONTRACT_NAMES, CONTRACTS } from "../../scripts/deploy/contracts.ts";
import { artifacts } from "./chain.ts";

/** EIP-170. */
const MAX_CODE_SIZE = 24_576;

describe("deployed contracts", () => {
  it("fit the code size limit", async () => {
    for (const name of CONTRACT_NAMES) {
      const { deployedBytecode } = await artifacts.read(CONTRACTS[name].source, name);
      assert(size(deployedBytecode) <= MAX_CODE_SIZE, `${name} has ${size(deployedBytecode)} bytes`);
    }
  });

  it("never delegate the OPG that they hold, so that it has no votes of wallets", () => {
    const sources = globSync("contracts/**/*.sol");
    assert(sources.length > 100);
    const delegating = sources.filter((source) =>
      /\.delegate(?:BySig)?(?:\(|\.selector)|encodeCall\([\w.]*\.delegate/.test(readFileSync(source, "utf8")),
    );
    assert.deepEqual(delegating, []);
  });

  it("leave the governor room to grow", async () => {
    const { deployedBytecode } = await artifacts.read(CONTRACTS.OPGGovernor.source, "OPGGovernor");
    assert(size(deployedBytecode) < 22_000, `${size(deployedBytecode)} bytes`);
  });
});
