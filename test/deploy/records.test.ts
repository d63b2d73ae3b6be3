import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { CONTRACT_NAMES } from "../../scripts/deploy/contracts.ts";
import { readAddresses, readDeploymentBlock } from "../../scripts/deploy/records.ts";
import { UserError } from "../../scripts/lib/user-error.ts";

const ADDRESS = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const refusal = (pattern: RegExp) => (error: unknown) => error instanceof UserError && pattern.test(error.message);

describe("deployment records that are damaged", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "opg-records-"));
  });
  after(() => rm(folder, { recursive: true }));

  const whole = Object.fromEntries(CONTRACT_NAMES.map((name) => [name, ADDRESS]));
  for (const [what, text, pattern] of [
    ["are cut short", "{", /addresses\.json is not JSON\. Delete it and run the deployment again/],
    ["name no address", JSON.stringify({ ...whole, OPG: "0x12" }), /not a deployment record: OPG must be an address/],
    ["lack a contract", JSON.stringify({ OPG: ADDRESS }), /lacks AccessManager, .*Run the deployment again/],
  ] as const) {
    it(`are refused in a sentence when they ${what}`, async () => {
      await writeFile(path.join(folder, "addresses.json"), text);
      await assert.rejects(readAddresses(folder), refusal(pattern));
    });
  }

  it("are refused in a sentence where the folder is a file", async () => {
    const file = path.join(folder, "file");
    await writeFile(file, "");
    await assert.rejects(readAddresses(file), refusal(/cannot be read .*Check --records/));
  });

  it("are refused in a sentence when a contract's own is none", async () => {
    await writeFile(path.join(folder, "ModelHub.json"), '{ "blockNumber": 5 }');
    await assert.rejects(readDeploymentBlock(folder, "ModelHub"), refusal(/ModelHub\.json is not a deployment record/));
    assert.equal(await readDeploymentBlock(folder, "Staking"), 0n);
  });
});
