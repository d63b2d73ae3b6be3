import { keccak256, toBytes, type Address, type Hex } from "viem";

import { revertDataOf, decodeRevert } from "../../sdk/src/revert.ts";
import { modelHubAbi } from "../../sdk/src/abi/ModelHub.ts";
import { paymentHubAbi } from "../../sdk/src/abi/PaymentHub.ts";
import { decodeFiles, filesRoot, type ModelFile } from "../../sdk/src/model-files.ts";
import { readReleaseModels } from "../../sdk/src/read.ts";
import type { ReleaseModels } from "../../sdk/src/release-models.ts";
import { UserError } from "../lib/user-error.ts";
import { blocksAt, inRanges } from "./blocks.ts";
import { MODE_NAMES, MODES, type ModeName, type Rates } from "./modes.ts";
import type { RepositoryInfo } from "./repository-info.ts";
import { versionText, type Version } from "./versions.ts";
import type { HubReader, HubView } from "./view.ts";

/** The terms of a release in one mode. */
export interface Offer {
  readonly mode: ModeName;
  readonly offered: boolean;
  readonly rates: Rates;
  readonly nextOffered: boolean;
  readonly nextRates: Rates;
  /** Unix seconds; 0 means "no change announced". */
  readonly nextAt: number;
}

/** A release as it stands. */
export interface Release {
  readonly id: Hex;
  /** `owner/name@1.01`. */
  readonly name: string;
  readonly version: string;
  readonly repositoryId: Hex;
  readonly repository: string;
  /** Unix seconds. */
  readonly publishedAt: number;
  readonly stable: boolean;
  readonly deprecated: boolean;
  readonly yanked: boolean;
  /** keccak256 of the file that describes inputs and outputs; zero means "none". */
  readonly schemaHash: Hex;
  /** What the chain checks and runs of it. */
  readonly models: ReleaseModels;
  /** Modes that were ever offered. */
  readonly offers: readonly Offer[];
}

/** A repository as it stands. */
export interface Repository extends RepositoryInfo {
  readonly id: Hex;
  readonly name: string;
  readonly owner: Address;
  /** Publishes and sets prices in the owner's place; null when there is none. */
  readonly delegate: Address | null;
  /** Whether it has ended: no further releases. */
  readonly retired: boolean;
  /** Version of the last release; null before the first. */
  readonly newestVersion: string | null;
}

/** What calls have brought; OPG base units. */
export interface Earnings {
  readonly calls: bigint;
  readonly gross: bigint;
  /** The publisher's part. */
  readonly net: bigint;
  /** Unix seconds; 0 means "never called". */
  readonly lastCallAt: number;
}

/** What the calls of one release have brought. */
export interface ReleaseEarnings extends Earnings {
  readonly name: string;
  readonly releaseId: Hex;
}

/** The hub's address and ABI, for reads. */
export function hubOf({ addresses }: HubReader): { readonly address: Address; readonly abi: typeof modelHubAbi } {
  return { address: addresses.ModelHub, abi: modelHubAbi };
}

/** The id of a repository. */
export function repositoryIdOf(name: string): Hex {
  return keccak256(toBytes(name));
}

/**
 * The release that a name means.
 *
 * @param name `owner/name@1.01`, `owner/name` (newest stable) or a content id
 * @throws UserError when it means nothing
 */
export async function resolveRelease(view: HubReader, name: string): Promise<Hex> {
  try {
    return await view.publicClient.readContract({ ...hubOf(view), functionName: "resolve", args: [name] });
  } catch (error) {
    const data = revertDataOf(error);
    if (data === undefined || decodeRevert(data)?.name !== "ModelsUnknownModel") throw error;
    const hint = name.includes("@")
      ? "Look at the releases with: hub show owner/name"
      : "Name owner/name, owner/name@1.01 or a content id; a repository without a stable release needs the version.";
    throw new UserError(`Nothing is published as "${name}". ${hint}`, { cause: error });
  }
}

/** A repository by its name. @throws UserError when there is none */
export async function readRepository(view: HubReader, name: string): Promise<Repository> {
  const id = repositoryIdOf(name);
  const read = { ...hubOf(view), args: [id] } as const;
  const owner = await view.publicClient.readContract({ ...read, functionName: "ownerOf" });
  if (BigInt(owner) === 0n) throw new UserError(`There is no repository "${name}".`);
  const [delegate, retired, info, [major, minor]] = await Promise.all([
    view.publicClient.readContract({ ...read, functionName: "delegateOf" }),
    view.publicClient.readContract({ ...read, functionName: "isRetired" }),
    view.publicClient.readContract({ ...read, functionName: "repositoryInfoOf" }),
    view.publicClient.readContract({ ...read, functionName: "newestVersionOf" }),
  ]);
  const newestVersion = major === 0 ? null : versionText({ major, minor });
  return { id, name, owner, delegate: BigInt(delegate) === 0n ? null : delegate, retired, newestVersion, ...info };
}

async function readOffers(view: HubReader, releaseId: Hex): Promise<readonly Offer[]> {
  const offers = await Promise.all(
    MODE_NAMES.map(async (mode) => ({
      mode,
      ...(await view.publicClient.readContract({
        ...hubOf(view),
        functionName: "offerOf",
        args: [releaseId, MODES[mode]],
      })),
    })),
  );
  return offers.filter(({ offered, nextOffered }) => offered || nextOffered);
}

/** A release by its id. */
export async function readRelease(view: HubReader, id: Hex): Promise<Release> {
  const read = { ...hubOf(view), args: [id] } as const;
  const [release, schemaHash, models, offers] = await Promise.all([
    view.publicClient.readContract({ ...read, functionName: "releaseOf" }),
    view.publicClient.readContract({ ...read, functionName: "schemaHashOf" }),
    readReleaseModels({ client: view.publicClient, modelHub: view.addresses.ModelHub, releaseId: id }),
    readOffers(view, id),
  ]);
  const { repositoryId, publishedAt, stable, deprecated, yanked } = release;
  const repository = await view.publicClient.readContract({
    ...hubOf(view),
    functionName: "nameOf",
    args: [repositoryId],
  });
  const version = versionText(release);
  const name = `${repository}@${version}`;
  const flags = { stable, deprecated, yanked };
  return { id, name, version, repositoryId, repository, publishedAt, ...flags, schemaHash, models, offers };
}

/**
 * The files of a release, from the event of its publication.
 *
 * @throws UserError when the node has lost the event, or its files are not those that the contract sealed
 */
export async function readFiles(view: HubView, { id, name, publishedAt }: Release): Promise<readonly ModelFile[]> {
  const [event] = await view.publicClient.getContractEvents({
    ...hubOf(view),
    eventName: "ReleasePublished",
    args: { releaseId: id },
    strict: true,
    ...(await blocksAt(view, BigInt(publishedAt))),
  });
  if (event === undefined) throw new UserError(`The node does not find the publication of ${name}; ask another node.`);
  const files = decodeFiles(event.args.content.files);
  const root = await view.publicClient.readContract({ ...hubOf(view), functionName: "filesRootOf", args: [id] });
  if (filesRoot(files) !== root) {
    throw new UserError(`The node's files of ${name} are not those that the contract sealed; ask another node.`);
  }
  return files;
}

/** All releases of a repository, oldest first. */
export async function readReleases(view: HubView, repositoryId: Hex): Promise<readonly Release[]> {
  const [major, minor] = await view.publicClient.readContract({
    ...hubOf(view),
    functionName: "newestVersionOf",
    args: [repositoryId],
  });
  if (major === 0) return [];
  const events = await inRanges(view, (range) =>
    view.publicClient.getContractEvents({
      ...hubOf(view),
      eventName: "ReleasePublished",
      args: { repositoryId },
      strict: true,
      ...range,
    }),
  );
  const newest: Version | undefined = events.at(-1)?.args;
  if (newest?.major !== major || newest.minor !== minor) {
    throw new UserError("The node does not find all publications of this repository; ask another node.");
  }
  const releases: Release[] = [];
  for (const { args } of events) releases.push(await readRelease(view, args.releaseId));
  return releases;
}

/** All repositories that are neither unlisted nor retired, oldest first. */
export async function readRepositories(view: HubView): Promise<readonly Repository[]> {
  const events = await inRanges(view, (range) =>
    view.publicClient.getContractEvents({
      ...hubOf(view),
      eventName: "RepositoryCreated",
      strict: true,
      ...range,
    }),
  );
  const repositories: Repository[] = [];
  for (const { args } of events) repositories.push(await readRepository(view, args.name));
  return repositories.filter(({ unlisted, retired }) => !unlisted && !retired);
}

/** Repositories in whose name, description, task, licence or tags every word occurs; case does not matter. */
export function searchRepositories(repositories: readonly Repository[], words: string): readonly Repository[] {
  const wanted = words.toLowerCase().split(/\s+/);
  return repositories.filter(({ name, description, task, licence, tags }) => {
    const text = [name, description, task, licence, ...tags].join(" ").toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

/** What the calls of each release have brought. */
export async function readReleaseEarnings(
  view: HubReader,
  releases: readonly Release[],
): Promise<readonly ReleaseEarnings[]> {
  const read = { address: view.addresses.PaymentHub, abi: paymentHubAbi, functionName: "earningsOfRelease" } as const;
  return Promise.all(
    releases.map(async ({ name, id: releaseId }) => ({
      name,
      releaseId,
      ...(await view.publicClient.readContract({ ...read, args: [releaseId] })),
    })),
  );
}

/** What the calls of a repository have brought, and those of all repositories of its owner while they were his. */
export async function readTotals(
  view: HubReader,
  { id, owner }: Repository,
): Promise<{ readonly repository: Earnings; readonly publisher: Earnings }> {
  const payments = { address: view.addresses.PaymentHub, abi: paymentHubAbi } as const;
  const [repository, publisher] = await Promise.all([
    view.publicClient.readContract({ ...payments, functionName: "earningsOfRepository", args: [id] }),
    view.publicClient.readContract({ ...payments, functionName: "earningsOfPublisher", args: [owner] }),
  ]);
  return { repository, publisher };
}
