import {
  decodeFunctionData,
  encodeFunctionData,
  isAddress,
  isAddressEqual,
  isHex,
  slice,
  toFunctionSelector,
  toFunctionSignature,
  type Abi,
  type AbiFunction,
  type AbiParameter,
  type Address,
  type Hex,
} from "viem";

import { hardwarePolicyAbi } from "../../sdk/src/abi/HardwarePolicy.ts";
import type { Addresses, SystemName } from "../deploy/contracts.ts";
import { addressOf, SYSTEM_NAMES } from "../deploy/contracts.ts";
import { ROLE_IDS } from "../deploy/roles.ts";
import type { Reader } from "../lib/clients.ts";
import { abiOf } from "./abis.ts";
import { describeProfile, PROFILE_STATUSES, type HardwareProfile } from "./profiles.ts";
import { describeRelease, RELEASE_STATUSES, type CodeRelease } from "./releases.ts";
import { duration, printable } from "./words.ts";

/** One action of a proposal, in words. */
export interface DecodedAction {
  /** The contract's name; null for an address outside the system. */
  readonly contract: SystemName | null;
  readonly target: Address;
  /** Ether sent along, wei. */
  readonly value: bigint;
  readonly calldata: Hex;
  /** The function's signature; null when it is not known. */
  readonly function: string | null;
  readonly arguments: readonly { readonly name: string; readonly value: unknown }[];
  /** What it does, one sentence. */
  readonly sentence: string;
  /** What changes, old → new; null when the old value cannot be read. */
  readonly change: string | null;
  /** Reasons to look twice. */
  readonly warnings: readonly string[];
  /** The calls that this one makes in turn, for functions that only pass calls on. */
  readonly inner: readonly DecodedAction[];
}

/** A call as a proposal has it. */
export interface RawCall {
  readonly target: Address;
  readonly value: bigint;
  readonly calldata: Hex;
}

/** An action and all that it passes on. */
export function flatten(action: DecodedAction): readonly DecodedAction[] {
  return [action, ...action.inner.flatMap(flatten)];
}

/** How deep calls within calls are followed. */
const MAX_DEPTH = 4;

/** The calls that a function passes on to others; what does not have the form of calls is left out. */
function passedOn(contract: SystemName, target: Address, name: string, args: readonly unknown[]): readonly RawCall[] {
  const [first, second, third] = args;
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
  const call = (to: unknown, value: unknown, data: unknown): readonly RawCall[] =>
    typeof to === "string" && isAddress(to) && isHex(data)
      ? [{ target: to, value: typeof value === "bigint" ? value : 0n, calldata: data }]
      : [];
  if (name === "multicall") return list(first).flatMap((data) => call(target, 0n, data));
  if (contract === "AccessManager" && (name === "execute" || name === "schedule")) return call(first, 0n, second);
  if (contract === "Guardian" && name === "act") return call(first, 0n, second);
  if (name === "relay" || name === "schedule" || name === "execute") return call(first, second, third);
  if (name !== "scheduleBatch" && name !== "executeBatch") return [];
  return list(first).flatMap((to, index) => call(to, list(second)[index], list(third)[index]));
}

/** Setters whose getter is not the name behind "set". */
const GETTERS: Readonly<Record<string, string>> = {
  updateDelay: "getMinDelay",
  updateQuorumNumerator: "quorumNumerator",
  updateTimelock: "timelock",
  setLateQuorumVoteExtension: "lateQuorumVoteExtension",
};

/** Functions whose one argument is a number of seconds. */
const SECONDS = ["updateDelay", "setVotingDelay", "setVotingPeriod", "setLateQuorumVoteExtension", "setDelays"];

function contractAt(addresses: Addresses, target: Address): SystemName | null {
  return SYSTEM_NAMES.find((name) => isAddressEqual(addressOf(addresses, name), target)) ?? null;
}

function findFunction(abi: Abi, calldata: Hex): AbiFunction | undefined {
  if (calldata.length < 10) return undefined;
  const selector = slice(calldata, 0, 4);
  return abi.find((item): item is AbiFunction => item.type === "function" && toFunctionSelector(item) === selector);
}

function show(value: unknown, seconds: boolean): string {
  if (typeof value === "bigint" || typeof value === "number") {
    return seconds ? duration(BigInt(value)) : value.toString();
  }
  if (Array.isArray(value)) return `[${value.map((item: unknown) => show(item, false)).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(([key, item]) => `${key}: ${show(item, false)}`);
    return `{${fields.join(", ")}}`;
  }
  return printable(String(value));
}

/** Whether a decoded argument is a hardware profile. */
export function isProfile(value: unknown): value is HardwareProfile {
  return typeof value === "object" && value !== null && "cpuTee" in value && "gpuBoards" in value;
}

function isRelease(value: unknown): value is CodeRelease {
  return typeof value === "object" && value !== null && "measurementId" in value && "sourceCommit" in value;
}

/** The names of the roles, for reading `grantRole(2, …)`. */
function roleName(id: unknown): string {
  const found = Object.entries(ROLE_IDS).find(([, number]) => number === id);
  return found === undefined ? `role ${show(id, false)}` : found[0];
}

async function readGetter(reader: Reader, target: Address, abi: Abi, name: string): Promise<unknown> {
  const getter = abi.find(
    (item): item is AbiFunction =>
      item.type === "function" &&
      item.name === name &&
      item.inputs.length === 0 &&
      (item.stateMutability === "view" || item.stateMutability === "pure"),
  );
  if (getter === undefined) return undefined;
  return reader.readContract({ address: target, abi: [getter], functionName: name });
}

async function describeProfileChange(reader: Reader, policy: Address, profile: HardwareProfile): Promise<string> {
  const profileId = await reader.readContract({
    address: policy,
    abi: hardwarePolicyAbi,
    functionName: "computeProfileId",
    args: [profile],
  });
  const { status } = await reader.readContract({
    address: policy,
    abi: hardwarePolicyAbi,
    functionName: "termsOf",
    args: [profileId],
  });
  return `profile ${profileId}: ${PROFILE_STATUSES[status] ?? "?"} → accepted`;
}

async function describeReleaseChange(reader: Reader, policy: Address, release: CodeRelease): Promise<string> {
  const [, { status }] = await reader.readContract({
    address: policy,
    abi: hardwarePolicyAbi,
    functionName: "releaseOf",
    args: [release.measurementId],
  });
  return `measurement ${release.measurementId}: ${RELEASE_STATUSES[status] ?? "?"} → accepted`;
}

async function describeChange(
  reader: Reader,
  target: Address,
  abi: Abi,
  item: AbiFunction,
  args: readonly unknown[],
): Promise<string | null> {
  const [first] = args;
  if (item.name === "acceptProfile" && isProfile(first)) return describeProfileChange(reader, target, first);
  if (item.name === "acceptRelease" && isRelease(first)) return describeReleaseChange(reader, target, first);
  const setter = /^set([A-Z])(.*)$/.exec(item.name);
  const getter = GETTERS[item.name] ?? (setter === null ? undefined : `${setter[1]?.toLowerCase()}${setter[2]}`);
  if (item.name === "setDelays") {
    const names = ["trustRootDelay", "slashingDelay"];
    const old = await Promise.all(names.map((name) => readGetter(reader, target, abi, name)));
    return names.map((name, index) => `${name}: ${show(old[index], true)} → ${show(args[index], true)}`).join(", ");
  }
  if (getter === undefined || args.length === 0) return null;
  const seconds = SECONDS.includes(item.name);
  if (args.length === 1) {
    const old = await readGetter(reader, target, abi, getter);
    return old === undefined ? null : `${getter}: ${show(old, seconds)} → ${show(first, seconds)}`;
  }
  // A setter of several values, such as setSplit(operatorBps, treasuryBps): each may have a getter of its own name.
  const whole = await readGetter(reader, target, abi, getter);
  if (Array.isArray(whole) && whole.length === args.length) {
    return `${getter}: ${show(whole, false)} → ${show(args, false)}`;
  }
  const changes: string[] = [];
  for (const [index, input] of item.inputs.entries()) {
    const name = input.name ?? "";
    const old = await readGetter(reader, target, abi, name);
    if (old !== undefined) changes.push(`${name}: ${show(old, seconds)} → ${show(args[index], seconds)}`);
  }
  return changes.length === 0 ? null : changes.join(", ");
}

function describeCall(contract: SystemName, item: AbiFunction, args: readonly unknown[]): string {
  const [first, second] = args;
  if (item.name === "acceptProfile" && isProfile(first)) return `Accept the hardware ${describeProfile(first)}`;
  if (item.name === "acceptRelease" && isRelease(first)) return `Accept the code ${describeRelease(first)}`;
  if (contract === "AccessManager" && (item.name === "grantRole" || item.name === "revokeRole")) {
    const verb = item.name === "grantRole" ? "Give" : "Take";
    return `${verb} ${roleName(first)} ${verb === "Give" ? "to" : "from"} ${show(second, false)}`;
  }
  const seconds = SECONDS.includes(item.name);
  const list = item.inputs.map(
    (input: AbiParameter, index) => `${input.name ?? index} = ${show(args[index], seconds)}`,
  );
  return `Call ${contract}.${item.name}(${list.join(", ")})`;
}

/** Acts that put the whole system into other hands. */
function warningsOf(contract: SystemName | null, name: string | null, value: bigint): readonly string[] {
  const warnings: string[] = [];
  if (contract === null) warnings.push("The target is not a contract of this system.");
  if (value > 0n) warnings.push(`It sends ${value} wei of ether.`);
  const handsOver = [
    "grantRole",
    "setTargetFunctionRole",
    "updateAuthority",
    "updateTimelock",
    "relay",
    "setRoleAdmin",
  ];
  if (name !== null && handsOver.includes(name)) warnings.push("It changes who controls the system.");
  return warnings;
}

/**
 * Puts one action of a proposal into words; reads the values that it would replace.
 *
 * Calldata that is longer than its arguments, or does not decode, is said so and never hidden behind a name.
 */
export async function decodeAction(
  reader: Reader,
  addresses: Addresses,
  target: Address,
  value: bigint,
  calldata: Hex,
  depth = 0,
): Promise<DecodedAction> {
  const contract = contractAt(addresses, target);
  const abi = contract === null ? undefined : abiOf(contract);
  const item = abi === undefined ? undefined : findFunction(abi, calldata);
  const raw = { contract, target, value, calldata };
  const unknown = (reason: string): DecodedAction => ({
    ...raw,
    function: null,
    arguments: [],
    sentence: `Send ${calldata} to ${contract ?? target}`,
    change: null,
    warnings: [...warningsOf(contract, null, value), reason],
    inner: [],
  });
  if (contract === null || abi === undefined || item === undefined) return unknown("The calldata cannot be read.");

  let args: readonly unknown[];
  try {
    args = decodeFunctionData({ abi: [item], data: calldata }).args;
    if (encodeFunctionData({ abi: [item], functionName: item.name, args }) !== calldata.toLowerCase()) {
      return unknown(`The calldata is not a plain call of ${item.name}.`);
    }
  } catch {
    return unknown(`The calldata is not a valid call of ${item.name}.`);
  }
  const inner: DecodedAction[] = [];
  for (const call of depth < MAX_DEPTH ? passedOn(contract, target, item.name, args) : []) {
    inner.push(await decodeAction(reader, addresses, call.target, call.value, call.calldata, depth + 1));
  }
  return {
    ...raw,
    inner,
    function: toFunctionSignature(item),
    arguments: item.inputs.map((input, index) => ({ name: input.name ?? String(index), value: args[index] })),
    sentence: describeCall(contract, item, args),
    change: await describeChange(reader, target, abi, item, args),
    warnings: warningsOf(contract, item.name, value),
  };
}
