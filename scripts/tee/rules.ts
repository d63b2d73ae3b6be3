/** What evidence must satisfy besides being genuine, in the order of `IEnclaveRegistry.AdmissionRule`. */
export const ADMISSION_RULES = [
  "registrations are open",
  "the verifier is not frozen",
  "the operator is registered",
  "the operator is not denied",
  "the operator has staked enough for the profile",
  "the profile is accepted",
  "the technology is the profile's",
  "the enclave is not in debug mode",
  "the platform's class is listed by the profile",
  "the platform's class is not denied",
  "the machine is not denied",
  "certificates and collateral are fresh",
  "the TCB status is accepted by the profile",
  "an out-of-date TCB level is within the profile's grace",
  "the collateral's evaluation number is recent enough",
  "every part of an SNP TCB is recent enough",
  "the code is an accepted release",
  "the release is for this profile and a role of it",
  "accelerators are bound as the profile says",
  "the challenge is the hash of a recent block",
  "the report data binds key, operator, registry and challenge",
  "NVIDIA vouches for the accelerators, if the profile asks for it",
] as const;

/** The bit of the rule about NVIDIA's token, the last one. */
export const ATTESTED_BIT = 1n << BigInt(ADMISSION_RULES.length - 1);

/** What a registered enclave must satisfy to count, in the order of `IEnclaveRegistry.UseRule`. */
export const USE_RULES = [
  "the enclave is registered",
  "it is not revoked",
  "it is in force at that time",
  "its attestation has not expired",
  "it has shown signs of life",
  "its profile is accepted, or the work is from before its compromise",
  "its profile was not interrupted since its registration",
  "its profile has not ended",
  "its profile serves the roles",
  "its release is accepted, or the work is from before its compromise",
  "its release was not interrupted since its registration",
  "its release has begun",
  "its release has not ended",
  "its release is for its profile",
  "its release serves the roles",
  "its operator is active in the roles",
] as const;

/** A rule and whether it holds. */
export interface JudgedRule {
  readonly rule: string;
  readonly holds: boolean;
}

/** Every rule with its verdict. @param failed the set of broken rules, bit by number */
export function judge(rules: readonly string[], failed: bigint): readonly JudgedRule[] {
  return rules.map((rule, bit) => ({ rule, holds: (failed & (1n << BigInt(bit))) === 0n }));
}

/** Rules as lines for people. */
export function ruleLines(judged: readonly JudgedRule[]): readonly string[] {
  return judged.map(({ rule, holds }) => `${holds ? "pass" : "FAIL"}  ${rule}`);
}
