import {
  decodeEventLog,
  encodeAbiParameters,
  encodeFunctionData,
  formatEther,
  keccak256,
  numberToHex,
  pad,
  parseEther,
  type Abi,
  type AbiFunction,
  type Address,
  type Hex,
  type TransactionReceipt,
} from "viem";

import * as abis from "../../sdk/src/abi/index.ts";
import { opgAbi } from "../../sdk/src/abi/OPG.ts";
import { opgGovernorAbi } from "../../sdk/src/abi/OPGGovernor.ts";
import { operatorsAbi } from "../../sdk/src/abi/Operators.ts";
import { stakingAbi } from "../../sdk/src/abi/Staking.ts";
import { describeFailure } from "../../sdk/src/revert.ts";
import { addressOf, SYSTEM_NAMES, type Addresses, type SystemName } from "../deploy/contracts.ts";
import { MAX_TRANSACTION_GAS } from "../lib/base.ts";
import { clientsOfProvider, type Clients, type Reader, type RequestProvider } from "../lib/clients.ts";
import { passTime } from "../lib/test-node.ts";
import { abiOf } from "./abis.ts";
import { descriptionOf, type ProposalDraft } from "./propose.ts";
import { decodeAction, type DecodedAction } from "./decode.ts";
import { lint, waitOf, type Finding } from "./lint.ts";
import { printable } from "./words.ts";

/** Votes for the proposal in the copy, alone and with a quorum. */
const VOTER: Address = "0x5100000000000000000000000000000000000051";
/** What the voter stakes beyond everybody else's stake together, OPG base units. */
const MARGIN = parseEther("10000000");
/** The mapping of balances of upgradeable OpenZeppelin tokens (ERC-7201 "openzeppelin.storage.ERC20"). */
const ERC7201_BALANCES = 0x52c63247e1f47db19d5ce0460030c497f067ca4cebf71ba98eeadabe20bace00n;

/** A step of a proposal's life, and the gas it took. */
export interface StageReport {
  readonly stage: "propose" | "vote" | "queue" | "execute";
  readonly gas: bigint;
}

/** A value that the execution changed. */
export interface StateChange {
  readonly contract: SystemName | Address;
  /** A getter without arguments, "ether", or "storage". */
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** What came of playing a proposal's whole life on a copy of the chain. */
export interface SimulationReport {
  readonly executed: boolean;
  /** Why it was not executed; null when it was. */
  readonly failure: string | null;
  readonly actions: readonly DecodedAction[];
  /** How long the decision waits in the timelock, in words. */
  readonly waits: string;
  readonly stages: readonly StageReport[];
  readonly changes: readonly StateChange[];
  /** The events of the execution, in words. */
  readonly events: readonly string[];
  readonly findings: readonly Finding[];
}

/** A copy of a chain in this process, which may be changed. */
export interface Copy {
  readonly provider: RequestProvider;
  readonly addresses: Addresses;
}

async function impersonate({ provider }: Copy, account: Address): Promise<Clients> {
  await provider.request({ method: "hardhat_impersonateAccount", params: [account] });
  await provider.request({ method: "hardhat_setBalance", params: [account, numberToHex(parseEther("1000"))] });
  return clientsOfProvider(provider, account, true);
}

/** Finds where the token keeps balances by trying, and gives the account an amount there. */
async function deal({ provider, addresses }: Copy, reader: Reader, account: Address, amount: bigint): Promise<void> {
  const token = addresses.OPG;
  const slots = [...Array.from({ length: 20 }, (_none, index) => BigInt(index)), ERC7201_BALANCES];
  for (const base of slots) {
    const slot = keccak256(encodeAbiParameters([{ type: "address" }, { type: "uint256" }], [account, base]));
    const old = await reader.getStorageAt({ address: token, slot });
    const write = (value: Hex): Promise<unknown> =>
      provider.request({ method: "hardhat_setStorageAt", params: [token, slot, pad(value)] });
    await write(numberToHex(amount));
    const balance = await reader.readContract({
      address: token,
      abi: opgAbi,
      functionName: "balanceOf",
      args: [account],
    });
    if (balance === amount) return;
    await write(old ?? "0x");
  }
  throw new Error(`the balances of the token ${token} were not found`);
}

/** Sends with all the gas that a block has, and says what it took. */
async function send({ publicClient, walletClient }: Clients, to: Address, data: Hex): Promise<TransactionReceipt> {
  const { gasLimit } = await publicClient.getBlock();
  const hash = await walletClient.sendTransaction({ to, data, gas: (gasLimit * 9n) / 10n });
  return publicClient.waitForTransactionReceipt({ hash });
}

/** Makes an operator who has staked more than all others together. */
async function raiseVoter(copy: Copy): Promise<Clients> {
  const clients = await impersonate(copy, VOTER);
  const { publicClient } = clients;
  const { addresses } = copy;
  const total = await publicClient.readContract({
    address: addresses.Staking,
    abi: stakingAbi,
    functionName: "totalSupply",
  });
  const stake = total + MARGIN;
  await deal(copy, publicClient, VOTER, stake);
  const steps: readonly (readonly [Address, Hex])[] = [
    [
      addressOf(addresses, "Operators"),
      encodeFunctionData({ abi: operatorsAbi, functionName: "registerOperator", args: [1, VOTER, 0] }),
    ],
    [addresses.OPG, encodeFunctionData({ abi: opgAbi, functionName: "approve", args: [addresses.Staking, stake] })],
    [addresses.Staking, encodeFunctionData({ abi: stakingAbi, functionName: "stake", args: [VOTER, stake] })],
  ];
  for (const [to, data] of steps) await send(clients, to, data);
  await passTime(copy.provider, 2n);
  return clients;
}

interface Life {
  readonly stages: StageReport[];
  execution?: TransactionReceipt;
  failure: string | null;
}

async function live(copy: Copy, draft: ProposalDraft): Promise<Life> {
  const life: Life = { stages: [], failure: null };
  const governor = { address: copy.addresses.OPGGovernor, abi: opgGovernorAbi } as const;
  const description = descriptionOf(draft, VOTER);
  const targets = draft.actions.map(({ to }) => to);
  const values = draft.actions.map(({ value }) => value ?? 0n);
  const calldatas = draft.actions.map(({ data }) => data);
  try {
    const voter = await raiseVoter(copy);
    const { publicClient } = voter;
    const read = { ...governor, args: [targets, values, calldatas, keccak256(Buffer.from(description))] } as const;
    const id = await publicClient.readContract({ ...read, functionName: "getProposalId" });
    const step = async (stage: StageReport["stage"], data: Hex): Promise<TransactionReceipt> => {
      const receipt = await send(voter, governor.address, data);
      life.stages.push({ stage, gas: receipt.gasUsed });
      return receipt;
    };
    const reach = async (functionName: "proposalSnapshot" | "proposalDeadline" | "proposalEta"): Promise<void> => {
      const until = await publicClient.readContract({ ...governor, functionName, args: [id] });
      const { timestamp } = await publicClient.getBlock();
      if (until >= timestamp) await passTime(copy.provider, until - timestamp + 1n);
    };
    const abi = opgGovernorAbi;
    const args = [targets, values, calldatas, description] as const;
    await step("propose", encodeFunctionData({ abi, functionName: "propose", args }));
    await reach("proposalSnapshot");
    await step("vote", encodeFunctionData({ abi, functionName: "castVote", args: [id, 1] }));
    await reach("proposalDeadline");
    await step("queue", encodeFunctionData({ abi, functionName: "queue", args: [id] }));
    await reach("proposalEta");
    life.execution = await step("execute", encodeFunctionData({ abi, functionName: "execute", args: [id] }));
  } catch (error) {
    life.failure = describeFailure(error);
  }
  return life;
}

const systemErrorsAndEvents: Abi = Object.values(abis).flat();

function eventLines(execution: TransactionReceipt, addresses: Addresses): readonly string[] {
  return execution.logs.map((log) => {
    const name = SYSTEM_NAMES.find((known) => addressOf(addresses, known).toLowerCase() === log.address.toLowerCase());
    try {
      const abi = name === undefined ? systemErrorsAndEvents : abiOf(name);
      const { eventName, args } = decodeEventLog({ abi, data: log.data, topics: log.topics });
      const fields = Object.entries(args ?? {}).map(([key, value]) => `${key} = ${printable(String(value))}`);
      return `${name ?? log.address}: ${eventName}(${fields.join(", ")})`;
    } catch {
      return `${name ?? log.address}: ${log.topics.join(" ")} ${log.data}`;
    }
  });
}

interface Account {
  readonly balance?: Hex;
  readonly storage?: Readonly<Record<Hex, Hex>>;
}

interface Difference {
  readonly pre: Readonly<Record<Address, Account>>;
  readonly post: Readonly<Record<Address, Account>>;
}

/** What the tracer says that a transaction changed. */
async function differenceOf({ provider }: Copy, hash: Hex): Promise<Difference> {
  const options = { tracer: "prestateTracer", tracerConfig: { diffMode: true } };
  return (await provider.request({ method: "debug_traceTransaction", params: [hash, options] })) as Difference;
}

const gettersOf = (name: SystemName): readonly AbiFunction[] =>
  abiOf(name).filter(
    (item): item is AbiFunction =>
      item.type === "function" &&
      item.inputs.length === 0 &&
      item.stateMutability === "view" &&
      // The time is no state.
      item.name !== "clock",
  );

async function valueAt(reader: Reader, address: Address, getter: AbiFunction, blockNumber: bigint): Promise<string> {
  const value: unknown = await reader
    .readContract({ address, abi: [getter], functionName: getter.name, blockNumber })
    .catch(() => "reverts");
  return printable(JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? String(item) : item)));
}

/** The values of the system's contracts that the execution changed, and the storage that no getter shows. */
async function changesOf(copy: Copy, reader: Reader, execution: TransactionReceipt): Promise<readonly StateChange[]> {
  const { pre, post } = await differenceOf(copy, execution.transactionHash);
  const changes: StateChange[] = [];
  for (const [key, account] of Object.entries(post)) {
    const name = SYSTEM_NAMES.find((known) => addressOf(copy.addresses, known).toLowerCase() === key.toLowerCase());
    const address = key as Address;
    const contract = name ?? address;
    const before = pre[address];
    if (account.balance !== undefined && name !== undefined) {
      const [was, is] = [before?.balance, account.balance].map((amount) => `${formatEther(BigInt(amount ?? 0))} ether`);
      changes.push({ contract, what: "ether", before: was ?? "0", after: is ?? "0" });
    }
    const slots = Object.keys(account.storage ?? {}).length;
    if (slots === 0) continue;
    const known = changes.length;
    for (const getter of name === undefined ? [] : gettersOf(name)) {
      const was = await valueAt(reader, address, getter, execution.blockNumber - 1n);
      const is = await valueAt(reader, address, getter, execution.blockNumber);
      if (was !== is) changes.push({ contract, what: getter.name, before: was, after: is });
    }
    if (changes.length === known) {
      changes.push({ contract, what: "storage", before: "", after: `${slots} slot(s) written, see the events` });
    }
  }
  return changes;
}

/**
 * Plays a proposal's whole life (propose, vote, queue, execute) on a copy of the chain, with a voter who exists only there
 * and has the quorum alone, and judges it by every rule.
 *
 * @param chainId the chain that the proposal's file names; undefined when it has no file
 */
export async function simulate(
  copy: Copy,
  view: { readonly publicClient: Reader },
  draft: ProposalDraft,
  chainId?: number,
): Promise<SimulationReport> {
  const { addresses } = copy;
  const governance = { publicClient: view.publicClient, addresses };
  const actions: DecodedAction[] = [];
  for (const { to, data, value } of draft.actions) {
    actions.push(await decodeAction(view.publicClient, addresses, to, value ?? 0n, data));
  }
  const texts = [draft.title, ...draft.paragraphs];
  const findings = [...(await lint({ view: governance, actions, texts, chainId }))];
  const waits = await waitOf(governance, actions);
  const life = await live(copy, draft);
  const { stages, execution, failure } = life;
  for (const { stage, gas } of stages.filter((row) => row.gas > MAX_TRANSACTION_GAS)) {
    const sentence = `To ${stage} it takes ${gas} gas; Base allows ${MAX_TRANSACTION_GAS} in a transaction.`;
    findings.push({ rule: "gas-cap", sentence });
  }
  if (failure !== null) findings.push({ rule: "fails", sentence: `It would fail: ${failure}` });
  const reader = (await clientsOfProvider(copy.provider, VOTER, true)).publicClient;
  return {
    executed: execution !== undefined,
    failure,
    actions,
    waits,
    stages,
    changes: execution === undefined ? [] : await changesOf(copy, reader, execution),
    events: execution === undefined ? [] : eventLines(execution, addresses),
    findings,
  };
}
