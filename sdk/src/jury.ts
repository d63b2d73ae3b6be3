import { encodeAbiParameters, keccak256, parseAbiParameters, type Address, type Hex } from "viem";

/** What a juror says about a disputed answer; the numbers are those of `IAnswerDisputes.Vote`. */
export const JuryVote = {
  /** The answer is wrong: not that of the model to this input. */
  GUILTY: 1,
  /** The answer is the model's. */
  NOT_GUILTY: 2,
  /** It cannot be known. */
  ABSTAIN: 3,
} as const;

/** A word of {@link JuryVote}. */
export type JuryVoteName = keyof typeof JuryVote;

/**
 * A sealed vote, for `AnswerDisputes.commitVote`; `revealVote` opens it with the same vote and salt.
 *
 * It is computed here, without a node, since a node that is asked for it would know the vote.
 *
 * @param options.disputes the contract of disputes
 * @param options.id       the dispute: the digest of its receipt
 * @param options.round    0 for the first jury, 1 for the second
 * @param options.juror    the operator who was drawn, whoever sends the vote
 * @param options.salt     32 random bytes, kept until the vote is opened; who guesses them knows the vote
 */
export function computeVote(options: {
  chainId: number;
  disputes: Address;
  id: Hex;
  round: bigint;
  juror: Address;
  vote: JuryVoteName;
  salt: Hex;
}): Hex {
  const { chainId, disputes, id, round, juror, vote, salt } = options;
  return keccak256(
    encodeAbiParameters(
      parseAbiParameters(
        "uint256 chainId, address disputes, bytes32 id, uint256 round, address juror, uint8 vote, bytes32 salt",
      ),
      [BigInt(chainId), disputes, id, round, juror, JuryVote[vote], salt],
    ),
  );
}
