import { encodeFunctionData, isAddressEqual, zeroAddress, type Address } from "viem";

import { hostingBondsAbi } from "../../sdk/src/abi/HostingBonds.ts";
import { modelHubAbi } from "../../sdk/src/abi/ModelHub.ts";
import type { PreparedCall } from "../gov/send.ts";
import { duration, moment, opg, printable } from "../gov/words.ts";
import { UserError } from "../lib/user-error.ts";
import { MODES, type ModeName, type Rates } from "./modes.ts";
import { hubOf, readRelease, readRepository, resolveRelease, type Release, type Repository } from "./read.ts";
import type { HubReader } from "./view.ts";
import { ratesText } from "./words.ts";

/** A repository by its name, for its owner. @throws UserError when it belongs to somebody else */
async function ownRepository(view: HubReader, sender: Address, name: string): Promise<Repository> {
  const repository = await readRepository(view, name);
  if (!isAddressEqual(repository.owner, sender)) {
    throw new UserError(`${name} belongs to ${repository.owner}, not to ${sender}.`);
  }
  return repository;
}

/** A release by its name, for its owner or his delegate. @throws UserError when the sender is neither */
async function publishersRelease(view: HubReader, sender: Address, name: string): Promise<Release> {
  const release = await readRelease(view, await resolveRelease(view, name));
  const { owner, delegate } = await readRepository(view, release.repository);
  const allowed = isAddressEqual(owner, sender) || (delegate !== null && isAddressEqual(delegate, sender));
  if (!allowed) throw new UserError(`${release.name} belongs to ${owner}, not to ${sender}.`);
  return release;
}

/**
 * Prepares new rates of a release, or the end of an offer.
 *
 * @param rates null ends the offer
 * @throws UserError when the sender may not set them, or the release has no circuit or is not offered
 */
export async function prepareRates(
  view: HubReader,
  sender: Address,
  name: string,
  mode: ModeName,
  rates: Rates | null,
): Promise<PreparedCall & { readonly release: Release }> {
  const release = await publishersRelease(view, sender, name);
  const offer = release.offers.find((candidate) => candidate.mode === mode && candidate.offered);
  const notice = await view.publicClient.readContract({ ...hubOf(view), functionName: "PRICE_NOTICE" });
  if (rates === null && offer === undefined) throw new UserError(`${release.name} is not offered in ${mode}.`);
  if (mode === "zk" && !release.models.circuits.some(({ keyId }) => BigInt(keyId) !== 0n)) {
    throw new UserError(`${release.name} has no circuit, so it cannot be offered in zk.`);
  }
  if (mode === "onchain" && BigInt(release.models.executorModelId) === 0n) {
    throw new UserError(`${release.name} has no model for the EVM, so it cannot be offered in onchain.`);
  }
  const later = offer !== undefined && (rates === null || rises(offer.rates, rates));
  const before = offer === undefined ? "not offered" : ratesText(offer.rates);
  const after = rates === null ? "not offered" : ratesText(rates);
  const data =
    rates === null
      ? encodeFunctionData({ abi: modelHubAbi, functionName: "removeOffer", args: [release.id, MODES[mode]] })
      : encodeFunctionData({ abi: modelHubAbi, functionName: "setRates", args: [release.id, MODES[mode], rates] });
  return {
    to: view.addresses.ModelHub,
    data,
    lines: [`${release.name}, ${mode}: ${before} → ${after}, ${later ? `in ${duration(notice)}` : "at once"}.`],
    release,
  };
}

/** Whether any rate rises, so that the change takes the notice. */
function rises(from: Rates, to: Rates): boolean {
  return to.perCall > from.perCall || to.perInput > from.perInput || to.perOutput > from.perOutput;
}

/**
 * Prepares the withdrawal of a release from "newest stable", for ever. Exact names go on.
 *
 * @throws UserError when the release belongs to somebody else or is yanked already
 */
export async function prepareYank(
  view: HubReader,
  sender: Address,
  name: string,
  reason: string,
): Promise<PreparedCall & { readonly release: Release }> {
  const release = await readRelease(view, await resolveRelease(view, name));
  await ownRepository(view, sender, release.repository);
  if (release.yanked) throw new UserError(`${release.name} is yanked already.`);
  return {
    to: view.addresses.ModelHub,
    data: encodeFunctionData({ abi: modelHubAbi, functionName: "yankRelease", args: [release.id, reason] }),
    lines: [
      `Yank ${release.name} for ever: ${reason === "" ? "(no reason given)" : printable(reason)}`,
      `  ${release.repository} will never mean it again; who calls ${release.name} is served as before.`,
    ],
    release,
  };
}

/**
 * Prepares the end of a repository, which frees its bond.
 *
 * @throws UserError when it belongs to somebody else or is retired already
 */
export async function prepareRetirement(view: HubReader, sender: Address, name: string): Promise<PreparedCall> {
  const { id, retired } = await ownRepository(view, sender, name);
  if (retired) throw new UserError(`${name} is retired already.`);
  const bonds = { address: view.addresses.HostingBonds, abi: hostingBondsAbi } as const;
  const { amount } = await view.publicClient.readContract({ ...bonds, functionName: "bondOf", args: [id] });
  const delay = await view.publicClient.readContract({ ...bonds, functionName: "REFUND_DELAY" });
  const refund =
    amount === 0n ? "It has no bond." : `Its bond of ${opg(amount)} can be had back in ${duration(delay)}.`;
  return {
    to: view.addresses.ModelHub,
    data: encodeFunctionData({ abi: modelHubAbi, functionName: "retireRepository", args: [id] }),
    lines: [`Retire ${name} for ever: no further releases, calls go on. ${refund}`],
  };
}

/**
 * Prepares the refund of a retired repository's bond, to its last owner.
 *
 * @throws UserError when nothing can be refunded yet
 */
export async function prepareRefund(view: HubReader, now: bigint, name: string): Promise<PreparedCall> {
  const { id } = await readRepository(view, name);
  const bonds = { address: view.addresses.HostingBonds, abi: hostingBondsAbi } as const;
  const read = { ...bonds, functionName: "bondOf", args: [id] } as const;
  const { amount, refundableAt, refundTo } = await view.publicClient.readContract(read);
  if (amount === 0n) throw new UserError(`Nothing is left of a bond of ${name}.`);
  if (refundableAt === 0) throw new UserError(`${name} is not retired; its bond of ${opg(amount)} stays until then.`);
  if (now < BigInt(refundableAt)) {
    throw new UserError(`The bond of ${name} can be had back from ${moment(BigInt(refundableAt), now)} on.`);
  }
  return {
    to: view.addresses.HostingBonds,
    data: encodeFunctionData({ abi: hostingBondsAbi, functionName: "refund", args: [id] }),
    lines: [`Refund the bond of ${name}: ${opg(amount)} to ${refundTo}.`],
  };
}

/**
 * Prepares the naming of a delegate, who may publish, price and deprecate.
 *
 * @param delegate null ends the delegation
 * @throws UserError when the repository belongs to somebody else
 */
export async function prepareDelegate(
  view: HubReader,
  sender: Address,
  name: string,
  delegate: Address | null,
): Promise<PreparedCall> {
  const { id, delegate: former } = await ownRepository(view, sender, name);
  return {
    to: view.addresses.ModelHub,
    data: encodeFunctionData({ abi: modelHubAbi, functionName: "setDelegate", args: [id, delegate ?? zeroAddress] }),
    lines: [`Who publishes ${name} besides its owner: ${former ?? "nobody"} → ${delegate ?? "nobody"}.`],
  };
}

/**
 * Prepares the mark "deprecated", or its removal. Calls go on either way.
 *
 * @throws UserError when the sender may not set it or it is so marked already
 */
export async function prepareDeprecation(
  view: HubReader,
  sender: Address,
  name: string,
  deprecated: boolean,
  reason: string,
): Promise<PreparedCall & { readonly release: Release }> {
  const release = await publishersRelease(view, sender, name);
  if (release.deprecated === deprecated) {
    throw new UserError(`${release.name} is ${deprecated ? "deprecated already" : "not deprecated"}.`);
  }
  return {
    to: view.addresses.ModelHub,
    data: encodeFunctionData({
      abi: modelHubAbi,
      functionName: "setDeprecated",
      args: [release.id, deprecated, reason],
    }),
    lines: [
      deprecated
        ? `Advise against ${release.name}: ${reason === "" ? "(no reason given)" : printable(reason)}`
        : `Take back the advice against ${release.name}.`,
    ],
    release,
  };
}
