import { encodeFunctionData, type Hex } from "viem";

import { hardwarePolicyAbi } from "../../sdk/src/abi/HardwarePolicy.ts";
import type { NrasTokens } from "../../sdk/src/tee/nras/token.ts";
import { PROFILE_STATUSES } from "../gov/profiles.ts";
import { chainTime, type GovernanceView } from "../gov/proposals.ts";
import { RELEASE_STATUSES } from "../gov/releases.ts";
import type { PreparedCall } from "../gov/send.ts";
import { moment, printable } from "../gov/words.ts";
import { wouldAttest, type RegistryView } from "./gpu-token.ts";
import { assess, registerCall, type SignedRegistration } from "./registration.ts";
import { ADMISSION_RULES, ATTESTED_BIT, judge, ruleLines, type JudgedRule } from "./rules.ts";

/** What can be taken away: a profile by its id, a release by its measurement. */
export type Removable = "profile" | "release";

/**
 * Every admission rule with its verdict on a registration.
 *
 * @param tokens NVIDIA's, if they are to be brought before it: the verdict is that of afterwards
 * @throws when the evidence is not genuine, or the token would not be taken
 */
export async function judgeRegistration(
  view: RegistryView,
  { registration, evidence }: SignedRegistration,
  tokens?: NrasTokens,
): Promise<readonly JudgedRule[]> {
  const { failedRules } = await assess(view.publicClient, view.addresses.EnclaveRegistry, registration, evidence);
  const asked = tokens !== undefined && (failedRules & ATTESTED_BIT) !== 0n;
  const attests = asked && (await wouldAttest(view, registration, tokens));
  return judge(ADMISSION_RULES, attests ? failedRules ^ ATTESTED_BIT : failedRules);
}

/** Prepares the registration of an enclave, with every rule's verdict. */
export async function prepareRegistration(view: GovernanceView, file: SignedRegistration): Promise<PreparedCall> {
  const { signer, operator, profileId } = file.registration;
  return {
    to: view.addresses.EnclaveRegistry,
    data: registerCall(file),
    lines: [
      `Register the enclave ${signer} for ${operator} under profile ${profileId}.`,
      ...ruleLines(await judgeRegistration(view, file)),
    ],
  };
}

/**
 * Prepares the removal of a profile (suspended) or a release (revoked for ever), for the guardian.
 *
 * @param since Unix seconds from which work does not count; undefined is one hour ago, the longest life of a receipt
 */
export async function prepareRemoval(
  view: GovernanceView,
  what: Removable,
  id: Hex,
  since: bigint | undefined,
  reason: string,
): Promise<PreparedCall> {
  const now = await chainTime(view);
  const from = Number(since ?? now - 3_600n);
  const [status, name] = await readStatus(view, what, id);
  const act = what === "profile" ? "Suspend the profile" : "Revoke for ever the release";
  return {
    to: view.addresses.HardwarePolicy,
    data:
      what === "profile"
        ? encodeFunctionData({ abi: hardwarePolicyAbi, functionName: "suspendProfile", args: [id, from, reason] })
        : encodeFunctionData({ abi: hardwarePolicyAbi, functionName: "revokeRelease", args: [id, from, reason] }),
    lines: [
      `${act} ${printable(name)} ${id} (${status} → ${what === "profile" ? "suspended" : "revoked"}).`,
      `Work dated ${moment(BigInt(from), now)} and later does not count. Reason: ${printable(reason)}`,
    ],
  };
}

/** Prepares the announcement of an end, for the guardian. @param at Unix seconds */
export async function prepareDeprecation(
  view: GovernanceView,
  what: Removable,
  id: Hex,
  at: bigint,
): Promise<PreparedCall> {
  const now = await chainTime(view);
  const [status, name] = await readStatus(view, what, id);
  return {
    to: view.addresses.HardwarePolicy,
    data: encodeFunctionData({
      abi: hardwarePolicyAbi,
      functionName: what === "profile" ? "deprecateProfile" : "deprecateRelease",
      args: [id, Number(at)],
    }),
    lines: [
      `Announce the end of the ${what} ${printable(name)} ${id} (${status}).`,
      `Work dated before ${moment(at, now)} still counts for a day after it.`,
    ],
  };
}

async function readStatus(
  { publicClient, addresses }: GovernanceView,
  what: Removable,
  id: Hex,
): Promise<readonly [status: string, name: string]> {
  const policy = { address: addresses.HardwarePolicy, abi: hardwarePolicyAbi } as const;
  if (what === "profile") {
    const [profile, status] = await publicClient.readContract({ ...policy, functionName: "profileOf", args: [id] });
    return [PROFILE_STATUSES[status] ?? "?", profile.name];
  }
  const [release, terms] = await publicClient.readContract({ ...policy, functionName: "releaseOf", args: [id] });
  return [RELEASE_STATUSES[terms.status] ?? "?", `${release.name} ${release.version}`.trim()];
}
