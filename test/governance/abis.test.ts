import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { constantName } from "../../scripts/deploy/abi-names.ts";
import { staleAbis } from "../../scripts/generate-abis.ts";
import { artifacts } from "./chain.ts";

describe("the ABIs of the SDK", () => {
  it("are those of the compiled contracts (else run: npx node scripts/generate-abis.ts)", async () => {
    assert.deepEqual(await staleAbis(artifacts), []);
  });

  it("have the names of their contracts", () => {
    assert.equal(constantName("OPG"), "opgAbi");
    assert.equal(constantName("OPGGovernor"), "opgGovernorAbi");
    assert.equal(constantName("ModelHub"), "modelHubAbi");
  });
});
