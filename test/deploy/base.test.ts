import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { network } from "hardhat";
import { keccak256 } from "viem";

import { base } from "../../deployments/parameters/base.ts";
import { checkParameters } from "../../scripts/deploy/check-parameters.ts";
import { deployAll } from "../../scripts/deploy/deploy-all.ts";
import type { Parameters } from "../../scripts/deploy/parameters.ts";
import { verifyDeployment } from "../../scripts/deploy/verify/verify-deployment.ts";
import { clientsOfProvider, type Clients, type RequestProvider } from "../../scripts/lib/clients.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { verifierRegistryAbi } from "../../sdk/src/abi/VerifierRegistry.ts";
import { artifacts, parameters as local } from "../governance/chain.ts";
import { plantNetworkContracts } from "./network.ts";

const deployer = local.initialHolder;

function refusal(pattern: RegExp) {
  return (error: unknown): boolean => {
    assert(error instanceof UserError, String(error));
    assert.match(error.message, pattern);
    return true;
  };
}

describe("the parameters of Base", () => {
  const decided = {
    OPG_TREASURY: local.treasury,
    OPG_GUARDIAN: local.guardian,
    OPG_TOKEN_CODE_HASH: keccak256("0x12"),
    OPG_EMISSION_START: "2027-02-28",
  };

  it("name everything that is not decided", () => {
    assert.throws(
      () => base({ ...decided, OPG_TREASURY: undefined, OPG_TOKEN_CODE_HASH: "", OPG_EMISSION_START: "" }),
      refusal(
        /^Not decided for Base: OPG_TREASURY \(.*OPG_TOKEN_CODE_HASH \(.*OPG_EMISSION_START .*nothing was sent\.$/,
      ),
    );
  });

  it("refuse decisions that are none", () => {
    assert.throws(() => base({ ...decided, OPG_GUARDIAN: "0x12" }), refusal(/OPG_GUARDIAN is "0x12"/));
    assert.throws(() => base({ ...decided, OPG_TOKEN_CODE_HASH: "0x12" }), refusal(/not 32 bytes in hex/));
    for (const day of ["soon", "2027-02-30", "2027-1-1"]) {
      assert.throws(() => base({ ...decided, OPG_EMISSION_START: day }), refusal(/not a day such as 2027-01-31/));
    }
  });

  const wrong: readonly (readonly [string, Partial<Parameters>, RegExp])[] = [
    ["development keys", { developmentKeysAllowed: true }, /developmentKeysAllowed is only for/],
    ["a token of unknown code", { tokenCodeHash: null }, /token and tokenCodeHash must name/],
    ["a token of ours", { token: null }, /token and tokenCodeHash must name/],
    ["one key for two powers", { guardian: local.treasury }, /treasury and guardian are the same/],
    ["hasty decisions", { timelockDelay: 3_600n }, /timelockDelay is 3600, must be at least 2 days/],
    ["hasty roots of trust", { delays: { trustRoot: 259_200n, slashing: 1_296_000n } }, /trustRoot is 259200, must be/],
    ["a test node's rules", { local: true }, /local is only for test nodes/],
  ];
  for (const [what, change, pattern] of wrong) {
    it(`refuse ${what}`, () => {
      assert.throws(() => checkParameters({ ...base(decided), ...change }, deployer), refusal(pattern));
    });
  }

  describe("on a chain with its id", () => {
    let provider: RequestProvider;
    let clients: Clients;
    let parameters: Parameters;
    before(async () => {
      ({ provider } = await network.create({ override: { chainId: 8453 } }));
      clients = await clientsOfProvider(provider, deployer, true);
      await plantNetworkContracts(clients);
      const { deployedBytecode } = await artifacts.read("contracts/token/OPG.sol", "OPG");
      parameters = base({ ...decided, OPG_TOKEN_CODE_HASH: keccak256(deployedBytecode) });
      await provider.request({ method: "hardhat_setCode", params: [parameters.token, deployedBytecode] });
    });

    it("refuse a token whose code is not the pinned one, and send nothing", async () => {
      const { publicClient } = clients;
      const sent = await publicClient.getTransactionCount({ address: deployer });
      await assert.rejects(
        deployAll({ ...clients, parameters: base(decided), artifacts }),
        refusal(/the token's code at 0xFbC2\w+ has the hash .*Nothing was sent/),
      );
      assert.equal(await publicClient.getTransactionCount({ address: deployer }), sent);
    });

    it("deploy the whole system around the network's token, which verifies, and without development keys", async () => {
      const addresses = await deployAll({ ...clients, parameters, artifacts });
      assert.equal(addresses.OPG, parameters.token);
      const reader = clients.publicClient;
      const findings = await verifyDeployment({ reader, parameters, artifacts, deployer, records: undefined });
      assert.deepEqual(
        findings.filter(({ ok }) => !ok),
        [],
      );
      const allowed = await reader.readContract({
        address: addresses.VerifierRegistry,
        abi: verifierRegistryAbi,
        functionName: "developmentKeysAllowed",
      });
      assert.equal(allowed, false);
    });
  });
});
