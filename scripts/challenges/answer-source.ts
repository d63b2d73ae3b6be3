import { isHash, TransactionNotFoundError, type Hash } from "viem";

import { parseAddresses } from "../../sdk/src/addresses.ts";
import type { SignedReceipt } from "../../sdk/src/receipt.ts";
import { readAnswers } from "../../sdk/src/verify-inference.ts";
import { describeIssues, signedReceiptSchema } from "../../sdk/src/wire.ts";
import type { GovernanceView } from "../gov/proposals.ts";
import { readJsonFile } from "../lib/read-json.ts";
import { UserError } from "../lib/user-error.ts";

/** Where an answer is: what a node sent, or the transaction that handed it in. */
export type AnswerSource = SignedReceipt | Hash;

/**
 * Reads what an option names, without the chain.
 *
 * @param text   a file with what a node answered, or the hash of a transaction
 * @param option the option's name, for people
 * @throws UserError when it is neither
 */
export async function readSource(text: string, option: string): Promise<AnswerSource> {
  if (isHash(text)) return text;
  if (text === "") {
    throw new UserError(`--${option} is missing: name a file with what a node answered, or the hash of a transaction.`);
  }
  const parsed = signedReceiptSchema.safeParse(await readJsonFile(text));
  if (parsed.success) return parsed.data;
  throw new UserError(`${text} is not what a node answered: ${describeIssues(parsed.error)}.`);
}

/**
 * The answers at a source; of a transaction all that it hands in.
 *
 * @throws OpgError when it hands in none
 * @throws UserError when the chain has no such transaction
 */
export async function answersOf(view: GovernanceView, source: AnswerSource): Promise<readonly SignedReceipt[]> {
  if (typeof source !== "string") return [source];
  const { publicClient: client, addresses } = view;
  try {
    return await readAnswers({ client, addresses: parseAddresses(addresses), hash: source });
  } catch (cause) {
    if (!(cause instanceof TransactionNotFoundError)) throw cause;
    throw new UserError(`There is no transaction ${source} on chain ${client.chain.id}: check hash and --network.`, {
      cause,
    });
  }
}

/** The one answer at a source. @throws UserError when a transaction hands in several */
export async function answerOf(view: GovernanceView, source: AnswerSource): Promise<SignedReceipt> {
  const [answer, ...others] = await answersOf(view, source);
  if (answer === undefined || others.length > 0) {
    throw new UserError("That transaction hands in more than one answer: name a file with the one that is meant.");
  }
  return answer;
}
