import type { Address } from "viem";

import { opgGovernorAbi } from "../../sdk/src/abi/OPGGovernor.ts";
import { PROPOSAL_STATES } from "../../sdk/src/read.ts";
import type { Addresses } from "../deploy/contracts.ts";
import type { Reader } from "../lib/clients.ts";
import { UserError } from "../lib/user-error.ts";
import { decodeAction, type DecodedAction } from "./decode.ts";

/** The state of a proposal. */
export type ProposalState = (typeof PROPOSAL_STATES)[number];

/** Votes in OPG base units. */
export interface Tally {
  readonly against: bigint;
  readonly for: bigint;
  readonly abstain: bigint;
  /** What for and abstain must reach together. Before the snapshot: of the votes that exist now. */
  readonly quorum: bigint;
}

/** Everything about a proposal; times in Unix seconds. */
export interface Proposal {
  readonly id: bigint;
  /** Its place in the governor's list, from 0. */
  readonly index: number;
  readonly state: ProposalState;
  readonly proposer: Address;
  /** The text it was proposed with; null when the node does not find its event. */
  readonly description: string | null;
  readonly snapshot: bigint;
  readonly deadline: bigint;
  /** When it can be executed; 0 until it is queued. */
  readonly eta: bigint;
  readonly tally: Tally;
  readonly actions: readonly DecodedAction[];
}

/** Where governance is read. */
export interface GovernanceView {
  readonly publicClient: Reader;
  readonly addresses: Addresses;
}

/** The time on the chain's clock, Unix seconds. */
export async function chainTime({ publicClient }: GovernanceView): Promise<bigint> {
  return (await publicClient.getBlock()).timestamp;
}

/** How many proposals were ever made. */
export function proposalCount({ publicClient, addresses }: GovernanceView): Promise<bigint> {
  return publicClient.readContract({
    address: addresses.OPGGovernor,
    abi: opgGovernorAbi,
    functionName: "proposalCount",
  });
}

async function idAt({ publicClient, addresses }: GovernanceView, index: bigint): Promise<bigint> {
  const [id] = await publicClient.readContract({
    address: addresses.OPGGovernor,
    abi: opgGovernorAbi,
    functionName: "proposalDetailsAt",
    args: [index],
  });
  return id;
}

/** The ids of all proposals, oldest first. */
export async function proposalIds(view: GovernanceView): Promise<readonly bigint[]> {
  const count = Number(await proposalCount(view));
  return Promise.all(Array.from({ length: count }, (_none, index) => idAt(view, BigInt(index))));
}

/**
 * Finds the proposal that a person names: "latest", "#0" for its place in the list, its id, or the unique beginning of it
 * (at least 6 digits).
 *
 * @throws UserError when there is none or several
 */
export async function resolveProposal(view: GovernanceView, text: string): Promise<bigint> {
  const ids = await proposalIds(view);
  if (ids.length === 0) throw new UserError("There are no proposals yet.");
  const place = /^#(\d+)$/.exec(text)?.[1];
  const matches =
    text === "latest"
      ? ids.slice(-1)
      : place !== undefined
        ? ids.slice(Number(place), Number(place) + 1)
        : /^\d{6,}$/.test(text)
          ? ids.filter((id) => id.toString().startsWith(text))
          : [];
  const [id, second] = matches;
  if (id === undefined) {
    throw new UserError(
      `There is no proposal "${text}". Use latest, #0 to #${ids.length - 1}, or the id from gov list.`,
    );
  }
  if (second !== undefined) throw new UserError(`"${text}" begins ${matches.length} proposal ids; give more digits.`);
  return id;
}

/** The first block at or after a time; null when the chain is younger. */
async function blockAt(publicClient: Reader, timestamp: bigint): Promise<bigint | null> {
  let high = await publicClient.getBlockNumber();
  if ((await publicClient.getBlock({ blockNumber: high })).timestamp < timestamp) return null;
  let low = -1n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if ((await publicClient.getBlock({ blockNumber: middle })).timestamp < timestamp) low = middle;
    else high = middle;
  }
  return high;
}

/** How many blocks to search: test nodes can mine several in one second. */
const SEARCHED_BLOCKS = 50n;

/**
 * Finds a proposal's text. It is only in an event, so the block is found by its time and public nodes' limits on event
 * searches do not matter. After a change of the voting delay older proposals are not found this way.
 */
async function findDescription(
  { publicClient, addresses }: GovernanceView,
  id: bigint,
  snapshot: bigint,
): Promise<string | null> {
  const governor = { address: addresses.OPGGovernor, abi: opgGovernorAbi } as const;
  const delay = await publicClient.readContract({ ...governor, functionName: "votingDelay" });
  const fromBlock = await blockAt(publicClient, snapshot - delay);
  if (fromBlock === null) return null;
  const latest = await publicClient.getBlockNumber();
  const toBlock = fromBlock + SEARCHED_BLOCKS < latest ? fromBlock + SEARCHED_BLOCKS : latest;
  const events = await publicClient.getContractEvents({
    ...governor,
    eventName: "ProposalCreated",
    fromBlock,
    toBlock,
  });
  return events.find((event) => event.args.proposalId === id)?.args.description ?? null;
}

/** Reads a proposal and puts its actions into words. */
export async function readProposal(view: GovernanceView, id: bigint): Promise<Proposal> {
  const { publicClient, addresses } = view;
  const governor = { address: addresses.OPGGovernor, abi: opgGovernorAbi } as const;
  const [state, proposer, snapshot, deadline, eta, [against, inFavour, abstain], details, ids] = await Promise.all([
    publicClient.readContract({ ...governor, functionName: "state", args: [id] }),
    publicClient.readContract({ ...governor, functionName: "proposalProposer", args: [id] }),
    publicClient.readContract({ ...governor, functionName: "proposalSnapshot", args: [id] }),
    publicClient.readContract({ ...governor, functionName: "proposalDeadline", args: [id] }),
    publicClient.readContract({ ...governor, functionName: "proposalEta", args: [id] }),
    publicClient.readContract({ ...governor, functionName: "proposalVotes", args: [id] }),
    publicClient.readContract({ ...governor, functionName: "proposalDetails", args: [id] }),
    proposalIds(view),
  ]);
  const past = (await chainTime(view)) - 1n;
  const quorum = await publicClient.readContract({
    ...governor,
    functionName: "quorum",
    args: [snapshot < past ? snapshot : past],
  });
  const [targets, values, calldatas] = details;
  const actions: DecodedAction[] = [];
  for (const [index, target] of targets.entries()) {
    const calldata = calldatas[index] ?? "0x";
    actions.push(await decodeAction(publicClient, addresses, target, values[index] ?? 0n, calldata));
  }
  return {
    id,
    index: ids.indexOf(id),
    state: PROPOSAL_STATES[state] ?? "pending",
    proposer,
    description: await findDescription(view, id, snapshot),
    snapshot,
    deadline,
    eta,
    tally: { against, for: inFavour, abstain, quorum },
    actions,
  };
}
