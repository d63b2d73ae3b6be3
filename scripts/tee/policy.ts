import type { Hex } from "viem";

import { enclaveRegistryAbi } from "../../sdk/src/abi/EnclaveRegistry.ts";
import { hardwarePolicyAbi } from "../../sdk/src/abi/HardwarePolicy.ts";
import { CPU_TEES, PROFILE_STATUSES } from "../gov/profiles.ts";
import type { GovernanceView } from "../gov/proposals.ts";
import { RELEASE_STATUSES } from "../gov/releases.ts";

/** A profile as it stands. */
export interface ProfileState {
  readonly profileId: Hex;
  readonly name: string;
  readonly status: string;
  /** Unix seconds; 0 is no end. */
  readonly sunset: number;
  /** Unix seconds; 0 is never. */
  readonly compromisedSince: number;
}

/** A release as it stands. */
export interface ReleaseState {
  readonly measurementId: Hex;
  readonly name: string;
  readonly version: string;
  readonly status: string;
  readonly sunset: number;
  readonly compromisedSince: number;
}

/** A verifier as it stands. */
export interface VerifierState {
  readonly verifierId: number;
  readonly technology: string;
  readonly target: string;
  readonly frozen: boolean;
}

/** Everything that is accepted and refused now. */
export interface PolicyState {
  readonly policyVersion: bigint;
  readonly registrationsPaused: boolean;
  readonly profiles: readonly ProfileState[];
  readonly releases: readonly ReleaseState[];
  readonly verifiers: readonly VerifierState[];
}

/** Reads what is accepted now. */
export async function readPolicy(view: GovernanceView): Promise<PolicyState> {
  const { publicClient, addresses } = view;
  const registry = { address: addresses.EnclaveRegistry, abi: enclaveRegistryAbi } as const;
  const [policyVersion, registrationsPaused, verifierCount] = await Promise.all([
    publicClient.readContract({ ...registry, functionName: "policyVersion" }),
    publicClient.readContract({ ...registry, functionName: "registrationsPaused" }),
    publicClient.readContract({ ...registry, functionName: "verifierCount" }),
  ]);
  const verifiers: VerifierState[] = [];
  for (let id = 0n; id < verifierCount; id++) {
    const { kind, target, frozen } = await publicClient.readContract({
      ...registry,
      functionName: "verifierAt",
      args: [id],
    });
    verifiers.push({ verifierId: Number(id), technology: CPU_TEES[kind] ?? "?", target, frozen });
  }
  const [profiles, releases] = [await readProfileStates(view), await readReleaseStates(view)];
  return { policyVersion, registrationsPaused, profiles, releases, verifiers };
}

async function readProfileStates({ publicClient, addresses }: GovernanceView): Promise<readonly ProfileState[]> {
  const policy = { address: addresses.HardwarePolicy, abi: hardwarePolicyAbi } as const;
  const count = await publicClient.readContract({ ...policy, functionName: "profileCount" });
  const states: ProfileState[] = [];
  for (let index = 0n; index < count; index++) {
    const profileId = await publicClient.readContract({ ...policy, functionName: "profileIdAt", args: [index] });
    const [profile] = await publicClient.readContract({ ...policy, functionName: "profileOf", args: [profileId] });
    const terms = await publicClient.readContract({ ...policy, functionName: "termsOf", args: [profileId] });
    const { sunset, compromisedSince } = terms;
    const status = PROFILE_STATUSES[terms.status] ?? "?";
    states.push({ profileId, name: profile.name, status, sunset, compromisedSince });
  }
  return states;
}

async function readReleaseStates({ publicClient, addresses }: GovernanceView): Promise<readonly ReleaseState[]> {
  const policy = { address: addresses.HardwarePolicy, abi: hardwarePolicyAbi } as const;
  const count = await publicClient.readContract({ ...policy, functionName: "releaseCount" });
  const states: ReleaseState[] = [];
  for (let index = 0n; index < count; index++) {
    const measurementId = await publicClient.readContract({ ...policy, functionName: "measurementAt", args: [index] });
    const [release, terms] = await publicClient.readContract({
      ...policy,
      functionName: "releaseOf",
      args: [measurementId],
    });
    const { name, version } = release;
    const { sunset, compromisedSince } = terms;
    states.push({
      measurementId,
      name,
      version,
      status: RELEASE_STATUSES[terms.status] ?? "?",
      sunset,
      compromisedSince,
    });
  }
  return states;
}
