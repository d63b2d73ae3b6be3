import { setTimeout as wait } from "node:timers/promises";
import { BaseError, ContractFunctionRevertedError, type Address, type Hex } from "viem";
import type { Account, Chain, PublicClient, Transport, WalletClient } from "viem";

import { answerChallengesAbi } from "../../sdk/src/abi/AnswerChallenges.ts";
import { settlementAbi } from "../../sdk/src/abi/Settlement.ts";
import type { Receipt } from "../../sdk/src/receipt.ts";
import { isWide } from "../../zkml/codec/packed-words.ts";
import { unpackIntegers } from "../../zkml/codec/signal-codec.ts";
import { circuitEntry, circuitModel } from "../../zkml/circuit/catalogue.ts";
import { ResponderError } from "./errors.ts";
import { type Memory, type OpenChallenge, writeMemory } from "./memory.ts";
import type { Prover } from "./remote-prover.ts";

/** Public nodes answer for so many blocks at once. */
const RANGE = 10_000n;

/** Blocks that are read again in every round, since the newest ones may still be replaced. */
const REREAD = 32n;

/** `IAnswerChallenges.State`, in its order. */
const STATES = ["unknown", "open", "answered", "drawn", "withheld", "disproved", "expired"] as const;
const OPEN = 1;

/** What a node that answers challenges works with. */
export interface Responder {
  readonly publicClient: PublicClient<Transport, Chain>;
  /** Pays for the transactions; any account, since the bond goes to the operator's payee whoever answers. */
  readonly walletClient: WalletClient<Transport, Chain, Account>;
  readonly settlement: Address;
  /** Which circuit a verifying key is of: names in circuits/circuits.json, by key id in lower case. */
  readonly circuits: ReadonlyMap<string, string>;
  readonly prove: Prover;
  /** Where {@link Memory} is kept. */
  readonly file: string;
  /** Told in sentences what happens. */
  readonly log: (line: string) => void;
  /** Challenges that nothing can prove: not tried again before a restart. Begins empty. */
  readonly hopeless: Set<Hex>;
}

/**
 * Looks once: reads new challenges of the operator, then answers what is open, the most urgent first. What fails stays
 * open for the next look, and keeps nothing else from being answered.
 *
 * @returns the memory after it, which is on the disk
 * @throws viem's errors when the chain cannot be read
 */
export async function respondOnce(responder: Responder, before: Memory): Promise<Memory> {
  let memory = await readChallenges(responder, before);
  const urgent = [...memory.open].sort((a, b) => (a.respondBy < b.respondBy ? -1 : 1));
  for (const challenge of urgent) {
    if (!(await isEnded(responder, memory, challenge))) continue;
    memory = { ...memory, open: memory.open.filter(({ id }) => id !== challenge.id) };
    await writeMemory(responder.file, memory);
  }
  return memory;
}

/** Looks again and again until told to stop; a chain that does not answer is asked again. */
export async function respondForever(
  responder: Responder,
  begin: Memory,
  options: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<void> {
  const { seconds, signal } = options;
  for (let memory = begin; !signal.aborted; ) {
    try {
      memory = await respondOnce(responder, memory);
    } catch (error) {
      responder.log(`The chain could not be read: ${reasonOf(error)}. Again in ${seconds} s.`);
    }
    await wait(seconds * 1_000, undefined, { signal }).catch(() => undefined);
  }
}

async function readChallenges(responder: Responder, before: Memory): Promise<Memory> {
  const { publicClient, file, log } = responder;
  const head = await publicClient.getBlockNumber();
  let memory = before;
  const reread = before.nextBlock > REREAD ? before.nextBlock - REREAD : 0n;
  for (let fromBlock = reread; fromBlock <= head; fromBlock += RANGE) {
    const end = fromBlock + RANGE - 1n;
    const toBlock = end < head ? end : head;
    const events = await publicClient.getContractEvents({
      address: memory.challenges,
      abi: answerChallengesAbi,
      eventName: "AnswerChallenged",
      args: { operator: memory.operator },
      fromBlock,
      toBlock,
      strict: true,
    });
    const open = [...memory.open];
    for (const { args } of events) {
      const { id, respondBy, receipt } = args;
      if (open.some((known) => known.id === id) || (await stateOf(responder, memory, id)) !== OPEN) continue;
      open.push({ id, respondBy, receipt });
      log(`${id} was challenged by ${args.challenger}: to be answered by ${moment(respondBy)}.`);
    }
    memory = { ...memory, open, nextBlock: toBlock + 1n };
    await writeMemory(file, memory);
  }
  return memory;
}

/** Whether nothing is left to do for a challenge, after trying to answer it. */
async function isEnded(responder: Responder, memory: Memory, challenge: OpenChallenge): Promise<boolean> {
  const { publicClient, log } = responder;
  const { id, respondBy } = challenge;
  try {
    const state = await stateOf(responder, memory, id);
    if (state !== OPEN) {
      log(`${id} has ended: ${STATES[state] ?? state}.`);
      return true;
    }
    const { timestamp } = await publicClient.getBlock();
    if (timestamp > respondBy) {
      log(`${id} was NOT ANSWERED in time, which was until ${moment(respondBy)}: the operator loses stake.`);
      return true;
    }
    if (responder.hopeless.has(id)) return false;
    const hash = await answer(responder, memory, challenge);
    log(`${id} is answered, by transaction ${hash}.`);
    return true;
  } catch (error) {
    log(`${id} could not be answered yet: ${reasonOf(error)}. There is time until ${moment(respondBy)}.`);
    return false;
  }
}

async function stateOf({ publicClient }: Responder, { challenges }: Memory, id: Hex): Promise<number> {
  const contract = { address: challenges, abi: answerChallengesAbi } as const;
  const { state } = await publicClient.readContract({ ...contract, functionName: "challengeOf", args: [id] });
  return state;
}

/** Proves and sends. The chain's own word is taken for the binding, and its simulation before anything is paid for. */
async function answer(responder: Responder, memory: Memory, { id, receipt }: OpenChallenge): Promise<Hex> {
  const { publicClient, walletClient, settlement, prove, hopeless } = responder;
  const [circuit, features] = provableOf(responder, receipt);
  const binding = await publicClient.readContract({
    address: settlement,
    abi: settlementAbi,
    functionName: "proofBinding",
    args: [receipt],
  });
  const { proof, signals } = await prove({ circuit, features, binding });
  if (signals[0] !== receipt.outputCommitment) {
    hopeless.add(id);
    throw new ResponderError(
      `the model's answer is ${signals[0]}, the enclave signed ${receipt.outputCommitment}: nothing can prove that`,
    );
  }
  const { request } = await publicClient.simulateContract({
    account: walletClient.account,
    address: memory.challenges,
    abi: answerChallengesAbi,
    functionName: "answer",
    args: [receipt, proof],
  });
  const hash = await walletClient.writeContract(request);
  const { status } = await publicClient.waitForTransactionReceipt({ hash });
  if (status !== "success") throw new ResponderError(`transaction ${hash} was refused by the chain`);
  return hash;
}

/** The circuit of a receipt and the input in its terms, which an input of one word is itself. */
function provableOf({ circuits }: Responder, receipt: Receipt): [circuit: string, features: readonly bigint[]] {
  const circuit = circuits.get(receipt.keyId.toLowerCase());
  if (circuit === undefined) throw new ResponderError(`no circuit is known for the key ${receipt.keyId}`);
  const { layout } = circuitModel(circuitEntry(circuit));
  if (isWide(layout)) {
    throw new ResponderError(`"${circuit}" hides its input behind a hash, and the receipt does not hold the input`);
  }
  return [circuit, unpackIntegers(receipt.inputCommitment, layout.inputCount, layout.inputBits)];
}

function reasonOf(error: unknown): string {
  if (error instanceof BaseError) {
    const revert = error.walk((cause) => cause instanceof ContractFunctionRevertedError);
    if (revert instanceof ContractFunctionRevertedError && revert.data !== undefined) return revert.data.errorName;
    return error.shortMessage;
  }
  return error instanceof Error ? error.message : String(error);
}

function moment(seconds: bigint): string {
  return new Date(Number(seconds) * 1_000).toISOString();
}
