import { isAddressEqual, type Address } from "viem";

import { enclaveRegistryAbi } from "../../sdk/src/abi/EnclaveRegistry.ts";
import type { ArtifactSource } from "../deploy/artifacts.ts";
import { EVIDENCE_VERIFIERS } from "../deploy/contracts.ts";
import { create2Call, requireDeploymentProxy } from "../deploy/create2.ts";
import type { Parameters } from "../deploy/parameters.ts";
import { codeOf, planContract, type PlannedContract } from "../deploy/plan.ts";
import { UserError } from "../lib/user-error.ts";
import { verifierDraft } from "./drafts.ts";
import type { GovernanceView } from "./proposals.ts";
import { prepareProposal } from "./propose.ts";
import type { PreparedCall } from "./send.ts";

/** What an upgrade is made from. */
export interface UpgradeSources {
  readonly parameters: Parameters;
  readonly artifacts: ArtifactSource;
}

/** The next step of an upgrade. */
export interface UpgradeStep {
  /** `deploy`: the contract is not there yet. `propose`: it is, and a vote has to admit it. */
  readonly step: "deploy" | "propose";
  readonly verifier: Address;
  readonly call: PreparedCall;
}

/**
 * Prepares the next step that brings a verifier as it is compiled now to a deployed system: first its contract, at the
 * address that its code gives, then the proposal to admit it.
 *
 * @param name   the contract
 * @param source where the reasons are, for the proposal
 * @throws UserError for a name that is no verifier, and when the chain has what the sources say
 */
export async function nextUpgradeStep(
  view: GovernanceView,
  sender: Address,
  { parameters, artifacts }: UpgradeSources,
  name: string,
  source: string,
): Promise<UpgradeStep> {
  const known = EVIDENCE_VERIFIERS.find((verifier) => verifier === name);
  if (known === undefined)
    throw new UserError(`"${name}" verifies no evidence. Verifiers: ${EVIDENCE_VERIFIERS.join(", ")}.`);
  // It rests on the certificates and the collateral that are on the chain already.
  const context = { parameters, deployer: sender, at: (other: keyof typeof view.addresses) => view.addresses[other] };
  const contract = await planContract(known, context, artifacts);
  const { address: verifier } = contract;
  if (await isAdmitted(view, verifier)) {
    throw new UserError(`${name} is at ${verifier} as its sources say, and is admitted: there is nothing to upgrade.`);
  }
  const code = await codeOf(view.publicClient, contract);
  if (code === undefined) return { step: "deploy", verifier, call: await deployment(view, contract) };
  return {
    step: "propose",
    verifier,
    call: await prepareProposal(view, sender, await verifierDraft(view, verifier, source)),
  };
}

async function isAdmitted({ publicClient, addresses }: GovernanceView, verifier: Address): Promise<boolean> {
  const registry = { address: addresses.EnclaveRegistry, abi: enclaveRegistryAbi } as const;
  const count = await publicClient.readContract({ ...registry, functionName: "verifierCount" });
  for (let id = 0n; id < count; ++id) {
    const { target } = await publicClient.readContract({ ...registry, functionName: "verifierAt", args: [id] });
    if (isAddressEqual(target, verifier)) return true;
  }
  return false;
}

async function deployment(
  { publicClient }: GovernanceView,
  { name, address, initCode }: PlannedContract,
): Promise<PreparedCall> {
  await requireDeploymentProxy(publicClient);
  return {
    ...create2Call(initCode),
    lines: [
      `Deploy ${name} as it is compiled now, to ${address}.`,
      "Nothing rests on it before a vote has admitted it: run the same command again to propose that.",
    ],
  };
}
