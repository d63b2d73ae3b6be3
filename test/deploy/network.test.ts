import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { keccak256, toHex } from "viem";

import { installDeploymentProxy } from "../../scripts/deploy/create2.ts";
import { deployAll } from "../../scripts/deploy/deploy-all.ts";
import {
  checkNetworkContracts,
  NETWORK_CONTRACT_NAMES,
  NETWORK_CONTRACTS,
} from "../../scripts/deploy/network-contracts.ts";
import type { Parameters } from "../../scripts/deploy/parameters.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { artifacts, parameters, startChain, type TestChain } from "../governance/chain.ts";
import { plantNetworkContracts } from "./network.ts";

const demanding: Parameters = { ...parameters, networkContracts: NETWORK_CONTRACT_NAMES };

async function problemsOn({ clients }: TestChain, wanted: Parameters): Promise<readonly string[]> {
  const checks = await checkNetworkContracts(clients.publicClient, wanted);
  return checks.map(({ problem }) => problem).filter((problem) => problem !== undefined);
}

describe("the contracts of others", () => {
  let chain: TestChain;
  before(async () => {
    chain = await startChain();
    await plantNetworkContracts(chain.clients);
  });

  it("have the known code at the known addresses once created from their vectors", async () => {
    const checks = await checkNetworkContracts(chain.clients.publicClient, demanding);
    assert.deepEqual(
      checks.map(({ name, problem }) => [name, problem]),
      NETWORK_CONTRACT_NAMES.map((name) => [name, undefined]),
    );
  });

  it("are refused where they are missing", async () => {
    const empty = await startChain();
    const problems = await problemsOn(empty, demanding);
    assert.equal(problems.length, NETWORK_CONTRACT_NAMES.length);
    assert.match(problems[0] ?? "", /^there is no code at 0x0{10}22D4\w+, where Permit2 should be$/);
  });

  for (const name of NETWORK_CONTRACT_NAMES) {
    it(`are refused when one byte of ${name} differs`, async () => {
      const { address } = NETWORK_CONTRACTS[name];
      const code = (await chain.clients.publicClient.getCode({ address })) ?? "0x";
      const changed = `${code.slice(0, 200)}${code[200] === "0" ? "1" : "0"}${code.slice(201)}`;
      await chain.provider.request({ method: "hardhat_setCode", params: [address, changed] });
      assert.deepEqual(await problemsOn(chain, { ...parameters, networkContracts: [name] }), [
        `the code at ${address} is not ${name}'s`,
      ]);
      await chain.provider.request({ method: "hardhat_setCode", params: [address, code] });
    });
  }

  it("are refused when Permit2 signs for another domain", async () => {
    const { address, immutables } = NETWORK_CONTRACTS.Permit2;
    const code = (await chain.clients.publicClient.getCode({ address })) ?? "0x";
    const bytes = Buffer.from(code.slice(2), "hex");
    // The cached separator counts only on the cached chain.
    const [, separator] = immutables;
    bytes.fill(7, separator.start, separator.start + separator.length);
    await chain.provider.request({ method: "hardhat_setCode", params: [address, toHex(bytes)] });
    const [problem] = await problemsOn(chain, { ...parameters, networkContracts: ["Permit2"] });
    assert.match(problem ?? "", /EIP-712 domain of another chain or address/);
    await chain.provider.request({ method: "hardhat_setCode", params: [address, code] });
  });
});

describe("the network's own token", () => {
  const token = "0x240b09731D96979f50B2C649C9CE10FcF9C7987F";

  it("must be an ERC-20 with 18 decimals, and the pinned one where its code is pinned", async () => {
    const chain = await startChain();
    const setCode = (code: string): Promise<unknown> =>
      chain.provider.request({ method: "hardhat_setCode", params: [token, code] });
    const wanted: Parameters = { ...parameters, token, walletVotes: false };
    const { deployedBytecode } = await artifacts.read("contracts/token/OPG.sol", "OPG");

    assert.match((await problemsOn(chain, wanted))[0] ?? "", /no contract at the token's address/);
    await setCode("0x00");
    assert.match((await problemsOn(chain, wanted))[0] ?? "", /does not answer as an ERC-20/);
    // Returns 6 to every question.
    await setCode("0x600660005260206000f3");
    assert.match((await problemsOn(chain, wanted))[0] ?? "", /has 6 decimals, not 18/);
    await setCode(deployedBytecode);
    assert.deepEqual(await problemsOn(chain, wanted), []);
    const pinned: Parameters = { ...wanted, tokenCodeHash: keccak256("0x1234") };
    assert.match(
      (await problemsOn(chain, pinned))[0] ?? "",
      /the token's code at 0x240b\w+ has the hash 0x\w+, not 0x/,
    );
  });
});

describe("the network's own token as a source of votes", () => {
  const token = "0x240b09731D96979f50B2C649C9CE10FcF9C7987F";
  const wanted: Parameters = { ...parameters, token, walletVotes: true };
  let chain: TestChain;
  const plant = async (source: string, name: string): Promise<void> => {
    const { deployedBytecode } = await artifacts.read(source, name);
    await chain.provider.request({ method: "hardhat_setCode", params: [token, deployedBytecode] });
  };
  before(async () => {
    chain = await startChain();
  });

  it("must have votes", async () => {
    await plant("test/mocks/StakingToken__Mock.sol", "StakingToken__Mock");
    assert.match((await problemsOn(chain, wanted))[0] ?? "", /has no votes \(ERC-5805\); set walletVotes to false/);
    assert.deepEqual(await problemsOn(chain, { ...wanted, walletVotes: false }), []);
    await plant("contracts/token/OPG.sol", "OPG");
    assert.deepEqual(await problemsOn(chain, wanted), []);
  });

  it("must count them in seconds", async () => {
    const votes = await artifacts.read("contracts/token/OPG.sol", "OPG");
    // The compiler shifts the zero bits at the end of the constant away, so its last digit is not in the code.
    const [mode, other] = ["mode=timestamp", "mode=blockstep"].map((text) => toHex(text).slice(2, -1));
    assert(mode !== undefined && other !== undefined && votes.deployedBytecode.includes(mode));
    const code = votes.deployedBytecode.replace(mode, other);
    await chain.provider.request({ method: "hardhat_setCode", params: [token, code] });
    assert.match(
      (await problemsOn(chain, wanted))[0] ?? "",
      /counts votes by "mode=blockstep", not by "mode=timestamp"/,
    );
  });
});

describe("a deployment on a network that lacks what it needs", () => {
  it("sends nothing and names everything that is wrong", async () => {
    const chain = await startChain();
    await installDeploymentProxy(chain.clients);
    const { publicClient } = chain.clients;
    const sender = parameters.initialHolder;
    const sent = await publicClient.getTransactionCount({ address: sender });
    const live: Parameters = { ...demanding, local: false, developmentKeysAllowed: false };
    await assert.rejects(deployAll({ ...chain.clients, parameters: live, artifacts }), (error: unknown) => {
      assert(error instanceof UserError);
      assert.match(error.message, /Permit2 should be; .*Multicall3 should be; .*x402Exact.*x402Upto.*Nothing was sent/);
      return true;
    });
    assert.equal(await publicClient.getTransactionCount({ address: sender }), sent);
  });
});
