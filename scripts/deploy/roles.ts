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
  COURT: 8n,
} as const;

/** The name of a role. */
export type RoleName = keyof typeof ROLE_IDS;

/** Which role opens a function. A restricted function that is not listed is open to ADMIN only. */
export interface FunctionRole {
  readonly contract: SystemName;
  readonly function: string;
  readonly role: Exclude<RoleName, "ADMIN">;
}

/** Every function that a role other than ADMIN opens. */
export const FUNCTION_ROLES: readonly FunctionRole[] = [
  { contract: "Staking", function: "slash", role: "SLASHER" },
  { contract: "Holds", function: "hold", role: "SLASHER" },
  { contract: "Holds", function: "releaseHold", role: "SLASHER" },
  { contract: "Operators", function: "jail", role: "SLASHER" },
  { contract: "Penalties", function: "punish", role: "ADJUDICATOR" },
  { contract: "Penalties", function: "admit", role: "ADJUDICATOR" },
  { contract: "Penalties", function: "release", role: "ADJUDICATOR" },
  { contract: "ValueLocks", function: "lock", role: "ADJUDICATOR" },
  { contract: "ChallengeBonds", function: "post", role: "COURT" },
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
  { contract: "VerifierRegistry", function: "freezeProofSystem", role: "GUARDIAN" },
  { contract: "NitroCertificates", function: "revokeCertificate", role: "GUARDIAN" },
  { contract: "SevSnpVerifier", function: "revokeVcek", role: "GUARDIAN" },
  { contract: "NrasVerifier", function: "withdrawKey", role: "GUARDIAN" },
  { contract: "EnclaveRegistry", function: "addProfile", role: "POLICY" },
  { contract: "EnclaveRegistry", function: "setProfileTerms", role: "POLICY" },
  { contract: "EnclaveRegistry", function: "setReleaseTerms", role: "POLICY" },
  { contract: "PaymentHub", function: "chargeCall", role: "PIPE" },
  { contract: "PaymentHub", function: "pauseCharges", role: "GUARDIAN" },
  { contract: "AnswerDisputes", function: "veto", role: "GUARDIAN" },
];

/**
 * How long a decision that calls a function waits: `ordinary` as the timelock asks of all, `trustRoot` longer, `slashing`
 * longer than unbonding takes. The same order, from the end, as `DecisionClass` in contracts/governance.
 */
export const DECISION_CLASSES = ["slashing", "trustRoot", "ordinary"] as const;

/** The class of a decision. */
export type DecisionClass = (typeof DECISION_CLASSES)[number];

/** A function that votes are held about, and how long the decision waits. */
export interface DecisionFunction {
  readonly contract: SystemName;
  readonly function: string;
  readonly decision: DecisionClass;
}

/**
 * What only a vote can do, because the AccessManager opens it to ADMIN alone. Every restricted function of the system is
 * in this table or in {@link FUNCTION_ROLES}.
 */
export const VOTE_FUNCTIONS: readonly DecisionFunction[] = [
  { contract: "HardwarePolicy", function: "acceptProfile", decision: "ordinary" },
  { contract: "HardwarePolicy", function: "acceptRelease", decision: "ordinary" },
  { contract: "EnclaveRegistry", function: "addVerifier", decision: "trustRoot" },
  { contract: "EnclaveRegistry", function: "setGpuAttestations", decision: "trustRoot" },
  { contract: "NrasVerifier", function: "acceptKey", decision: "trustRoot" },
  { contract: "EnclaveRegistry", function: "allow", decision: "trustRoot" },
  { contract: "EnclaveRegistry", function: "setMinimumTcbEvaluation", decision: "trustRoot" },
  { contract: "EnclaveRegistry", function: "resumeRegistrations", decision: "ordinary" },
  { contract: "VerifierRegistry", function: "addProofSystem", decision: "trustRoot" },
  { contract: "VerifierRegistry", function: "unfreezeProofSystem", decision: "trustRoot" },
  { contract: "TEERegistry", function: "addTEEType", decision: "ordinary" },
  { contract: "TEERegistry", function: "setHeartbeatMaxAge", decision: "ordinary" },
  { contract: "TEEBatchVerifier", function: "setRegistry", decision: "trustRoot" },
  { contract: "Operators", function: "setMinSelfStake", decision: "ordinary" },
  { contract: "ValueLocks", function: "setCover", decision: "ordinary" },
  { contract: "HostingBonds", function: "setBond", decision: "ordinary" },
  { contract: "PaymentHub", function: "setSplit", decision: "ordinary" },
  { contract: "PaymentHub", function: "unpauseCharges", decision: "ordinary" },
  { contract: "Guardian", function: "appoint", decision: "ordinary" },
  { contract: "Penalties", function: "setFaultTerms", decision: "slashing" },
  { contract: "Penalties", function: "setJuryCapacity", decision: "slashing" },
  { contract: "DecisionDelays", function: "setDecisionClasses", decision: "slashing" },
  { contract: "DecisionDelays", function: "setDelays", decision: "slashing" },
];

/** What a vote can call of contracts that the AccessManager does not guard, without waiting longest. */
export const SELF_GUARDED_DECISIONS: readonly DecisionFunction[] = [
  // What the timelock owns, it can pay out: the treasury's budget.
  { contract: "OPG", function: "transfer", decision: "ordinary" },
  // Taking a role away is how a vote stops a contract that misbehaves.
  { contract: "AccessManager", function: "revokeRole", decision: "ordinary" },
  { contract: "AccessManager", function: "labelRole", decision: "ordinary" },
];

/** The functions that decisions call, with their classes; everything else is of the class `slashing`. */
export const DECISION_FUNCTIONS: readonly DecisionFunction[] = [
  ...VOTE_FUNCTIONS,
  // A vote can also take away what the guardian can, and judge what a jury would.
  ...FUNCTION_ROLES.filter(({ role }) => role === "GUARDIAN" || role === "JURY").map(
    ({ contract, function: name }): DecisionFunction => ({ contract, function: name, decision: "ordinary" }),
  ),
  ...SELF_GUARDED_DECISIONS,
];

/** The holders of every role after a deployment; nobody else holds any. */
export const ROLE_HOLDERS: Readonly<Record<RoleName, readonly ContractName[]>> = {
  GUARDIAN: ["Guardian", "TimelockController"],
  SLASHER: ["Penalties"],
  PIPE: ["PipeEngine"],
  POLICY: ["HardwarePolicy"],
  MODEL_HUB: ["ModelHub"],
  ADJUDICATOR: ["Settlement", "AnswerChallenges"],
  // Juries decide about answers (F9); a vote of all stakers decides about misconduct (F10).
  JURY: ["AnswerDisputes", "TimelockController"],
  COURT: ["AnswerChallenges", "AnswerDisputes"],
  ADMIN: ["TimelockController"],
};

/** Functions that a contract opens to few by a rule of its own, without the AccessManager. */
export interface OwnRule {
  readonly contract: SystemName;
  readonly functions: readonly string[];
  /** The only callers; "keeper" is the guardian's keeper. */
  readonly callers: readonly (SystemName | "keeper")[];
  /** The error that everybody else gets. */
  readonly refusal: string;
}

/** Every rule of that kind. Functions in no table are for everybody, on what is his own. */
export const OWN_RULES: readonly OwnRule[] = [
  {
    contract: "AccessManager",
    functions: [
      "grantRole",
      "labelRole",
      "revokeRole",
      "setGrantDelay",
      "setRoleAdmin",
      "setRoleGuardian",
      "setTargetAdminDelay",
      "setTargetClosed",
      "setTargetFunctionRole",
      "updateAuthority",
    ],
    callers: ["TimelockController"],
    refusal: "AccessManagerUnauthorizedAccount",
  },
  {
    contract: "TimelockController",
    functions: ["schedule", "scheduleBatch", "cancel"],
    callers: ["OPGGovernor"],
    refusal: "AccessControlUnauthorizedAccount",
  },
  {
    contract: "TimelockController",
    functions: ["grantRole", "revokeRole"],
    callers: ["TimelockController"],
    refusal: "AccessControlUnauthorizedAccount",
  },
  {
    contract: "TimelockController",
    functions: ["updateDelay"],
    callers: ["TimelockController"],
    refusal: "TimelockUnauthorizedCaller",
  },
  {
    contract: "OPGGovernor",
    functions: [
      "relay",
      "setLateQuorumVoteExtension",
      "setProposalThreshold",
      "setVotingDelay",
      "setVotingPeriod",
      "updateQuorumNumerator",
    ],
    callers: ["TimelockController"],
    refusal: "GovernorOnlyExecutor",
  },
  {
    contract: "Guardian",
    functions: ["act", "cancel", "resign"],
    callers: ["keeper"],
    refusal: "GuardianUnauthorized",
  },
  {
    contract: "Staking",
    functions: ["openPool", "closePool"],
    callers: ["Operators"],
    refusal: "StakingCallerNotOperators",
  },
];
