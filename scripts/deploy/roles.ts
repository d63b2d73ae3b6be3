import type { ContractName, SystemName } from "./contracts.ts";

/** The role ids of the AccessManager; the same numbers as contracts/libraries/Roles.sol. */
export const ROLE_IDS = {
  ADMIN: 0n,
  GUARDIAN: 1n,
  SLASHER: 2n,
  PIPE: 3n,
  TEE_REGISTRAR: 4n,
  ADJUDICATOR: 5n,
  JURY: 6n,
} as const;

/** The name of a role. */
export type RoleName = keyof typeof ROLE_IDS;

/** Which role opens a function. A restricted function that is not listed is open to ADMIN only. */
export interface FunctionRole {
  readonly contract: SystemName;
  readonly function: string;
  readonly role: Exclude<RoleName, "ADMIN">;
}

/** Every function that somebody else than the timelock may call. */
export const FUNCTION_ROLES: readonly FunctionRole[] = [
  { contract: "Staking", function: "slash", role: "SLASHER" },
  { contract: "Staking", function: "hold", role: "SLASHER" },
  { contract: "Staking", function: "releaseHold", role: "SLASHER" },
  { contract: "Operators", function: "jail", role: "SLASHER" },
  { contract: "Penalties", function: "punish", role: "ADJUDICATOR" },
  { contract: "Penalties", function: "admit", role: "ADJUDICATOR" },
  { contract: "Penalties", function: "release", role: "ADJUDICATOR" },
  { contract: "Penalties", function: "punishByVerdict", role: "JURY" },
  { contract: "Penalties", function: "admitDispute", role: "JURY" },
  { contract: "Penalties", function: "releaseDispute", role: "JURY" },
  { contract: "HardwarePolicy", function: "suspendProfile", role: "GUARDIAN" },
  { contract: "EnclaveRegistry", function: "registerEnclave", role: "TEE_REGISTRAR" },
  { contract: "EnclaveRegistry", function: "revokeEnclave", role: "GUARDIAN" },
  { contract: "PaymentHub", function: "chargeCall", role: "PIPE" },
  { contract: "PaymentHub", function: "pauseCharges", role: "GUARDIAN" },
];

/** Who holds a role: a contract of the system, or an account named in the parameters. */
export type RoleHolder = ContractName | "guardian" | "registrar";

/** The holders of every role after a deployment; nobody else holds any. */
export const ROLE_HOLDERS: Readonly<Record<RoleName, RoleHolder>> = {
  GUARDIAN: "guardian",
  SLASHER: "Penalties",
  PIPE: "PipeEngine",
  TEE_REGISTRAR: "registrar",
  ADJUDICATOR: "Settlement",
  // Until there is a jury, a vote of all stakers is one.
  JURY: "TimelockController",
  ADMIN: "TimelockController",
};
