import type { Address, Hex, PublicClient } from "viem";
import { activeSetAbi } from "./abi/ActiveSet.ts";
import { modelHubAbi } from "./abi/ModelHub.ts";
import { opgGovernorAbi } from "./abi/OPGGovernor.ts";
import { releaseCircuitsAbi } from "./abi/ReleaseCircuits.ts";
import { stakeLensAbi } from "./abi/StakeLens.ts";
import type { SystemAddresses } from "./addresses.ts";
import { releaseCircuitsAddress, type ReleaseModels } from "./release-models.ts";
import { InferenceMode } from "./tensors.ts";

/** Where the system is read. */
export interface SystemView {
  readonly client: PublicClient;
  readonly addresses: SystemAddresses;
}

/** An operator to delegate to; amounts in OPG base units. */
export interface OperatorSummary {
  readonly operator: Address;
  readonly selfStake: bigint;
  readonly delegated: bigint;
  /** His part of rewards, bps. */
  readonly commissionBps: bigint;
  /**
   * Full hours of his last 30 days of service, and those of them with a heartbeat of an accepted enclave or a check-in of
   * his own: signs of life, not answered calls.
   */
  readonly uptime: Readonly<Record<"fullHours" | "heartbeatHours" | "checkInHours", bigint>>;
}

/** A release that can be called. */
export interface ModelSummary {
  readonly releaseId: Hex;
  /** `owner/name`. */
  readonly name: string;
  /** `1.01`. */
  readonly version: string;
  readonly description: string;
  readonly task: string;
  readonly yanked: boolean;
  /** Price of a call by mode, OPG base units; modes that are not offered are missing. */
  readonly prices: Readonly<Partial<Record<keyof typeof InferenceMode, bigint>>>;
}

/** The words for the states of a proposal, in the governor's order. */
export const PROPOSAL_STATES = [
  "pending",
  "active",
  "canceled",
  "defeated",
  "succeeded",
  "queued",
  "expired",
  "executed",
] as const;

/** A proposal; votes in OPG base units, times in Unix seconds. */
export interface ProposalSummary {
  readonly id: bigint;
  readonly state: (typeof PROPOSAL_STATES)[number];
  readonly votingFrom: bigint;
  readonly votingUntil: bigint;
  readonly against: bigint;
  readonly for: bigint;
  readonly abstain: bigint;
}

/** Blocks per request for events: what public nodes of Base allow. */
const EVENT_SPAN = 10_000n;
const PAGE_SIZE = 50n;

/** The active operators, the largest stake first; `limit` at most. */
export async function listOperators(view: SystemView, limit = 50): Promise<readonly OperatorSummary[]> {
  const { client, addresses } = view;
  const found: Address[] = [];
  let cursor = 0n;
  do {
    const [entries, next] = await client.readContract({
      address: addresses.ActiveSet,
      abi: activeSetAbi,
      functionName: "page",
      args: [0, cursor, PAGE_SIZE],
    });
    found.push(...entries.map(({ operator }) => operator));
    cursor = next;
  } while (cursor !== 0n && found.length < limit);
  return Promise.all(
    found.slice(0, limit).map(async (operator) => {
      const { selfStake, delegated, commissionBps, uptime } = await client.readContract({
        address: addresses.StakeLens,
        abi: stakeLensAbi,
        functionName: "operatorPage",
        args: [operator],
      });
      return { operator, selfStake, delegated, commissionBps, uptime };
    }),
  );
}

/**
 * What an account has behind an operator: stake, unbondings, rewards, votes.
 *
 * @returns the struct `Position` of `IStakeLens`; amounts in OPG base units
 */
export function readPosition({ client, addresses }: SystemView, options: { operator: Address; account: Address }) {
  return client.readContract({
    address: addresses.StakeLens,
    abi: stakeLensAbi,
    functionName: "positionOf",
    args: [options.operator, options.account],
  });
}

/**
 * The newest release of every listed repository, found by the hub's events.
 *
 * @param fromBlock the block of the deployment; earlier ones are only slower
 */
export async function listModels(view: SystemView, fromBlock: bigint): Promise<readonly ModelSummary[]> {
  const { client, addresses } = view;
  const newest = new Map<Hex, Hex>();
  const last = await client.getBlockNumber();
  for (let from = fromBlock; from <= last; from += EVENT_SPAN) {
    const end = from + EVENT_SPAN - 1n;
    const events = await client.getContractEvents({
      address: addresses.ModelHub,
      abi: modelHubAbi,
      eventName: "ReleasePublished",
      fromBlock: from,
      toBlock: end < last ? end : last,
      strict: true,
    });
    for (const { args } of events) newest.set(args.repositoryId, args.releaseId);
  }
  const models = await Promise.all([...newest.values()].map((releaseId) => readModel(view, releaseId)));
  return models.filter((model) => model !== undefined);
}

/** One release; undefined when its repository is unlisted. */
async function readModel({ client, addresses }: SystemView, releaseId: Hex): Promise<ModelSummary | undefined> {
  const hub = { address: addresses.ModelHub, abi: modelHubAbi } as const;
  const release = await client.readContract({ ...hub, functionName: "releaseOf", args: [releaseId] });
  const [name, info] = await Promise.all([
    client.readContract({ ...hub, functionName: "nameOf", args: [release.repositoryId] }),
    client.readContract({ ...hub, functionName: "repositoryInfoOf", args: [release.repositoryId] }),
  ]);
  if (info.unlisted) return undefined;
  const modes = Object.keys(InferenceMode) as (keyof typeof InferenceMode)[];
  const offers = await Promise.all(
    modes.map(async (mode) => {
      const args = [releaseId, InferenceMode[mode]] as const;
      const { offered, rates } = await client.readContract({ ...hub, functionName: "offerOf", args });
      return offered ? [mode, rates.perCall] : undefined;
    }),
  );
  const version = `${release.major}.${String(release.minor).padStart(2, "0")}`;
  const prices = Object.fromEntries(offers.filter((offer) => offer !== undefined)) as ModelSummary["prices"];
  const { description, task } = info;
  return { releaseId, name, version, description, task, yanked: release.yanked, prices };
}

/**
 * The circuits of a release and its model for the EVM; none for a release that does not exist.
 *
 * @param options.modelHub the hub's address
 */
export async function readReleaseModels(options: {
  client: Pick<PublicClient, "readContract">;
  modelHub: Address;
  releaseId: Hex;
}): Promise<ReleaseModels> {
  const { client, modelHub, releaseId } = options;
  const read = { address: releaseCircuitsAddress(modelHub), abi: releaseCircuitsAbi, args: [releaseId] } as const;
  const [[executorModelId], circuits] = await Promise.all([
    client.readContract({ ...read, functionName: "executorModelOf" }),
    client.readContract({ ...read, functionName: "circuitsOf" }),
  ]);
  return { executorModelId, circuits };
}

/** The newest proposals, the newest first; `limit` at most. */
export async function listProposals(
  { client, addresses }: SystemView,
  limit = 20,
): Promise<readonly ProposalSummary[]> {
  const governor = { address: addresses.OPGGovernor, abi: opgGovernorAbi } as const;
  const count = await client.readContract({ ...governor, functionName: "proposalCount" });
  const places = Array.from({ length: Math.min(Number(count), limit) }, (_none, index) => count - 1n - BigInt(index));
  return Promise.all(
    places.map(async (place) => {
      const [id] = await client.readContract({ ...governor, functionName: "proposalDetailsAt", args: [place] });
      const read = { ...governor, args: [id] } as const;
      const [state, votingFrom, votingUntil, [against, inFavour, abstain]] = await Promise.all([
        client.readContract({ ...read, functionName: "state" }),
        client.readContract({ ...read, functionName: "proposalSnapshot" }),
        client.readContract({ ...read, functionName: "proposalDeadline" }),
        client.readContract({ ...read, functionName: "proposalVotes" }),
      ]);
      const word = PROPOSAL_STATES[state] ?? "expired";
      return { id, state: word, votingFrom, votingUntil, against, for: inFavour, abstain };
    }),
  );
}
