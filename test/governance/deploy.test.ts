import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describe, it } from "node:test";
import { encodeFunctionData, keccak256, toFunctionSelector, type Hash, type Hex } from "viem";

import { baseSepolia } from "../../deployments/parameters/baseSepolia.ts";
import { checkParameters } from "../../scripts/deploy/check-parameters.ts";
import { addressOf, CONTRACT_NAMES, sourceOf, SYSTEM_NAMES, type Addresses } from "../../scripts/deploy/contracts.ts";
import { DEPLOYMENT_PROXY } from "../../scripts/deploy/create2.ts";
import { deployAll, type StepReport } from "../../scripts/deploy/deploy-all.ts";
import { readAddress } from "../../scripts/deploy/environment.ts";
import type { Parameters as NetworkParameters } from "../../scripts/deploy/parameters.ts";
import { planDeployment } from "../../scripts/deploy/plan.ts";
import type { ContractRecord } from "../../scripts/deploy/records.ts";
import {
  functionRole,
  hasAccessRole,
  hasTimelockRole,
  TIMELOCK_ROLES,
  type TimelockRole,
} from "../../scripts/deploy/role-actions.ts";
import { rolesDocument } from "../../scripts/deploy/roles-document.ts";
import { FUNCTION_ROLES, ROLE_IDS, type RoleName } from "../../scripts/deploy/roles.ts";
import { verifyDeployment } from "../../scripts/deploy/verify/verify-deployment.ts";
import type { Clients, Sender } from "../../scripts/lib/clients.ts";
import { formatMarkdown } from "../../scripts/lib/format-markdown.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { accessManagerAbi } from "../../sdk/src/abi/AccessManager.ts";
import { artifacts, impersonate, parameters, startChain, type TestChain } from "./chain.ts";

const deployer = parameters.initialHolder;

class Interrupted extends Error {
  override readonly name = "Interrupted";
}

type SendRequest = Parameters<Sender["sendTransaction"]>[0];

/** Clients whose process "dies" right after a transaction left it. */
function dyingAfterSending({ publicClient, walletClient }: Clients): Clients {
  const sendTransaction = async (request: SendRequest): Promise<Hash> => {
    await walletClient.sendTransaction(request);
    throw new Interrupted("the process died");
  };
  return { publicClient, walletClient: { ...walletClient, sendTransaction } as Sender };
}
async function deployOn({ clients }: TestChain, more: { record?: string; dryRun?: boolean } = {}) {
  const steps: StepReport[] = [];
  const onStep = (step: StepReport): void => void steps.push(step);
  const addresses = await deployAll({ ...clients, parameters, artifacts, onStep, ...more });
  return { addresses, steps };
}

async function transactionsOf({ clients }: TestChain): Promise<number> {
  return clients.publicClient.getTransactionCount({ address: deployer });
}

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "opg-records-"));
  try {
    await test(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function readRecord(folder: string, name: string): Promise<ContractRecord> {
  return JSON.parse(await readFile(path.join(folder, `${name}.json`), "utf8")) as ContractRecord;
}

function userError(pattern: RegExp) {
  return (error: unknown): boolean => {
    assert(error instanceof UserError, String(error));
    assert.match(error.message, pattern);
    return true;
  };
}

describe("deployment", () => {
  it("sends nothing the second time", async () => {
    const chain = await startChain();
    const first = await deployOn(chain);
    const sent = await transactionsOf(chain);

    const second = await deployOn(chain);

    assert.equal(await transactionsOf(chain), sent);
    assert.deepEqual(second.addresses, first.addresses);
    assert(second.steps.every((step) => step.outcome === "present"));
  });

  it("sends nothing in a dry run", async () => {
    const chain = await startChain();
    const { steps, addresses } = await deployOn(chain, { dryRun: true });
    assert.equal(await transactionsOf(chain), 0);
    assert(steps.every((step) => step.outcome === "planned"));
    assert.deepEqual(addresses, (await planDeployment(parameters, deployer, artifacts)).addresses);
  });

  it("can be interrupted after every single transaction and resumed", async () => {
    await withFolder(async (folder) => {
      const chain = await startChain();
      const clients = dyingAfterSending(chain.clients);
      let interruptions = 0;
      let addresses: Addresses | undefined;
      while (addresses === undefined) {
        try {
          addresses = await deployAll({ ...clients, parameters, artifacts, record: folder });
        } catch (error) {
          if (!(error instanceof Interrupted)) throw error;
          interruptions++;
          assert.equal(await transactionsOf(chain), interruptions, "one transaction per attempt, none twice");
        }
      }

      const plan = await planDeployment(parameters, deployer, artifacts);
      assert(interruptions > CONTRACT_NAMES.length);
      assert.deepEqual(addresses, plan.addresses);
      const reader = clients.publicClient;
      const findings = await verifyDeployment({ reader, parameters, artifacts, deployer, records: folder });
      assert.deepEqual(
        findings.filter(({ ok }) => !ok),
        [],
      );
      for (const { name, address } of plan.contracts) {
        const record = await readRecord(folder, name);
        assert.equal(record.address, address);
        assert(record.transactionHash !== null, `${name}: the transaction was found again`);
        const { to } = await clients.publicClient.getTransaction({ hash: record.transactionHash });
        assert.equal(to?.toLowerCase(), DEPLOYMENT_PROXY.toLowerCase());
      }
    });
  });

  it("records what it deployed", async () => {
    await withFolder(async (folder) => {
      const chain = await startChain();
      const { addresses, steps } = await deployOn(chain, { record: folder });

      assert.deepEqual(JSON.parse(await readFile(path.join(folder, "addresses.json"), "utf8")), addresses);
      assert.equal((await readdir(folder)).length, CONTRACT_NAMES.length + 2, "no drafts are left");
      const record = await readRecord(folder, "EnclaveRegistry");
      const code = await chain.clients.publicClient.getCode({ address: addresses.EnclaveRegistry });
      assert.equal(record.chainId, 84532);
      assert.equal(record.deployer, deployer);
      assert.equal(record.runtimeCodeHash, keccak256(code ?? "0x"));
      assert.equal(record.transactionHash, steps.find((step) => step.label === "EnclaveRegistry")?.transactionHash);
      assert.deepEqual(record.constructorArguments, {
        authority: addresses.AccessManager,
        stakingAddress: addresses.Staking,
        attendanceBook: addresses.Attendance,
        verifiers: [
          addresses.NitroVerifier,
          addresses.TdxVerifier,
          addresses.SevSnpVerifier,
          addresses.GatewayVerifier,
        ],
        gpuTarget: addresses.GpuAttestations,
        registryConfig: { validityDelay: 3_600, stakeWithoutDelay: "10000000000000000000000" },
      });
      assert.match(record.compiler?.version ?? "", /^0\.8\.34\+commit/);
      assert.equal(record.compiler?.evmVersion, "prague");
    });
  });

  it("leaves the deployer without any role", async () => {
    const chain = await startChain();
    const { addresses } = await deployOn(chain);
    const reader = chain.clients.publicClient;
    for (const role of Object.keys(ROLE_IDS) as RoleName[]) {
      assert.equal(await hasAccessRole(reader, addresses.AccessManager, role, deployer), false, role);
    }
    for (const role of Object.keys(TIMELOCK_ROLES) as TimelockRole[]) {
      assert.equal(await hasTimelockRole(reader, addresses.TimelockController, role, deployer), false, role);
    }
    assert(await hasAccessRole(reader, addresses.AccessManager, "ADMIN", addresses.TimelockController));
  });

  it("opens exactly the functions of the table, everything else to the timelock", async () => {
    const chain = await startChain();
    const { addresses } = await deployOn(chain);
    let opened = 0;
    for (const name of SYSTEM_NAMES) {
      const { abi } = await artifacts.read(sourceOf(name), name);
      const target = addressOf(addresses, name);
      assert.notEqual(await chain.clients.publicClient.getCode({ address: target }), undefined, name);
      for (const item of abi) {
        if (item.type !== "function") continue;
        const selector: Hex = toFunctionSelector(item);
        const role = await functionRole(chain.clients.publicClient, addresses.AccessManager, target, selector);
        const row = FUNCTION_ROLES.find((entry) => entry.contract === name && entry.function === item.name);
        assert.equal(role, ROLE_IDS[row?.role ?? "ADMIN"], `${name}.${item.name}`);
        if (row !== undefined) opened++;
      }
    }
    assert.equal(opened, FUNCTION_ROLES.length);
  });

  it("uses the role numbers of the contracts", async () => {
    const source = await readFile("contracts/libraries/Roles.sol", "utf8");
    const constants = [...source.matchAll(/constant (\w+) = (\d+);/g)].map(([, name, id]) => [name, BigInt(id ?? "")]);
    assert.deepEqual(Object.fromEntries(constants), ROLE_IDS);
  });
});

describe("deployment with something wrong", () => {
  it("refuses foreign code before it sends anything", async () => {
    const chain = await startChain();
    const { addresses } = await planDeployment(parameters, deployer, artifacts);
    await chain.provider.request({ method: "hardhat_setCode", params: [addresses.PaymentHub, "0x600160015500"] });
    await assert.rejects(deployOn(chain), userError(/where PaymentHub belongs, but other code is there/));
    assert.equal(await transactionsOf(chain), 0);
  });

  it("says when a role is missing after the handover", async () => {
    const chain = await startChain();
    const { addresses } = await deployOn(chain);
    await impersonate(chain.provider, addresses.TimelockController);
    const { walletClient } = await chain.clientsFor(addresses.TimelockController);
    await walletClient.sendTransaction({
      to: addresses.AccessManager,
      data: encodeFunctionData({
        abi: accessManagerAbi,
        functionName: "revokeRole",
        args: [ROLE_IDS.SLASHER, addresses.Penalties],
      }),
    });
    await assert.rejects(deployOn(chain), userError(/"grant SLASHER to Penalties" is missing.*Only a vote/));
  });

  it("refuses another chain than the parameters are for", async () => {
    const { clients } = await startChain();
    const other = { ...parameters, name: "other", chainIds: [31337] };
    await assert.rejects(
      deployAll({ ...clients, parameters: other, artifacts }),
      userError(/The node is on chain 84532, but the parameters "other" are for chain 31337/),
    );
  });

  it("refuses a deployer without funds", async () => {
    const { provider, clients } = await startChain();
    await provider.request({ method: "hardhat_setBalance", params: [deployer, "0x1"] });
    await assert.rejects(deployAll({ ...clients, parameters, artifacts }), userError(/has 0\.0{17}1 ETH/));
  });

  it("refuses a live chain without the deployment proxy", async () => {
    const { clients } = await startChain();
    const live: NetworkParameters = { ...parameters, local: false, networkContracts: ["Permit2"] };
    await assert.rejects(
      deployAll({ ...clients, parameters: live, artifacts }),
      userError(/has no deterministic deployment proxy/),
    );
  });

  it("refuses a token that is not there", async () => {
    const { clients } = await startChain();
    const token = "0x240b09731D96979f50B2C649C9CE10FcF9C7987F";
    await assert.rejects(
      deployAll({ ...clients, parameters: { ...parameters, token }, artifacts }),
      userError(/no contract at the token's address.*Nothing was sent/),
    );
  });
});

describe("deployment parameters", () => {
  const refused: readonly (readonly [string, Partial<NetworkParameters>, RegExp])[] = [
    ["a guardian who deploys", { guardian: deployer }, /guardian is the deployer/],
    ["development keys on a main network", { chainIds: [8453] }, /only for local chains and Base Sepolia/],
    ["parts above the whole", { payments: { operatorBps: 9_000n, treasuryBps: 1_001n } }, /exceed 10000/],
    [
      "votes that can leave before the outcome",
      { staking: { ...parameters.staking, unbondingPeriod: 1n } },
      /exceeds the unbonding period/,
    ],
    ["no quorum", { governor: { ...parameters.governor, quorumNumerator: 0n } }, /quorumNumerator is 0/],
    ["a zero treasury", { treasury: "0x0000000000000000000000000000000000000000" }, /treasury "0x0/],
  ];
  for (const [what, change, pattern] of refused) {
    it(`refuse ${what}`, () => {
      assert.throws(() => checkParameters({ ...parameters, ...change }, deployer), userError(pattern));
    });
  }

  it("of Base Sepolia name the environment variable that is missing", () => {
    assert.throws(() => baseSepolia({}), userError(/OPG_TREASURY is not set/));
    assert.throws(() => readAddress({ OPG_GUARDIAN: "0x12" }, "OPG_GUARDIAN", ""), userError(/not an address/));
  });

  it("of Base Sepolia pass the checks", () => {
    const { treasury, guardian } = parameters;
    const environment = { OPG_TREASURY: treasury, OPG_GUARDIAN: guardian };
    assert.equal(checkParameters(baseSepolia(environment), deployer).token?.slice(0, 6), "0x240b");
  });
});

describe("docs/roles.md", () => {
  it("is generated from the tables (else run: npx node scripts/generate-roles.ts)", async () => {
    assert.equal(await readFile("docs/roles.md", "utf8"), await formatMarkdown(rolesDocument()));
  });
});
