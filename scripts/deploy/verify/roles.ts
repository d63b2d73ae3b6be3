import { toFunctionSelector, zeroAddress, type Abi, type Address, type Hex } from "viem";

import { accessManagerAbi } from "../../../sdk/src/abi/AccessManager.ts";
import { decisionDelaysAbi } from "../../../sdk/src/abi/DecisionDelays.ts";
import { timelockControllerAbi } from "../../../sdk/src/abi/TimelockController.ts";
import type { Reader } from "../../lib/clients.ts";
import { addressOf, SYSTEM_NAMES, type Addresses, type SystemName } from "../contracts.ts";
import type { DeploymentPlan } from "../plan.ts";
import { functionRole, hasTimelockRole, selectorOf, TIMELOCK_ROLES, type TimelockRole } from "../role-actions.ts";
import {
  DECISION_CLASSES,
  DECISION_FUNCTIONS,
  FUNCTION_ROLES,
  ROLE_HOLDERS,
  ROLE_IDS,
  type RoleName,
} from "../roles.ts";
import { compare, type Finding } from "./finding.ts";

/** What a check of roles needs. */
export interface RolesToVerify {
  readonly reader: Reader;
  readonly addresses: Addresses;
  readonly abiOf: (contract: SystemName) => Abi;
  /** Who must hold nothing; undefined does not ask about him. */
  readonly deployer: Address | undefined;
  /**
   * The block from which grants are looked for, that of the first deployment transaction at the latest. Undefined compares
   * only what the tables list, and does not look for what else was ever granted or opened.
   */
  readonly fromBlock: bigint | undefined;
}

/** Blocks per request for events: what public nodes of Base allow. */
const EVENT_SPAN = 10_000n;

/** The interfaces of a plan's artifacts. */
export function abisOf(plan: DeploymentPlan): RolesToVerify["abiOf"] {
  return (contract) => plan.artifacts.get(contract)?.abi ?? [];
}

/**
 * Compares every role, holder, delay and function with the tables. With `fromBlock`, holders are looked for among everybody
 * who was ever granted something, so a holder too many is found as well as one too few.
 */
export async function verifyRoles(options: RolesToVerify): Promise<readonly Finding[]> {
  return [
    ...(await verifyAccessRoles(options)),
    ...(await verifyFunctions(options)),
    ...(await verifyDecisions(options)),
    ...(await verifyTimelock(options)),
    ...(await verifyDeployer(options)),
  ];
}

/** A failed comparison in words. */
export function roleProblem({ subject, fact, expected, actual }: Finding): string {
  return `${subject}: ${fact}: ${actual} instead of ${expected}`;
}

async function spans(reader: Reader, fromBlock: bigint): Promise<readonly (readonly [bigint, bigint])[]> {
  const last = await reader.getBlockNumber();
  const found: (readonly [bigint, bigint])[] = [];
  for (let from = fromBlock; from <= last; from += EVENT_SPAN) {
    const to = from + EVENT_SPAN - 1n;
    found.push([from, to < last ? to : last]);
  }
  return found;
}

/** Everybody who was ever granted a role of the AccessManager, with the contracts whose functions were ever set. */
async function accessHistory(reader: Reader, address: Address, fromBlock: bigint) {
  const granted: { roleId: bigint; account: Address }[] = [];
  const targets = new Set<string>();
  for (const [from, to] of await spans(reader, fromBlock)) {
    const grants = await reader.getContractEvents({
      address,
      abi: accessManagerAbi,
      eventName: "RoleGranted",
      fromBlock: from,
      toBlock: to,
      strict: true,
    });
    granted.push(...grants.map(({ args }) => ({ roleId: args.roleId, account: args.account })));
    const updates = await reader.getContractEvents({
      address,
      abi: accessManagerAbi,
      eventName: "TargetFunctionRoleUpdated",
      fromBlock: from,
      toBlock: to,
      strict: true,
    });
    for (const { args } of updates) targets.add(args.target.toLowerCase());
  }
  return { granted, targets };
}

async function verifyAccessRoles({ reader, addresses, fromBlock }: RolesToVerify): Promise<readonly Finding[]> {
  const manager = { address: addresses.AccessManager, abi: accessManagerAbi } as const;
  const history = fromBlock === undefined ? undefined : await accessHistory(reader, manager.address, fromBlock);
  const findings: Finding[] = [];
  const names = Object.keys(ROLE_IDS) as RoleName[];
  for (const role of names) {
    const roleId = ROLE_IDS[role];
    const expected = ROLE_HOLDERS[role].map((holder) => addresses[holder]);
    const granted = history?.granted.filter((grant) => grant.roleId === roleId).map(({ account }) => account);
    const holders: string[] = [];
    for (const account of new Set(granted ?? expected)) {
      const [isMember, delay] = await reader.readContract({
        ...manager,
        functionName: "hasRole",
        args: [roleId, account],
      });
      if (isMember) holders.push(delay === 0 ? account : `${account} after ${delay} s`);
    }
    findings.push(
      compare("role", role, `held by ${ROLE_HOLDERS[role].join(" and ")}${history === undefined ? "" : " alone"}`, {
        expected: expected.toSorted(),
        actual: holders.toSorted(),
      }),
    );
  }
  if (history === undefined) return findings;
  const known = new Set(SYSTEM_NAMES.map((name) => addressOf(addresses, name).toLowerCase()));
  const unknownRoles = new Set(
    history.granted.map(({ roleId }) => roleId).filter((id) => !names.some((n) => ROLE_IDS[n] === id)),
  );
  return [
    ...findings,
    compare("role", "AccessManager", "roles outside the table", { expected: [], actual: [...unknownRoles] }),
    compare("role", "AccessManager", "contracts outside the system", {
      expected: [],
      actual: [...history.targets].filter((target) => !known.has(target)),
    }),
  ];
}

/** How long the decisions wait that call each function. */
async function verifyDecisions({ reader, addresses, abiOf }: RolesToVerify): Promise<readonly Finding[]> {
  return Promise.all(
    DECISION_FUNCTIONS.map(async ({ contract, function: name, decision }) => {
      const selector = selectorOf(abiOf(contract), contract, name);
      const actual = await reader.readContract({
        address: addresses.DecisionDelays,
        abi: decisionDelaysAbi,
        functionName: "decisionClassOf",
        args: [addressOf(addresses, contract), selector],
      });
      return compare("role", `${contract}.${name}`, "class of decisions", {
        expected: decision,
        actual: DECISION_CLASSES[actual] ?? actual,
      });
    }),
  );
}

/** The listed functions; with a history every function of every contract, since what is not listed is open to ADMIN only. */
async function verifyFunctions(options: RolesToVerify): Promise<readonly Finding[]> {
  const { reader, addresses, abiOf, fromBlock } = options;
  const findings: Finding[] = [];
  const verifyFunction = async (contract: SystemName, name: string, selector: Hex, role: RoleName): Promise<void> => {
    const actual = await functionRole(reader, addresses.AccessManager, addressOf(addresses, contract), selector);
    findings.push(compare("role", `${contract}.${name}`, "role that opens it", { expected: ROLE_IDS[role], actual }));
  };
  if (fromBlock === undefined) {
    for (const { contract, function: name, role } of FUNCTION_ROLES) {
      await verifyFunction(contract, name, selectorOf(abiOf(contract), contract, name), role);
    }
    return findings;
  }
  for (const contract of SYSTEM_NAMES) {
    const closed = await reader.readContract({
      address: addresses.AccessManager,
      abi: accessManagerAbi,
      functionName: "isTargetClosed",
      args: [addressOf(addresses, contract)],
    });
    findings.push(compare("role", contract, "closed by ADMIN", { expected: false, actual: closed }));
    for (const item of abiOf(contract)) {
      if (item.type !== "function" || item.stateMutability === "view" || item.stateMutability === "pure") continue;
      const row = FUNCTION_ROLES.find((entry) => entry.contract === contract && entry.function === item.name);
      await verifyFunction(contract, item.name, toFunctionSelector(item), row?.role ?? "ADMIN");
    }
  }
  return findings;
}

/** Everybody who was ever granted a role of the timelock. */
async function timelockHistory(reader: Reader, address: Address, fromBlock: bigint) {
  const granted: { role: string; account: Address }[] = [];
  for (const [from, to] of await spans(reader, fromBlock)) {
    const events = await reader.getContractEvents({
      address,
      abi: timelockControllerAbi,
      eventName: "RoleGranted",
      fromBlock: from,
      toBlock: to,
      strict: true,
    });
    granted.push(...events.map(({ args }) => ({ role: args.role, account: args.account })));
  }
  return granted;
}

async function verifyTimelock({ reader, addresses, fromBlock }: RolesToVerify): Promise<readonly Finding[]> {
  const { TimelockController: timelock, OPGGovernor: governor } = addresses;
  const expected: Readonly<Record<TimelockRole, readonly Address[]>> = {
    DEFAULT_ADMIN: [timelock],
    PROPOSER: [governor],
    CANCELLER: [governor],
    EXECUTOR: [zeroAddress],
  };
  const history = fromBlock === undefined ? undefined : await timelockHistory(reader, timelock, fromBlock);
  const findings: Finding[] = [];
  for (const role of Object.keys(TIMELOCK_ROLES) as TimelockRole[]) {
    const granted = history?.filter((grant) => grant.role === TIMELOCK_ROLES[role]).map(({ account }) => account);
    const holders: Address[] = [];
    for (const account of new Set(granted ?? expected[role])) {
      if (await hasTimelockRole(reader, timelock, role, account)) holders.push(account);
    }
    findings.push(compare("role", `timelock ${role}`, "holders", { expected: expected[role], actual: holders }));
  }
  return findings;
}

/** Said apart although the holders above imply it, because it is what a deployer is asked to prove. */
async function verifyDeployer({ reader, addresses, deployer }: RolesToVerify): Promise<readonly Finding[]> {
  if (deployer === undefined) return [];
  const { AccessManager: manager, TimelockController: timelock } = addresses;
  const held: string[] = [];
  for (const role of Object.keys(ROLE_IDS) as RoleName[]) {
    const [isMember] = await reader.readContract({
      address: manager,
      abi: accessManagerAbi,
      functionName: "hasRole",
      args: [ROLE_IDS[role], deployer],
    });
    if (isMember) held.push(role);
  }
  for (const role of Object.keys(TIMELOCK_ROLES) as TimelockRole[]) {
    if (await hasTimelockRole(reader, timelock, role, deployer)) held.push(`timelock ${role}`);
  }
  return [compare("role", "deployer", "roles", { expected: [], actual: held })];
}
