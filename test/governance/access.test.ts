import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import {
  encodeFunctionData,
  toFunctionSelector,
  zeroAddress,
  type AbiFunction,
  type AbiParameter,
  type Address,
} from "viem";

import { addressOf, sourceOf, SYSTEM_NAMES, type Addresses, type SystemName } from "../../scripts/deploy/contracts.ts";
import { deployAll } from "../../scripts/deploy/deploy-all.ts";
import {
  DECISION_CLASSES,
  DECISION_FUNCTIONS,
  FUNCTION_ROLES,
  OWN_RULES,
  ROLE_HOLDERS,
  VOTE_FUNCTIONS,
} from "../../scripts/deploy/roles.ts";
import type { Reader } from "../../scripts/lib/clients.ts";
import { accessManagerAbi } from "../../sdk/src/abi/AccessManager.ts";
import { decisionDelaysAbi } from "../../sdk/src/abi/DecisionDelays.ts";
import { decodeRevert, revertDataOf } from "../../sdk/src/revert.ts";
import { artifacts, parameters, startChain } from "./chain.ts";

const STRANGER: Address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const REFUSED = "AccessManagedUnauthorized";
/** Guarded by the AccessManager in code, because the enclave's own operator may call it too. */
const SHARED_WITH_OWNERS = "EnclaveRegistry.revokeEnclave";

function componentsOf(parameter: AbiParameter): readonly AbiParameter[] {
  return "components" in parameter ? parameter.components : [];
}

/** The smallest value of a type. */
function zeroOf(parameter: AbiParameter): unknown {
  const { type } = parameter;
  const list = /^(.*)\[(\d*)\]$/.exec(type);
  if (list !== null) {
    const item = { ...parameter, type: list[1] ?? "" };
    return Array.from({ length: Number(list[2] ?? 0) }, () => zeroOf(item));
  }
  if (type === "tuple") return Object.fromEntries(componentsOf(parameter).map((c) => [c.name ?? "", zeroOf(c)]));
  if (type === "address") return zeroAddress;
  if (type === "bool") return false;
  if (type === "string") return "";
  if (type === "bytes") return "0x";
  if (type.startsWith("bytes")) return `0x${"00".repeat(Number(type.slice(5)))}`;
  return 0n;
}

interface System {
  readonly reader: Reader;
  readonly addresses: Addresses;
  /** Everybody who could hold a role, and who should not, by name. */
  readonly callers: ReadonlyMap<string, Address>;
}

async function startSystem(): Promise<System> {
  const chain = await startChain();
  const addresses = await deployAll({ ...chain.clients, parameters, artifacts });
  const callers = new Map<string, Address>([
    ...SYSTEM_NAMES.map((name): [string, Address] => [name, addressOf(addresses, name)]),
    ["keeper", parameters.guardian],
    ["deployer", parameters.initialHolder],
    ["treasury", parameters.treasury],
    ["stranger", STRANGER],
  ]);
  return { reader: chain.clients.publicClient, addresses, callers };
}

async function writesOf(name: SystemName): Promise<readonly AbiFunction[]> {
  const { abi } = await artifacts.read(sourceOf(name), name);
  return abi.filter(
    (item): item is AbiFunction =>
      item.type === "function" && item.stateMutability !== "view" && item.stateMutability !== "pure",
  );
}

/** The name of the error that a call with the smallest arguments ends in; null when it does not, or has no name. */
async function errorOf(system: System, to: SystemName, item: AbiFunction, account: Address): Promise<string | null> {
  const data = encodeFunctionData({ abi: [item], args: item.inputs.map(zeroOf) });
  try {
    await system.reader.call({ account, to: addressOf(system.addresses, to), data });
    return null;
  } catch (error) {
    const reason = revertDataOf(error);
    return reason === undefined ? null : (decodeRevert(reason)?.name ?? null);
  }
}

/** What the tables say about a function: who may call it, and the error of everybody else. */
interface Expected {
  readonly callers: readonly string[];
  readonly refusal: string;
}

function expectedOf(contract: SystemName, name: string): Expected | undefined {
  const opened = FUNCTION_ROLES.find((row) => row.contract === contract && row.function === name);
  if (opened !== undefined) return { callers: ROLE_HOLDERS[opened.role], refusal: REFUSED };
  if (VOTE_FUNCTIONS.some((row) => row.contract === contract && row.function === name)) {
    return { callers: ROLE_HOLDERS.ADMIN, refusal: REFUSED };
  }
  if (name === "setAuthority") return { callers: ["AccessManager"], refusal: REFUSED };
  return OWN_RULES.find((rule) => rule.contract === contract && rule.functions.includes(name));
}

describe("access to every function of every deployed contract", () => {
  let system: System;
  before(async () => {
    system = await startSystem();
  });

  it("is what the tables say, for every holder of a role and for those who have none", async () => {
    let tried = 0;
    const named = new Set<string>([
      ...Object.values(ROLE_HOLDERS).flat(),
      ...OWN_RULES.flatMap((rule) => rule.callers),
      ...["AccessManager", "deployer", "treasury", "stranger"],
    ]);
    const callers = [...system.callers].filter(([caller]) => named.has(caller));
    for (const contract of SYSTEM_NAMES) {
      for (const item of await writesOf(contract)) {
        const name = `${contract}.${item.name}`;
        const expected = expectedOf(contract, item.name);
        if (expected === undefined || name === SHARED_WITH_OWNERS) continue;
        for (const [caller, account] of callers) {
          const error = await errorOf(system, contract, item, account);
          const refused: boolean = error === expected.refusal;
          assert.equal(refused, !expected.callers.includes(caller), `${name} called by ${caller}: ${error}`);
          tried++;
        }
      }
    }
    assert(tried > 700, `${tried} calls`);
  });

  it("is open to everybody where no table names the function", async () => {
    const refusals = new Set([REFUSED, ...OWN_RULES.map(({ refusal }) => refusal)]);
    for (const contract of SYSTEM_NAMES) {
      for (const item of await writesOf(contract)) {
        if (expectedOf(contract, item.name) !== undefined) continue;
        const error = await errorOf(system, contract, item, STRANGER);
        const listed = error !== null && refusals.has(error);
        assert(
          !listed,
          `${contract}.${item.name} is restricted (${error}): add it to a table in scripts/deploy/roles.ts`,
        );
      }
    }
  });

  it("is what the AccessManager says when asked", async () => {
    for (const { contract, function: name, role } of FUNCTION_ROLES) {
      const { abi } = await artifacts.read(sourceOf(contract), contract);
      const item = abi.find((entry): entry is AbiFunction => entry.type === "function" && entry.name === name);
      assert(item !== undefined, name);
      for (const [caller, account] of system.callers) {
        const [immediate]: readonly [boolean, number] = await system.reader.readContract({
          address: system.addresses.AccessManager,
          abi: accessManagerAbi,
          functionName: "canCall",
          args: [account, addressOf(system.addresses, contract), toFunctionSelector(item)],
        });
        const holders: readonly string[] = ROLE_HOLDERS[role];
        assert.equal(immediate, holders.includes(caller), `${contract}.${name} by ${caller}`);
      }
    }
  });

  it("gives no single key anything but the guardian's term", () => {
    const keys = [...system.callers.keys()].filter((caller) => !SYSTEM_NAMES.some((name) => name === caller));
    const holders = Object.values(ROLE_HOLDERS).flat();
    assert(keys.every((key) => !holders.some((holder) => holder === key)));
    const ruled = OWN_RULES.filter(({ callers }) => callers.some((caller) => keys.includes(caller)));
    assert.deepEqual(
      ruled.map(({ contract }) => contract),
      ["Guardian"],
    );
    const guardians = FUNCTION_ROLES.filter(({ role }) => role === "GUARDIAN").map((row) => row.function);
    const shrinking = /^(suspend|deprecate|revoke|withdrawKey|deny|freeze|raiseMinimum|pause|veto)/;
    assert(
      guardians.every((name) => shrinking.test(name)),
      guardians.join(", "),
    );
  });

  it("takes a decision as long as its class says, and longest where no table names the function", async () => {
    const delays = { address: system.addresses.DecisionDelays, abi: decisionDelaysAbi } as const;
    for (const contract of SYSTEM_NAMES) {
      for (const item of await writesOf(contract)) {
        const row = DECISION_FUNCTIONS.find((entry) => entry.contract === contract && entry.function === item.name);
        const actual = await system.reader.readContract({
          ...delays,
          functionName: "decisionClassOf",
          args: [addressOf(system.addresses, contract), toFunctionSelector(item)],
        });
        assert.equal(DECISION_CLASSES[actual], row?.decision ?? "slashing", `${contract}.${item.name}`);
      }
    }
  });
});
