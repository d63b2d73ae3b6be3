import { toFunctionSelector, type AbiFunction, type Hex } from "viem";

import { accessManagerAbi } from "../../sdk/src/abi/AccessManager.ts";
import { decisionDelaysAbi } from "../../sdk/src/abi/DecisionDelays.ts";
import { timelockControllerAbi } from "../../sdk/src/abi/TimelockController.ts";
import { addressOf, type SystemName } from "../deploy/contracts.ts";
import {
  DECISION_CLASSES,
  DECISION_FUNCTIONS,
  FUNCTION_ROLES,
  ROLE_HOLDERS,
  ROLE_IDS,
  type DecisionClass,
  type RoleName,
} from "../deploy/roles.ts";
import { abiOf } from "./abis.ts";
import { readGuardian, type GuardianTerm } from "./guardian.ts";
import { chainTime, type GovernanceView } from "./proposals.ts";
import { duration, moment } from "./words.ts";

/** What the tables say, read again from the chain. */
export interface RolesAudit {
  readonly roles: readonly {
    readonly role: RoleName;
    readonly holders: readonly string[];
    readonly functions: readonly string[];
  }[];
  readonly delays: readonly {
    readonly decision: DecisionClass;
    readonly waits: string;
    readonly functions: readonly string[];
  }[];
  readonly guardian: GuardianTerm & { readonly sentence: string };
  /** What differs, one sentence each; empty when everything is as the tables say. */
  readonly problems: readonly string[];
}

function selectorOf(contract: SystemName, name: string): Hex {
  const item = abiOf(contract).find((entry): entry is AbiFunction => entry.type === "function" && entry.name === name);
  if (item === undefined) throw new Error(`${contract} has no function ${name}`);
  return toFunctionSelector(item);
}

async function findProblems({ publicClient, addresses }: GovernanceView): Promise<readonly string[]> {
  const problems: string[] = [];
  const manager = { address: addresses.AccessManager, abi: accessManagerAbi } as const;
  for (const role of Object.keys(ROLE_IDS) as RoleName[]) {
    for (const holder of ROLE_HOLDERS[role]) {
      const args = [ROLE_IDS[role], addresses[holder]] as const;
      const [isMember] = await publicClient.readContract({ ...manager, functionName: "hasRole", args });
      if (!isMember) problems.push(`${holder} does not hold ${role}`);
    }
  }
  for (const { contract, function: name, role } of FUNCTION_ROLES) {
    const args = [addressOf(addresses, contract), selectorOf(contract, name)] as const;
    const actual = await publicClient.readContract({ ...manager, functionName: "getTargetFunctionRole", args });
    if (actual !== ROLE_IDS[role]) problems.push(`${contract}.${name} is open to role ${actual}, not to ${role}`);
  }
  for (const { contract, function: name, decision } of DECISION_FUNCTIONS) {
    const actual = await publicClient.readContract({
      address: addresses.DecisionDelays,
      abi: decisionDelaysAbi,
      functionName: "decisionClassOf",
      args: [addressOf(addresses, contract), selectorOf(contract, name)],
    });
    if (DECISION_CLASSES[actual] !== decision)
      problems.push(`decisions that call ${contract}.${name} are not ${decision}`);
  }
  return problems;
}

/** Reads roles, delays and the guardian's term, and compares them with scripts/deploy/roles.ts. */
export async function auditRoles(view: GovernanceView): Promise<RolesAudit> {
  const { publicClient, addresses } = view;
  const delays = { address: addresses.DecisionDelays, abi: decisionDelaysAbi } as const;
  const [ordinary, trustRoot, slashing, guardian, now] = await Promise.all([
    publicClient.readContract({
      address: addresses.TimelockController,
      abi: timelockControllerAbi,
      functionName: "getMinDelay",
    }),
    publicClient.readContract({ ...delays, functionName: "trustRootDelay" }),
    publicClient.readContract({ ...delays, functionName: "slashingDelay" }),
    readGuardian(view),
    chainTime(view),
  ]);
  const seconds = { ordinary, trustRoot: BigInt(trustRoot), slashing: BigInt(slashing) };
  const nameOf = ({ contract, function: name }: { contract: SystemName; function: string }): string =>
    `${contract}.${name}`;
  const term = guardian.expiresAt > now ? "ends" : "ended";
  return {
    roles: (Object.keys(ROLE_IDS) as RoleName[]).map((role) => ({
      role,
      holders: ROLE_HOLDERS[role].map((holder): string => `${holder} ${addresses[holder]}`),
      functions: role === "ADMIN" ? ["everything else"] : FUNCTION_ROLES.filter((row) => row.role === role).map(nameOf),
    })),
    delays: DECISION_CLASSES.map((decision) => ({
      decision,
      waits: duration(seconds[decision]),
      functions: DECISION_FUNCTIONS.filter((row) => row.decision === decision).map(nameOf),
    })),
    guardian: {
      ...guardian,
      sentence: `The guardian's keeper is ${guardian.keeper}; the term ${term} ${moment(guardian.expiresAt, now)}.`,
    },
    problems: await findProblems(view),
  };
}
