import type { ModelFile } from "../../sdk/src/model-files.ts";
import type { ReleaseCircuit } from "../../sdk/src/release-models.ts";
import { duration, moment, opg, printable } from "../gov/words.ts";
import type { Rates } from "./modes.ts";
import { sizeText } from "./progress.ts";
import type { Earnings, Offer, Release, Repository } from "./read.ts";

/** Rates in words. */
export function ratesText({ perCall, perInput, perOutput }: Rates): string {
  if (perCall + perInput + perOutput === 0n) return "free";
  if (perInput + perOutput === 0n) return `${opg(perCall)} per call`;
  return `${opg(perCall)} per call, ${opg(perInput)} per 1k input and ${opg(perOutput)} per 1k output tokens`;
}

function termsText(offered: boolean, rates: Rates): string {
  return offered ? ratesText(rates) : "not offered";
}

/** The terms in one mode in words. */
export function offerLine(offer: Offer, now: bigint): string {
  const current = `${offer.mode}: ${termsText(offer.offered, offer.rates)}`;
  if (offer.nextAt === 0) return current;
  return `${current}; ${termsText(offer.nextOffered, offer.nextRates)} from ${moment(BigInt(offer.nextAt), now)}`;
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

function circuitText({ keyId, file, layout }: ReleaseCircuit, files: readonly ModelFile[]): string {
  const what = BigInt(keyId) === 0n ? "layout, no key" : `verifying key ${keyId}`;
  return `circuit of ${files[file]?.path ?? `file ${file}`} for the input "${printable(layout.inputName)}": ${what}`;
}

/** A release and its files, which are in the order of their paths. */
export function releaseLines(release: Release, files: readonly ModelFile[], now: bigint): readonly string[] {
  const { executorModelId } = release.models;
  return [
    releaseLine(release, now),
    `  id ${release.id}`,
    ...release.models.circuits.map((circuit) => `  ${circuitText(circuit, files)}`),
    ...(BigInt(executorModelId) === 0n ? [] : [`  model for the EVM ${executorModelId}`]),
    ...(BigInt(release.schemaHash) === 0n ? [] : [`  schema ${release.schemaHash}`]),
    ...release.offers.map((offer) => `  ${offerLine(offer, now)}`),
    ...files.map(({ path, contentId, size, sha256Hash }) => {
      return `  ${path} (${sizeText(Number(size))}) ${contentId} sha256 ${sha256Hash.slice(2)}`;
    }),
  ];
}

/** A repository in a few lines. What a stranger wrote is made harmless for the terminal. */
export function repositoryLines(repository: Repository): readonly string[] {
  const { name, owner, delegate, retired, newestVersion, description, task, licence, tags } = repository;
  const facts = [
    task === "" ? [] : [`task ${task}`],
    licence === "" ? [] : [`licence ${licence}`],
    tags.length === 0 ? [] : [`tags ${tags.join(", ")}`],
  ].flat();
  return [
    `${name} ${newestVersion ?? "(no release)"}, owned by ${owner}${retired ? ", retired" : ""}`,
    ...(delegate === null ? [] : [`  published by ${delegate} too`]),
    ...(description === "" ? [] : [`  ${printable(description)}`]),
    ...(facts.length === 0 ? [] : [`  ${printable(facts.join("; "))}`]),
  ];
}

/** Earnings in one line. */
export function earningsLine(name: string, { calls, gross, net, lastCallAt }: Earnings, now: bigint): string {
  if (calls === 0n) return `${name}: never called`;
  const ago = duration(now - BigInt(lastCallAt));
  return `${name}: ${calls} calls, gross ${opg(gross)}, net ${opg(net)}, last ${ago} ago`;
}
