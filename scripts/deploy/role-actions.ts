import {
  encodeFunctionData,
  getAbiItem,
  keccak256,
  toBytes,
  toFunctionSelector,
  zeroHash,
  type Abi,
  type Address,
  type Hex,
} from "viem";

import { accessManagerAbi } from "../../sdk/src/abi/AccessManager.ts";
import { decisionDelaysAbi } from "../../sdk/src/abi/DecisionDelays.ts";
import { timelockControllerAbi } from "../../sdk/src/abi/TimelockController.ts";
import type { Reader } from "../lib/clients.ts";
import { UserError } from "../lib/user-error.ts";
import { addressOf, type ContractName, type SystemName } from "./contracts.ts";
import type { DeploymentPlan } from "./plan.ts";
import {
  DECISION_CLASSES,
  DECISION_FUNCTIONS,
  FUNCTION_ROLES,
  ROLE_HOLDERS,
  ROLE_IDS,
  type FunctionRole,
  type RoleName,
} from "./roles.ts";

/** Something the deployment sends a transaction for, unless the chain shows that it is done. */
export interface Action {
  /** For people and records, for example "grant SLASHER to Penalties". */
  readonly label: string;
  /** Whether the chain shows it as done; false while the contracts it is about are missing. */
  readonly isDone: () => Promise<boolean>;
  readonly to: Address;
  readonly data: Hex;
}

/** The timelock's roles, by name. */
export const TIMELOCK_ROLES = {
  DEFAULT_ADMIN: zeroHash,
  PROPOSER: keccak256(toBytes("PROPOSER_ROLE")),
  CANCELLER: keccak256(toBytes("CANCELLER_ROLE")),
  EXECUTOR: keccak256(toBytes("EXECUTOR_ROLE")),
} as const;

/** A role of the timelock. */
export type TimelockRole = keyof typeof TIMELOCK_ROLES;

/** The selector of a function that a contract has exactly once under its name. */
export function selectorOf(abi: Abi, contract: SystemName, name: string): Hex {
  const overloads = abi.filter((item) => item.type === "function" && item.name === name);
  const item = getAbiItem({ abi, name });
  if (overloads.length !== 1 || item?.type !== "function") {
    throw new UserError(`${contract} has ${overloads.length} functions named ${name}; the table of roles needs one.`);
  }
  return toFunctionSelector(item);
}

/** Whether `account` has a role of the AccessManager at once, without a delay. */
export async function hasAccessRole(
  reader: Reader,
  manager: Address,
  role: RoleName,
  account: Address,
): Promise<boolean> {
  if ((await reader.getCode({ address: manager })) === undefined) return false;
  const [isMember, delay] = await reader.readContract({
    address: manager,
    abi: accessManagerAbi,
    functionName: "hasRole",
    args: [ROLE_IDS[role], account],
  });
  return isMember && delay === 0;
}

/** Whether `account` has a role of the timelock. */
export async function hasTimelockRole(
  reader: Reader,
  timelock: Address,
  role: TimelockRole,
  account: Address,
): Promise<boolean> {
  if ((await reader.getCode({ address: timelock })) === undefined) return false;
  return reader.readContract({
    address: timelock,
    abi: timelockControllerAbi,
    functionName: "hasRole",
    args: [TIMELOCK_ROLES[role], account],
  });
}

/** The role that opens a function now, as its id. */
export async function functionRole(reader: Reader, manager: Address, target: Address, selector: Hex): Promise<bigint> {
  return reader.readContract({
    address: manager,
    abi: accessManagerAbi,
    functionName: "getTargetFunctionRole",
    args: [target, selector],
  });
}

function openFunction(reader: Reader, plan: DeploymentPlan, row: FunctionRole): Action {
  const manager = plan.addresses.AccessManager;
  const target = addressOf(plan.addresses, row.contract);
  const selector = selectorOf(plan.artifacts.get(row.contract)?.abi ?? [], row.contract, row.function);
  return {
    label: `open ${row.contract}.${row.function} to ${row.role}`,
    isDone: async () =>
      (await reader.getCode({ address: manager })) !== undefined &&
      (await functionRole(reader, manager, target, selector)) === ROLE_IDS[row.role],
    to: manager,
    data: encodeFunctionData({
      abi: accessManagerAbi,
      functionName: "setTargetFunctionRole",
      args: [target, [selector], ROLE_IDS[row.role]],
    }),
  };
}

/** A function whose decisions do not wait longest, and the number of their class. */
interface ClassRow {
  readonly target: Address;
  readonly selector: Hex;
  readonly decisionClass: number;
}

function classRows(plan: DeploymentPlan): readonly ClassRow[] {
  return DECISION_FUNCTIONS.filter(({ decision }) => decision !== "slashing").map((row) => ({
    target: addressOf(plan.addresses, row.contract),
    selector: selectorOf(plan.artifacts.get(row.contract)?.abi ?? [], row.contract, row.function),
    decisionClass: DECISION_CLASSES.indexOf(row.decision),
  }));
}

async function hasClass(reader: Reader, delays: Address, row: ClassRow): Promise<boolean> {
  const actual = await reader.readContract({
    address: delays,
    abi: decisionDelaysAbi,
    functionName: "decisionClassOf",
    args: [row.target, row.selector],
  });
  return actual === row.decisionClass;
}

function classifyDecisions(reader: Reader, plan: DeploymentPlan): Action {
  const delays = plan.addresses.DecisionDelays;
  const rows = classRows(plan);
  return {
    label: "say which decisions wait less than the longest",
    isDone: async () => {
      if ((await reader.getCode({ address: delays })) === undefined) return false;
      const done = await Promise.all(rows.map((row) => hasClass(reader, delays, row)));
      return done.every(Boolean);
    },
    to: delays,
    data: encodeFunctionData({ abi: decisionDelaysAbi, functionName: "setDecisionClasses", args: [rows] }),
  };
}

function grantAccess(reader: Reader, plan: DeploymentPlan, role: RoleName, holder: ContractName): Action {
  const manager = plan.addresses.AccessManager;
  const account = plan.addresses[holder];
  return {
    label: `grant ${role} to ${holder}`,
    isDone: () => hasAccessRole(reader, manager, role, account),
    to: manager,
    data: encodeFunctionData({
      abi: accessManagerAbi,
      functionName: "grantRole",
      args: [ROLE_IDS[role], account, 0],
    }),
  };
}

function grantTimelock(reader: Reader, plan: DeploymentPlan, role: TimelockRole): Action {
  const { TimelockController: timelock, OPGGovernor: governor } = plan.addresses;
  return {
    label: `make OPGGovernor ${role} of the timelock`,
    isDone: () => hasTimelockRole(reader, timelock, role, governor),
    to: timelock,
    data: encodeFunctionData({
      abi: timelockControllerAbi,
      functionName: "grantRole",
      args: [TIMELOCK_ROLES[role], governor],
    }),
  };
}

function renounce(reader: Reader, plan: DeploymentPlan, deployer: Address): Action[] {
  const { TimelockController: timelock, AccessManager: manager } = plan.addresses;
  const exists = async (address: Address): Promise<boolean> => (await reader.getCode({ address })) !== undefined;
  return [
    {
      label: "renounce the deployer's admin role of the timelock",
      isDone: async () =>
        (await exists(timelock)) && !(await hasTimelockRole(reader, timelock, "DEFAULT_ADMIN", deployer)),
      to: timelock,
      data: encodeFunctionData({
        abi: timelockControllerAbi,
        functionName: "renounceRole",
        args: [TIMELOCK_ROLES.DEFAULT_ADMIN, deployer],
      }),
    },
    {
      label: "renounce the deployer's admin role of the AccessManager",
      isDone: async () => (await exists(manager)) && !(await hasAccessRole(reader, manager, "ADMIN", deployer)),
      to: manager,
      data: encodeFunctionData({
        abi: accessManagerAbi,
        functionName: "renounceRole",
        args: [ROLE_IDS.ADMIN, deployer],
      }),
    },
  ];
}

/** Every change of roles after the contracts exist, in the order in which it must happen. */
export function roleActions(reader: Reader, plan: DeploymentPlan, deployer: Address): readonly Action[] {
  const roles = (Object.keys(ROLE_HOLDERS) as RoleName[]).filter((role) => role !== "ADMIN");
  return [
    ...FUNCTION_ROLES.map((row) => openFunction(reader, plan, row)),
    ...roles.flatMap((role) => ROLE_HOLDERS[role].map((holder) => grantAccess(reader, plan, role, holder))),
    classifyDecisions(reader, plan),
    grantTimelock(reader, plan, "PROPOSER"),
    grantTimelock(reader, plan, "CANCELLER"),
    grantAccess(reader, plan, "ADMIN", "TimelockController"),
    ...renounce(reader, plan, deployer),
  ];
}
