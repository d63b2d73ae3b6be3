import { encodeFunctionData, isAddress, isHex, type Address, type Hex } from "viem";
import { z } from "zod";

import { opgGovernorAbi } from "../../sdk/src/abi/OPGGovernor.ts";
import type { Clients } from "../lib/clients.ts";
import { readJsonFile } from "../lib/read-json.ts";
import { UserError } from "../lib/user-error.ts";
import { CHOICES, prepareVote, type Choice } from "./acts.ts";
import { proposalLines } from "./proposal-words.ts";
import { prepareOverride } from "./override.ts";
import { readProposal, type GovernanceView } from "./proposals.ts";
import type { PreparedCall } from "./send.ts";

const address = z.string().refine((text): text is Address => isAddress(text), "must be an address");

const ballotSchema = z
  .object({
    chainId: z.number().int().positive(),
    governor: address,
    proposalId: z.string().regex(/^\d+$/),
    choice: z.enum(CHOICES),
    voter: address,
    /** For an override: whose pool the part belongs to. */
    operator: address.nullable(),
    signature: z.string().refine((text): text is Hex => isHex(text), "must be hex"),
  })
  .strict();

/** A signed ballot, which anyone may bring to the chain. */
export type SignedBallot = z.infer<typeof ballotSchema>;

/** What a voter signs. */
export interface BallotDraft {
  readonly proposalId: bigint;
  readonly choice: Choice;
  /** Whose pool to vote in with one's own part; undefined votes with the votes that count for the account. */
  readonly operator: Address | undefined;
}

/** Reads a ballot file. @throws UserError when it is not one */
export async function readBallot(file: string): Promise<SignedBallot> {
  const parsed = ballotSchema.safeParse(await readJsonFile(file));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UserError(`${file}: ${issue?.path.join(".") ?? "the file"}: ${issue?.message ?? "is wrong"}.`);
}

const COMMON = [
  { name: "proposalId", type: "uint256" },
  { name: "support", type: "uint8" },
  { name: "voter", type: "address" },
  { name: "nonce", type: "uint256" },
] as const;
const [PROPOSAL_ID, ...REST] = COMMON;

/**
 * Signs a ballot (EIP-712); sends nothing.
 *
 * @throws UserError when no vote is possible now, as for a ballot that is sent
 */
export async function signBallot(view: GovernanceView, clients: Clients, draft: BallotDraft): Promise<SignedBallot> {
  const { proposalId, choice, operator } = draft;
  const voter = clients.walletClient.account.address;
  if (operator === undefined) await prepareVote(view, voter, proposalId, choice, "");
  else await prepareOverride(view, voter, { proposalId, operator, choice, reason: "" });
  const governor = view.addresses.OPGGovernor;
  const nonce = await view.publicClient.readContract({
    address: governor,
    abi: opgGovernorAbi,
    functionName: "nonces",
    args: [voter],
  });
  const chainId = view.publicClient.chain.id;
  const domain = { name: "OPG Governor", version: "1", chainId, verifyingContract: governor } as const;
  const message = { proposalId, support: CHOICES.indexOf(choice), voter, nonce };
  const { account } = clients.walletClient;
  const signature =
    operator === undefined
      ? await clients.walletClient.signTypedData({
          account,
          domain,
          types: { Ballot: COMMON },
          primaryType: "Ballot",
          message,
        })
      : await clients.walletClient.signTypedData({
          account,
          domain,
          types: { OverrideBallot: [PROPOSAL_ID, { name: "operator", type: "address" }, ...REST] },
          primaryType: "OverrideBallot",
          message: { ...message, operator },
        });
  return {
    chainId,
    governor,
    proposalId: proposalId.toString(),
    choice,
    voter,
    operator: operator ?? null,
    signature,
  };
}

/**
 * Prepares the submission of somebody's ballot, by anyone.
 *
 * @throws UserError when it is for another chain or governor, or its voter could not vote himself
 */
export async function prepareBallot(view: GovernanceView, ballot: SignedBallot): Promise<PreparedCall> {
  const { publicClient, addresses } = view;
  const chainId = publicClient.chain.id;
  if (ballot.chainId !== chainId || ballot.governor !== addresses.OPGGovernor) {
    throw new UserError(
      `The ballot is for the governor ${ballot.governor} on chain ${ballot.chainId}; ` +
        `this is ${addresses.OPGGovernor} on chain ${chainId}.`,
    );
  }
  const proposalId = BigInt(ballot.proposalId);
  const { choice, voter, operator, signature } = ballot;
  const support = CHOICES.indexOf(choice);
  if (operator === null) await prepareVote(view, voter, proposalId, choice, "");
  else await prepareOverride(view, voter, { proposalId, operator, choice, reason: "" });
  return {
    to: addresses.OPGGovernor,
    data:
      operator === null
        ? encodeFunctionData({
            abi: opgGovernorAbi,
            functionName: "castVoteBySig",
            args: [proposalId, support, voter, signature],
          })
        : encodeFunctionData({
            abi: opgGovernorAbi,
            functionName: "castOverrideVoteBySig",
            args: [proposalId, operator, support, voter, signature],
          }),
    lines: [
      ...proposalLines(await readProposal(view, proposalId)),
      `Bring the ballot "${choice}" that ${voter} signed${operator === null ? "" : `, with his part of the pool of ${operator}`}.`,
    ],
  };
}
