import type { ModelFile } from "../../sdk/src/model-files.ts";
import { duration, moment, opg, printable } from "../gov/words.ts";
import { sizeText } from "./progress.ts";
import type { Offer, Release, ReleaseEarnings, Repository } from "./read.ts";

function price(offered: boolean, amount: bigint): string {
  if (!offered) return "not offered";
  return amount === 0n ? "free" : opg(amount);
}

/** The terms in one mode in words. */
export function offerLine(offer: Offer, now: bigint): string {
  const current = `${offer.mode}: ${price(offer.offered, offer.price)} per call`;
  if (offer.nextAt === 0) return current;
  return `${current}; ${price(offer.nextOffered, offer.nextPrice)} from ${moment(BigInt(offer.nextAt), now)}`;
}

/** A release in one line. */
export function releaseLine(release: Release, now: bigint): string {
  const flags = [
    release.stable ? "stable" : "experimental",
    ...(release.deprecated ? ["deprecated"] : []),
    ...(release.yanked ? ["yanked"] : []),
  ];
  return `${release.name} ${flags.join(", ")}, published ${moment(BigInt(release.publishedAt), now)}`;
}

/** A release and its files. */
export function releaseLines(release: Release, files: readonly ModelFile[], now: bigint): readonly string[] {
  return [
    releaseLine(release, now),
    `  id ${release.id}`,
    ...(BigInt(release.keyId) === 0n ? [] : [`  verifying key ${release.keyId}`]),
    ...release.offers.map((offer) => `  ${offerLine(offer, now)}`),
    ...files.map(({ path, contentId, size, sha256Hash }) => {
      return `  ${path} (${sizeText(Number(size))}) ${contentId} sha256 ${sha256Hash.slice(2)}`;
    }),
  ];
}

/** A repository in a few lines. What a stranger wrote is made harmless for the terminal. */
export function repositoryLines(repository: Repository): readonly string[] {
  const { name, owner, newestVersion, description, task, licence, tags } = repository;
  const facts = [
    task === "" ? [] : [`task ${task}`],
    licence === "" ? [] : [`licence ${licence}`],
    tags.length === 0 ? [] : [`tags ${tags.join(", ")}`],
  ].flat();
  return [
    `${name} ${newestVersion ?? "(no release)"}, owned by ${owner}`,
    ...(description === "" ? [] : [`  ${printable(description)}`]),
    ...(facts.length === 0 ? [] : [`  ${printable(facts.join("; "))}`]),
  ];
}

/** The earnings of a release in one line. */
export function earningsLine({ name, calls, gross, net, lastCallAt }: ReleaseEarnings, now: bigint): string {
  if (calls === 0n) return `${name}: never called`;
  const ago = duration(now - BigInt(lastCallAt));
  return `${name}: ${calls} calls, gross ${opg(gross)}, net ${opg(net)}, last ${ago} ago`;
}
