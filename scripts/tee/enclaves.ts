import type { Address, Hex } from "viem";

import { enclaveRegistryAbi } from "../../sdk/src/abi/EnclaveRegistry.ts";
import { hardwarePolicyAbi } from "../../sdk/src/abi/HardwarePolicy.ts";
import { GPU_ASSURANCES } from "../gov/profiles.ts";
import type { GovernanceView } from "../gov/proposals.ts";
import { inRanges } from "../hub/blocks.ts";
import type { RegistryView } from "./gpu-token.ts";
import { judge, USE_RULES, type JudgedRule } from "./rules.ts";

/** Where enclaves and their history are read. */
export interface EnclaveView extends GovernanceView {
  /** The block of the registry's deployment, or an earlier one: where its events begin. */
  readonly firstBlock: bigint;
}

/** An enclave as its last registration said and as it stands now. */
export interface ListedEnclave {
  readonly enclaveId: Hex;
  readonly operator: Address;
  readonly profileId: Hex;
  readonly measurementId: Hex;
  readonly platformId: Hex;
  readonly platformClass: Hex;
  /** Unix seconds. */
  readonly validUntil: number;
  /** Unix seconds. */
  readonly lastSeen: number;
  readonly revoked: boolean;
  /** Whether it may serve the roles that were asked for, now. */
  readonly serving: boolean;
}

/**
 * Every enclave that was ever registered, oldest first.
 *
 * @param roles the set of roles that "serving" is about
 */
export async function listEnclaves(view: EnclaveView, roles: number): Promise<readonly ListedEnclave[]> {
  const registry = { address: view.addresses.EnclaveRegistry, abi: enclaveRegistryAbi } as const;
  const events = await inRanges(view, (range) =>
    view.publicClient.getContractEvents({ ...registry, eventName: "EnclaveRegistered", strict: true, ...range }),
  );
  const latest = new Map(events.map((event) => [event.args.enclaveId, event.args]));
  const { timestamp } = await view.publicClient.getBlock();
  const listed: ListedEnclave[] = [];
  for (const [enclaveId, { platformId, platformClass }] of latest) {
    const enclave = await view.publicClient.readContract({ ...registry, functionName: "enclaveOf", args: [enclaveId] });
    const serving = await view.publicClient.readContract({
      ...registry,
      functionName: "isServing",
      args: [enclaveId, roles, timestamp],
    });
    const { operator, profileId, measurementId, validUntil, lastSeen, revoked } = enclave;
    listed.push({
      enclaveId,
      operator,
      profileId,
      measurementId,
      platformId,
      platformClass,
      validUntil,
      lastSeen,
      revoked,
      serving,
    });
  }
  return listed;
}

/** Why an enclave may or may not serve `roles` at `at` (Unix seconds): every rule with its verdict. */
export async function explainEnclave(
  { publicClient, addresses }: GovernanceView,
  enclaveId: Hex,
  roles: number,
  at: bigint,
): Promise<readonly JudgedRule[]> {
  const failed = await publicClient.readContract({
    address: addresses.EnclaveRegistry,
    abi: enclaveRegistryAbi,
    functionName: "failedUseRules",
    args: [enclaveId, roles, at],
  });
  // An unknown enclave is judged by the first rule alone: the others would speak of nothing.
  return failed === 1n ? judge(USE_RULES.slice(0, 1), failed) : judge(USE_RULES, failed);
}

/** Whose word an enclave's accelerators rest on; undefined if its profile has none. */
export async function acceleratorAssurance(
  { publicClient, addresses }: RegistryView,
  enclaveId: Hex,
): Promise<(typeof GPU_ASSURANCES)[number] | undefined> {
  const { profileId } = await publicClient.readContract({
    address: addresses.EnclaveRegistry,
    abi: enclaveRegistryAbi,
    functionName: "enclaveOf",
    args: [enclaveId],
  });
  const [profile] = await publicClient.readContract({
    address: addresses.HardwarePolicy,
    abi: hardwarePolicyAbi,
    functionName: "profileOf",
    args: [profileId],
  });
  return profile.gpuArchitecture === 0 ? undefined : GPU_ASSURANCES[profile.gpuAssurance];
}
