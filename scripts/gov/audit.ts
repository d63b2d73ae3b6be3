import { decisionDelaysAbi } from "../../sdk/src/abi/DecisionDelays.ts";
import { timelockControllerAbi } from "../../sdk/src/abi/TimelockController.ts";
import type { SystemName } from "../deploy/contracts.ts";
import {
  DECISION_CLASSES,
  DECISION_FUNCTIONS,
  FUNCTION_ROLES,
  ROLE_HOLDERS,
  ROLE_IDS,
  type DecisionClass,
  type RoleName,
} from "../deploy/roles.ts";
import { roleProblem, verifyRoles } from "../deploy/verify/roles.ts";
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
  const tables = { abiOf, deployer: undefined, fromBlock: undefined };
  const findings = await verifyRoles({ reader: publicClient, addresses, ...tables });
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
    problems: findings.filter(({ ok }) => !ok).map(roleProblem),
  };
}
