import { toFunctionSelector, zeroAddress, type Address } from "viem";

import { accessManagerAbi } from "../../../sdk/src/abi/AccessManager.ts";
import { decisionDelaysAbi } from "../../../sdk/src/abi/DecisionDelays.ts";
import { timelockControllerAbi } from "../../../sdk/src/abi/TimelockController.ts";
import type { Reader } from "../../lib/clients.ts";
import { addressOf, SYSTEM_NAMES } from "../contracts.ts";
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
  readonly plan: DeploymentPlan;
  readonly deployer: Address;
  /** The block from which grants are looked for, that of the first deployment transaction at the latest. */
  readonly fromBlock: bigint;
}

/** Blocks per request for events: what public nodes of Base allow. */
const EVENT_SPAN = 10_000n;

/**
 * Compares every role, holder, delay and function with the tables. Holders are looked for among everybody who was ever
 * granted something, so a holder too many is found as well as one too few.
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
async function accessHistory({ reader, plan, fromBlock }: RolesToVerify) {
  const address = plan.addresses.AccessManager;
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

async function verifyAccessRoles(options: RolesToVerify): Promise<readonly Finding[]> {
  const { reader, plan } = options;
  const manager = { address: plan.addresses.AccessManager, abi: accessManagerAbi } as const;
  const { granted, targets } = await accessHistory(options);
  const findings: Finding[] = [];
  const names = Object.keys(ROLE_IDS) as RoleName[];
  for (const role of names) {
    const roleId = ROLE_IDS[role];
    const accounts = new Set(granted.filter((grant) => grant.roleId === roleId).map(({ account }) => account));
    const holders: string[] = [];
    for (const account of accounts) {
      const [isMember, delay] = await reader.readContract({
        ...manager,
        functionName: "hasRole",
        args: [roleId, account],
      });
      if (isMember) holders.push(delay === 0 ? account : `${account} after ${delay} s`);
    }
    const expected = ROLE_HOLDERS[role].map((holder) => plan.addresses[holder]);
    findings.push(
      compare("role", role, `held by ${ROLE_HOLDERS[role].join(" and ")} alone`, {
        expected: expected.toSorted(),
        actual: holders.toSorted(),
      }),
    );
  }
  const known = new Set(SYSTEM_NAMES.map((name) => addressOf(plan.addresses, name).toLowerCase()));
  const unknownRoles = new Set(
    granted.map(({ roleId }) => roleId).filter((id) => !names.some((n) => ROLE_IDS[n] === id)),
  );
  findings.push(
    compare("role", "AccessManager", "roles outside the table", { expected: [], actual: [...unknownRoles] }),
    compare("role", "AccessManager", "contracts outside the system", {
      expected: [],
      actual: [...targets].filter((target) => !known.has(target)),
    }),
  );
  return findings;
}

/** How long the decisions wait that call each function. */
async function verifyDecisions({ reader, plan }: RolesToVerify): Promise<readonly Finding[]> {
  return Promise.all(
    DECISION_FUNCTIONS.map(async ({ contract, function: name, decision }) => {
      const selector = selectorOf(plan.artifacts.get(contract)?.abi ?? [], contract, name);
      const actual = await reader.readContract({
        address: plan.addresses.DecisionDelays,
        abi: decisionDelaysAbi,
        functionName: "decisionClassOf",
        args: [addressOf(plan.addresses, contract), selector],
      });
      return compare("role", `${contract}.${name}`, "class of decisions", {
        expected: decision,
        actual: DECISION_CLASSES[actual] ?? actual,
      });
    }),
  );
}

/** Every function of every contract, listed or not: what is not listed is open to ADMIN only. */
async function verifyFunctions({ reader, plan }: RolesToVerify): Promise<readonly Finding[]> {
  const manager = plan.addresses.AccessManager;
  const findings: Finding[] = [];
  for (const name of SYSTEM_NAMES) {
    const target = addressOf(plan.addresses, name);
    const closed = await reader.readContract({
      address: manager,
      abi: accessManagerAbi,
      functionName: "isTargetClosed",
      args: [target],
    });
    findings.push(compare("role", name, "closed by ADMIN", { expected: false, actual: closed }));
    for (const item of plan.artifacts.get(name)?.abi ?? []) {
      if (item.type !== "function" || item.stateMutability === "view" || item.stateMutability === "pure") continue;
      const row = FUNCTION_ROLES.find((entry) => entry.contract === name && entry.function === item.name);
      const actual = await functionRole(reader, manager, target, toFunctionSelector(item));
      const expected = ROLE_IDS[row?.role ?? "ADMIN"];
      findings.push(compare("role", `${name}.${item.name}`, "role that opens it", { expected, actual }));
    }
  }
  return findings;
}

async function verifyTimelock({ reader, plan, fromBlock }: RolesToVerify): Promise<readonly Finding[]> {
  const { TimelockController: timelock, OPGGovernor: governor } = plan.addresses;
  const expected: Readonly<Record<TimelockRole, readonly Address[]>> = {
    DEFAULT_ADMIN: [timelock],
    PROPOSER: [governor],
    CANCELLER: [governor],
    EXECUTOR: [zeroAddress],
  };
  const granted: { role: string; account: Address }[] = [];
  for (const [from, to] of await spans(reader, fromBlock)) {
    const events = await reader.getContractEvents({
      address: timelock,
      abi: timelockControllerAbi,
      eventName: "RoleGranted",
      fromBlock: from,
      toBlock: to,
      strict: true,
    });
    granted.push(...events.map(({ args }) => ({ role: args.role, account: args.account })));
  }
  const findings: Finding[] = [];
  for (const role of Object.keys(TIMELOCK_ROLES) as TimelockRole[]) {
    const accounts = granted.filter((grant) => grant.role === TIMELOCK_ROLES[role]).map(({ account }) => account);
    const holders: Address[] = [];
    for (const account of new Set(accounts)) {
      if (await hasTimelockRole(reader, timelock, role, account)) holders.push(account);
    }
    findings.push(compare("role", `timelock ${role}`, "holders", { expected: expected[role], actual: holders }));
  }
  return findings;
}

/** Said apart although the holders above imply it, because it is what a deployer is asked to prove. */
async function verifyDeployer({ reader, plan, deployer }: RolesToVerify): Promise<readonly Finding[]> {
  const { AccessManager: manager, TimelockController: timelock } = plan.addresses;
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
