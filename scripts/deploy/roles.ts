import type { ContractName, SystemName } from "./contracts.ts";

/** The role ids of the AccessManager; the same numbers as contracts/libraries/Roles.sol. */
export const ROLE_IDS = {
  ADMIN: 0n,
  GUARDIAN: 1n,
  SLASHER: 2n,
  PIPE: 3n,
  POLICY: 4n,
  MODEL_HUB: 5n,
  ADJUDICATOR: 6n,
  JURY: 7n,
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
  { contract: "Holds", function: "hold", role: "SLASHER" },
  { contract: "Holds", function: "releaseHold", role: "SLASHER" },
  { contract: "Operators", function: "jail", role: "SLASHER" },
  { contract: "Penalties", function: "punish", role: "ADJUDICATOR" },
  { contract: "Penalties", function: "admit", role: "ADJUDICATOR" },
  { contract: "Penalties", function: "release", role: "ADJUDICATOR" },
  { contract: "Penalties", function: "punishByVerdict", role: "JURY" },
  { contract: "Penalties", function: "admitDispute", role: "JURY" },
  { contract: "Penalties", function: "releaseDispute", role: "JURY" },
  { contract: "HardwarePolicy", function: "suspendProfile", role: "GUARDIAN" },
  { contract: "HardwarePolicy", function: "deprecateProfile", role: "GUARDIAN" },
  { contract: "HardwarePolicy", function: "revokeRelease", role: "GUARDIAN" },
  { contract: "HardwarePolicy", function: "deprecateRelease", role: "GUARDIAN" },
  { contract: "EnclaveRegistry", function: "revokeEnclave", role: "GUARDIAN" },
  { contract: "HostingBonds", function: "collect", role: "MODEL_HUB" },
  { contract: "HostingBonds", function: "release", role: "MODEL_HUB" },
  { contract: "EnclaveRegistry", function: "deny", role: "GUARDIAN" },
  { contract: "EnclaveRegistry", function: "freezeVerifier", role: "GUARDIAN" },
  { contract: "EnclaveRegistry", function: "raiseMinimumTcbEvaluation", role: "GUARDIAN" },
  { contract: "EnclaveRegistry", function: "pauseRegistrations", role: "GUARDIAN" },
  { contract: "NitroCertificates", function: "revokeCertificate", role: "GUARDIAN" },
  { contract: "SevSnpVerifier", function: "revokeVcek", role: "GUARDIAN" },
  { contract: "EnclaveRegistry", function: "addProfile", role: "POLICY" },
  { contract: "EnclaveRegistry", function: "setProfileTerms", role: "POLICY" },
  { contract: "EnclaveRegistry", function: "setReleaseTerms", role: "POLICY" },
  { contract: "PaymentHub", function: "chargeCall", role: "PIPE" },
  { contract: "PaymentHub", function: "pauseCharges", role: "GUARDIAN" },
];

/** Who holds a role: a contract of the system, or an account named in the parameters. */
export type RoleHolder = ContractName | "guardian";

/** The holders of every role after a deployment; nobody else holds any. */
export const ROLE_HOLDERS: Readonly<Record<RoleName, RoleHolder>> = {
  GUARDIAN: "guardian",
  SLASHER: "Penalties",
  PIPE: "PipeEngine",
  POLICY: "HardwarePolicy",
  MODEL_HUB: "ModelHub",
  ADJUDICATOR: "Settlement",
  // Until there is a jury, a vote of all stakers is one.
  JURY: "TimelockController",
  ADMIN: "TimelockController",
};
