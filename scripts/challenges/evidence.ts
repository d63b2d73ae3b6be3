import { hashTypedData, isAddressEqual, keccak256, recoverAddress, slice } from "viem";
import type { Address, Hex } from "viem";

import { computeRequestId, receiptTypedData, type SignedReceipt } from "../../sdk/src/receipt.ts";
import type { GovernanceView } from "../gov/proposals.ts";
import { UserError } from "../lib/user-error.ts";
import { answersOf, readSource, type AnswerSource } from "./answer-source.ts";

/** Two answers of one operator to one request, as far as somebody says so. */
export interface Evidence {
  readonly first: SignedReceipt;
  readonly second: SignedReceipt;
}

/** The settlement contract that receipts are signed for. */
export interface SettlementDomain {
  readonly chainId: number;
  readonly settlement: Address;
}

/** Half the order of secp256k1's group: of the two forms of a signature the chain takes the one whose `s` is not above. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/** The characters of 65 bytes in hex. */
const SIGNATURE_LENGTH = 2 + 65 * 2;

/** Reads what both options name, without the chain. @throws UserError naming the one that cannot be used */
export async function readSources(first: string, second: string): Promise<readonly [AnswerSource, AnswerSource]> {
  return [await readSource(first, "first"), await readSource(second, "second")];
}

/**
 * Fetches answers that were handed in. Of transactions with several it takes two to the same request, if there are.
 *
 * @throws OpgError when a transaction hands in none
 */
export async function evidenceOf(
  view: GovernanceView,
  [first, second]: readonly [AnswerSource, AnswerSource],
): Promise<Evidence> {
  const [firsts, seconds] = [await answersOf(view, first), await answersOf(view, second)];
  const pairs = firsts.flatMap((one) => seconds.map((other) => ({ first: one, second: other })));
  const pair = pairs.find((found) => isSame(found.first.receipt.requestId, found.second.receipt.requestId)) ?? pairs[0];
  if (pair === undefined) throw new UserError("A transaction that was named hands in no answers.");
  return pair;
}

/**
 * Why two receipts are no contradiction, as far as mathematics can tell; the settlement contract refuses them for the same
 * reasons. Asks nobody: evidence is worth a bounty to whoever sees it.
 *
 * @returns a phrase; undefined when nothing is wrong with them
 */
export async function findFlaw(domain: SettlementDomain, { first, second }: Evidence): Promise<string | undefined> {
  for (const [which, { receipt }] of [
    ["first", first],
    ["second", second],
  ] as const) {
    if (!isSame(computeRequestId(receipt), receipt.requestId)) {
      return `the request id of the ${which} receipt is not the hash of its own fields`;
    }
  }
  if (!isSame(first.receipt.requestId, second.receipt.requestId)) return "the receipts are for different requests";
  if (!isAddressEqual(first.receipt.operator, second.receipt.operator)) {
    return "the receipts are by different operators";
  }
  if (isSame(first.receipt.outputHash, second.receipt.outputHash)) return "the receipts have the same output";
  return (await signatureFlaw(domain, "first", first)) ?? (await signatureFlaw(domain, "second", second));
}

async function signatureFlaw(
  domain: SettlementDomain,
  which: string,
  { receipt, evidence }: SignedReceipt,
): Promise<string | undefined> {
  if (evidence.length !== SIGNATURE_LENGTH) {
    return `the evidence of the ${which} is not the signature of an enclave, which has 65 bytes`;
  }
  if (BigInt(slice(evidence, 32, 64)) > HALF_ORDER || ![27, 28].includes(Number(slice(evidence, 64)))) {
    return `the signature of the ${which} is not in the one form that the chain takes`;
  }
  const signer = await signerOf(hashTypedData(receiptTypedData({ ...domain, receipt })), evidence);
  if (signer !== undefined && isSame(keccak256(signer), receipt.enclaveId)) return undefined;
  return `the enclave that the ${which} receipt names did not sign it for ${domain.settlement} on chain ${domain.chainId}`;
}

/** Who signed; undefined when no key can have made the signature. */
async function signerOf(hash: Hex, signature: Hex): Promise<Address | undefined> {
  try {
    return await recoverAddress({ hash, signature });
  } catch {
    return undefined;
  }
}

function isSame(one: Hex, other: Hex): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
