import { encodeFunctionData, isAddressEqual, type Address } from "viem";

import { modelHubAbi } from "../../sdk/src/abi/ModelHub.ts";
import type { PreparedCall } from "../gov/send.ts";
import { duration, opg, printable } from "../gov/words.ts";
import { UserError } from "../lib/user-error.ts";
import { MODES, type ModeName } from "./modes.ts";
import { hubOf, readRelease, resolveRelease, type Release } from "./read.ts";
import type { HubReader } from "./view.ts";

/** A release by its name, for its owner. @throws UserError when it belongs to somebody else */
async function ownRelease(view: HubReader, sender: Address, name: string): Promise<Release> {
  const release = await readRelease(view, await resolveRelease(view, name));
  const owner = await view.publicClient.readContract({
    ...hubOf(view),
    functionName: "ownerOf",
    args: [release.repositoryId],
  });
  if (!isAddressEqual(owner, sender)) throw new UserError(`${release.name} belongs to ${owner}, not to ${sender}.`);
  return release;
}

/**
 * Prepares a new price of a release, or the end of an offer.
 *
 * @param price OPG base units per call; null ends the offer
 * @throws UserError when the release belongs to somebody else, has no circuit, or is not offered
 */
export async function preparePrice(
  view: HubReader,
  sender: Address,
  name: string,
  mode: ModeName,
  price: bigint | null,
): Promise<PreparedCall & { readonly release: Release }> {
  const release = await ownRelease(view, sender, name);
  const offer = release.offers.find((candidate) => candidate.mode === mode && candidate.offered);
  const notice = await view.publicClient.readContract({ ...hubOf(view), functionName: "PRICE_NOTICE" });
  if (price === null && offer === undefined) throw new UserError(`${release.name} is not offered in ${mode}.`);
  if (mode === "zk" && BigInt(release.keyId) === 0n) {
    throw new UserError(`${release.name} has no circuit, so it cannot be offered in zk.`);
  }
  const later = offer !== undefined && (price === null || price > offer.price);
  const before = offer === undefined ? "not offered" : opg(offer.price);
  const after = price === null ? "not offered" : opg(price);
  const data =
    price === null
      ? encodeFunctionData({ abi: modelHubAbi, functionName: "removeOffer", args: [release.id, MODES[mode]] })
      : encodeFunctionData({ abi: modelHubAbi, functionName: "setPrice", args: [release.id, MODES[mode], price] });
  return {
    to: view.addresses.ModelHub,
    data,
    lines: [`${release.name}, ${mode}: ${before} → ${after}, ${later ? `in ${duration(notice)}` : "at once"}.`],
    release,
  };
}

/**
 * Prepares the mark "deprecated", or its removal. Calls go on either way.
 *
 * @throws UserError when the release belongs to somebody else or is so marked already
 */
export async function prepareDeprecation(
  view: HubReader,
  sender: Address,
  name: string,
  deprecated: boolean,
  reason: string,
): Promise<PreparedCall & { readonly release: Release }> {
  const release = await ownRelease(view, sender, name);
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
