import {
  decodeAbiParameters,
  decodeErrorResult,
  encodeFunctionData,
  type Address,
  type Hex,
  type PublicClient,
} from "viem";
import { inferenceForwarderAbi } from "./abi/InferenceForwarder.ts";
import { pipeEngineAbi } from "./abi/PipeEngine.ts";
import { InferenceUnavailableError } from "./errors.ts";
import type { Receipt } from "./receipt.ts";
import { describeFailure, revertDataOf } from "./revert.ts";
import { inferenceQueryParameters, type ModelInput, type ModelOutput } from "./tensors.ts";

/** An operator's answer to one model call, as the engine takes it. */
export interface InferenceAnswer {
  readonly output: ModelOutput;
  readonly receipt: Receipt;
  /** TEE: the enclave's signature; ZK: the ABI-encoded proof. */
  readonly evidence: Hex;
  /** The most the payer agrees to pay, in OPG base units. */
  readonly maxPrice: bigint;
}

/** A model call that a transaction makes and that has no answer yet. */
export interface InferenceQuery {
  /** The engine that asks. */
  readonly engine: Address;
  /** The contract that calls the model. */
  readonly consumer: Address;
  readonly releaseId: Hex;
  readonly mode: number;
  readonly modelId: string;
  readonly input: ModelInput;
}

/** A call that needs models: what the user wants to do, before any answer is there. */
export interface InferenceCall {
  readonly target: Address;
  readonly data: Hex;
  readonly value?: bigint;
}

/** A transaction that hands answers in and makes a call. */
export interface InferenceTransaction {
  readonly to: Address;
  readonly data: Hex;
  readonly value: bigint;
}

/** The most model calls of one transaction, as the engine limits them. */
export const MAXIMUM_ANSWERS = 16;

/**
 * Finds out which models a call runs, has each answered, and returns the transaction that does everything at once.
 *
 * The call is simulated through the forwarder; a missing answer shows as `OracleDataRequired`, is asked for, and the
 * simulation starts again, until it goes through: so a model whose input is another model's output is resolved too.
 *
 * @param options.account The sender: he pays for the answers and signs the transaction.
 * @param options.answer  Asks an operator's node, for example {@link import("./node-client.ts").askNode}.
 * @returns the answers and the transaction `{ to, data, value }` that `account` sends.
 * @throws {InferenceUnavailableError} when the call fails for another reason than a missing answer, or needs too many.
 */
export async function prepareInferenceCall(options: {
  client: PublicClient;
  account: Address;
  forwarder: Address;
  call: InferenceCall;
  answer: (query: InferenceQuery) => Promise<InferenceAnswer>;
}): Promise<{ answers: readonly InferenceAnswer[]; transaction: InferenceTransaction }> {
  const answers: InferenceAnswer[] = [];
  for (;;) {
    const { query, transaction } = await findMissingAnswer({ ...options, answers });
    if (query === undefined) return { answers, transaction };
    if (answers.length === MAXIMUM_ANSWERS) {
      throw new InferenceUnavailableError(
        `The call runs more than ${MAXIMUM_ANSWERS} models; the engine takes no more answers in one transaction.`,
      );
    }
    answers.push(await options.answer(query));
  }
}

/**
 * Simulates a call with the answers there are, and reads the model call that has none yet out of the revert.
 *
 * @returns the next query, undefined if the call goes through, and the transaction that was simulated.
 * @throws {InferenceUnavailableError} when the call fails for another reason than a missing answer.
 */
export async function findMissingAnswer(options: {
  client: PublicClient;
  account: Address;
  forwarder: Address;
  call: InferenceCall;
  answers: readonly InferenceAnswer[];
}): Promise<{ query: InferenceQuery | undefined; transaction: InferenceTransaction }> {
  const { client, account, forwarder, call, answers } = options;
  const data = encodeFunctionData({
    abi: inferenceForwarderAbi,
    functionName: "executeWithInference",
    args: [answers, call.target, call.data],
  });
  const transaction = { to: forwarder, data, value: call.value ?? 0n };
  try {
    await client.call({ account, ...transaction });
    return { query: undefined, transaction };
  } catch (error) {
    const reverted = revertDataOf(error);
    const query = reverted === undefined ? undefined : decodeInferenceQuery(reverted);
    if (query !== undefined) return { query, transaction };
    throw new InferenceUnavailableError(
      `The call fails for another reason than a missing model answer: ${describeFailure(error)}.`,
      {
        revertData: reverted,
        cause: error,
      },
    );
  }
}

/** Reads the query out of an `OracleDataRequired` revert; undefined if `data` is another error. */
export function decodeInferenceQuery(data: Hex): InferenceQuery | undefined {
  let decoded;
  try {
    decoded = decodeErrorResult({ abi: pipeEngineAbi, data });
  } catch {
    return undefined;
  }
  if (decoded.errorName !== "OracleDataRequired") return undefined;
  const [engine, query] = decoded.args;
  const [consumer, releaseId, request] = decodeAbiParameters(inferenceQueryParameters, query);
  return { engine, consumer, releaseId, mode: request.mode, modelId: request.modelCID, input: request.input };
}
