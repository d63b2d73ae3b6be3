import { readFile } from "node:fs/promises";
import { BaseError, encodeFunctionData, keccak256, zeroAddress, type Address } from "viem";

import { enclaveRegistryAbi } from "../../sdk/src/abi/EnclaveRegistry.ts";
import { gpuAttestationsAbi } from "../../sdk/src/abi/GpuAttestations.ts";
import { hardwarePolicyAbi } from "../../sdk/src/abi/HardwarePolicy.ts";
import { describeFailure } from "../../sdk/src/revert.ts";
import {
  nrasArguments,
  NrasTokenError,
  nrasNonce,
  readDetachedEat,
  type NrasTokens,
} from "../../sdk/src/tee/nras/token.ts";
import type { PreparedCall } from "../gov/send.ts";
import type { Reader } from "../lib/clients.ts";
import { UserError } from "../lib/user-error.ts";
import type { Registration } from "./registration.ts";

/** Where registrations and tokens go. */
export interface RegistryView {
  readonly publicClient: Reader;
  readonly addresses: { readonly EnclaveRegistry: Address; readonly HardwarePolicy: Address };
}

/** The transaction that brings a token for a registration. */
export interface GpuTokenStep {
  readonly call: PreparedCall;
  /** Whether the chain has the token already, under this profile's policy. */
  readonly present: boolean;
  /** Whether NVIDIA was asked with what the registration demands. */
  readonly fits: boolean;
}

/**
 * Reads a file of NVIDIA's tokens (a detached EAT).
 *
 * @throws UserError when it is none
 */
export async function readGpuToken(file: string): Promise<NrasTokens> {
  try {
    return readDetachedEat(await readFile(file, "utf8"));
  } catch (error) {
    if (error instanceof NrasTokenError) {
      throw new UserError(`${file}: not a token of NVIDIA's as its tools write it (${error.message}).`);
    }
    throw new UserError(`${file}: not readable (${error instanceof Error ? error.message : String(error)}).`);
  }
}

/**
 * Prepares the bringing of a token, under the policy of the registration's profile.
 *
 * @throws UserError when the registration is bound to another token, or the registry takes none
 */
export async function prepareGpuToken(
  { publicClient, addresses }: RegistryView,
  registration: Registration,
  tokens: NrasTokens,
): Promise<GpuTokenStep> {
  const [token, devices] = nrasArguments(tokens);
  const digest = keccak256(token);
  if (digest !== registration.gpuEvidenceDigest) {
    throw new UserError(
      `The evidence binds the token ${registration.gpuEvidenceDigest}, the file has ${digest}; bring the one it was made with.`,
    );
  }
  const registry = { address: addresses.EnclaveRegistry, abi: enclaveRegistryAbi } as const;
  const target = await publicClient.readContract({ ...registry, functionName: "gpuAttestations" });
  if (target === zeroAddress) throw new UserError("This registry takes no tokens; only a vote can change that.");
  const gpus = { address: target, abi: gpuAttestationsAbi } as const;
  const [profile] = await publicClient.readContract({
    address: addresses.HardwarePolicy,
    abi: hardwarePolicyAbi,
    functionName: "profileOf",
    args: [registration.profileId],
  });
  const policy = {
    architecture: profile.gpuArchitecture,
    mode: profile.gpuMode,
    boards: profile.gpuBoards,
    minimumDriver: profile.minimumGpuDriver,
  };
  const kept = await publicClient.readContract({
    ...gpus,
    functionName: "attestationOf",
    args: [digest, registration.gpuPolicyHash],
  });
  const nonce = await publicClient.readContract({
    ...gpus,
    functionName: "nonceOf",
    args: [registry.address, registration],
  });
  const data = encodeFunctionData({ ...gpus, functionName: "bring", args: [policy, token, devices] });
  const lines = [`Bring NVIDIA's token ${digest} about ${devices.length} accelerators.`];
  return { call: { to: target, data, lines }, present: kept.issuedAt !== 0n, fits: nrasNonce(tokens) === nonce };
}

/**
 * Whether a token would let its registration through, once it is brought.
 *
 * @throws UserError with the contract's reason when it would not take the token
 */
export async function wouldAttest(
  view: RegistryView,
  registration: Registration,
  tokens: NrasTokens,
): Promise<boolean> {
  const { call, present, fits } = await prepareGpuToken(view, registration, tokens);
  // What is there already was judged with the other rules.
  if (present) return false;
  try {
    // A call and not an estimate of gas, for which a node verifies the token many times.
    await view.publicClient.call({ account: registration.operator, to: call.to, data: call.data });
  } catch (error) {
    if (error instanceof BaseError) throw new UserError(`The token is refused: ${describeFailure(error)}`);
    throw error;
  }
  return fits;
}
