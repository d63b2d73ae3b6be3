import {
  decodeFunctionData,
  hashTypedData,
  isAddressEqual,
  keccak256,
  parseEventLogs,
  recoverAddress,
  type Address,
  type Hash,
  type Hex,
  type PublicClient,
} from "viem";
import { enclaveRegistryAbi } from "./abi/EnclaveRegistry.ts";
import { inferenceForwarderAbi } from "./abi/InferenceForwarder.ts";
import { modelHubAbi } from "./abi/ModelHub.ts";
import { pipeEngineAbi } from "./abi/PipeEngine.ts";
import { settlementAbi } from "./abi/Settlement.ts";
import type { SystemAddresses } from "./addresses.ts";
import { OpgError } from "./errors.ts";
import type { InferenceAnswer } from "./pipe.ts";
import { computeRequestId, receiptTypedData, type Receipt } from "./receipt.ts";
import { hashModelOutput, InferenceMode } from "./tensors.ts";

/** One thing that was checked about an inference. */
export interface InferenceCheck {
  readonly claim: string;
  readonly holds: boolean;
}

/** An inference that a transaction brought to the chain, and what was checked of it. */
export interface VerifiedInference {
  readonly answer: InferenceAnswer;
  /** The model's name, `owner/name`. */
  readonly repository: string;
  readonly checks: readonly InferenceCheck[];
}

/**
 * Checks every model answer that a transaction handed in, from a third party's seat: nothing is taken from the caller, the
 * node that answered or its operator, only from the chain and from mathematics.
 *
 * A TEE answer is recomputed to the enclave's signature here; a ZK answer was verified by the chain in the same transaction,
 * which the settlement's event shows. Neither says that the answer is true of the world, only that this model gave it.
 *
 * @param options.hash a transaction that called a model through the engine or the forwarder
 * @throws {OpgError} when the transaction failed or hands in no answers
 */
export async function verifyInferences(options: {
  client: PublicClient;
  addresses: SystemAddresses;
  hash: Hash;
}): Promise<readonly VerifiedInference[]> {
  const { client, addresses, hash } = options;
  const [transaction, { status, logs, blockNumber }] = await Promise.all([
    client.getTransaction({ hash }),
    client.getTransactionReceipt({ hash }),
  ]);
  if (status !== "success") throw new OpgError(`The transaction ${hash} failed, so it brought no answer to the chain.`);
  const { timestamp } = await client.getBlock({ blockNumber });
  const settled = parseEventLogs({ abi: settlementAbi, logs, eventName: "ReceiptSettled" }).filter(({ address }) =>
    isAddressEqual(address, addresses.Settlement),
  );
  const chainId = await client.getChainId();
  const digestOf = (receipt: Receipt): Hex =>
    hashTypedData(receiptTypedData({ chainId, settlement: addresses.Settlement, receipt }));
  return Promise.all(
    answersOf(addresses, transaction.to, transaction.input).map(async (answer) => {
      const { receipt } = answer;
      const repositoryId = await client.readContract({
        address: addresses.ModelHub,
        abi: modelHubAbi,
        functionName: "repositoryOf",
        args: [receipt.releaseId],
      });
      const repository = await client.readContract({
        address: addresses.ModelHub,
        abi: modelHubAbi,
        functionName: "nameOf",
        args: [repositoryId],
      });
      const checks = [
        {
          claim: "the settlement contract accepted this receipt in this transaction",
          holds: settled.some(({ args }) => digestOf(args.receipt) === digestOf(receipt)),
        },
        {
          claim: "the request id is the hash of caller, model, mode, input and nonce",
          holds: computeRequestId(receipt) === receipt.requestId,
        },
        { claim: "the output is the one that the receipt commits to", holds: outputMatches(answer) },
        {
          claim: "the receipt was issued before the block and not past its deadline",
          holds: inTime(answer, timestamp),
        },
        ...(receipt.mode === InferenceMode.TEE ? await enclaveChecks(options, answer, digestOf(receipt)) : []),
      ];
      return { answer, repository, checks };
    }),
  );
}

/**
 * Reads the answers that a transaction handed in, with their receipts and evidence. Nothing of them is checked, and the
 * transaction may have failed: what an enclave signed stays signed.
 *
 * @param options.hash a transaction that called a model through the engine or the forwarder
 * @throws {OpgError} when it hands in no answers
 */
export async function readAnswers(options: {
  client: PublicClient;
  addresses: SystemAddresses;
  hash: Hash;
}): Promise<readonly InferenceAnswer[]> {
  const { to, input } = await options.client.getTransaction({ hash: options.hash });
  return answersOf(options.addresses, to, input);
}

function answersOf(addresses: SystemAddresses, to: Address | null, data: Hex): readonly InferenceAnswer[] {
  if (to !== null && isAddressEqual(to, addresses.InferenceForwarder)) {
    const { functionName, args } = decodeFunctionData({ abi: inferenceForwarderAbi, data });
    if (functionName === "executeWithInference") return args[0];
  }
  if (to !== null && isAddressEqual(to, addresses.PipeEngine)) {
    const { functionName, args } = decodeFunctionData({ abi: pipeEngineAbi, data });
    if (functionName === "fulfill" || functionName === "deliver") return args[0];
  }
  throw new OpgError(
    "The transaction hands in no model answers: it is a call of neither the engine nor the forwarder.",
  );
}

function outputMatches({ output, receipt }: InferenceAnswer): boolean {
  return hashModelOutput(output) === receipt.outputHash;
}

function inTime({ receipt }: InferenceAnswer, timestamp: bigint): boolean {
  return receipt.issuedAt <= timestamp && timestamp <= receipt.deadline;
}

async function enclaveChecks(
  { client, addresses }: { client: PublicClient; addresses: SystemAddresses },
  { receipt, evidence }: InferenceAnswer,
  digest: Hex,
): Promise<readonly InferenceCheck[]> {
  const signer = await recoverAddress({ hash: digest, signature: evidence });
  const operator = await client.readContract({
    address: addresses.EnclaveRegistry,
    abi: enclaveRegistryAbi,
    functionName: "operatorOf",
    args: [receipt.enclaveId],
  });
  return [
    { claim: "the key of the enclave signed the receipt", holds: keccak256(signer) === receipt.enclaveId },
    { claim: "the registry knows that enclave as the operator's", holds: isAddressEqual(operator, receipt.operator) },
  ];
}
