import {
  encodeFunctionData,
  getAddress,
  isAddress,
  isHex,
  type AbiFunction,
  type AbiParameter,
  type Address,
  type Hex,
} from "viem";
import { z } from "zod";

import { addressOf, SYSTEM_NAMES, type Addresses, type SystemName } from "../deploy/contracts.ts";
import { readJsonFile } from "../lib/read-json.ts";
import { UserError } from "../lib/user-error.ts";
import { abiOf } from "./abis.ts";
import type { ProposalDraft } from "./propose.ts";

const wei = z.string().regex(/^\d+$/, "must be wei as a text of digits").default("0");

const namedAction = z
  .object({
    contract: z.string().describe("A contract of the system"),
    function: z.string(),
    arguments: z.array(z.unknown()).default([]),
    value: wei,
  })
  .strict();

const rawAction = z
  .object({
    target: z.string().refine((text) => isAddress(text) || text.startsWith("@"), "must be an address or @Contract"),
    calldata: z.string().refine((text) => isHex(text), "must be hex"),
    value: wei,
  })
  .strict();

const proposalFile = z
  .object({
    chainId: z.number().int().positive(),
    title: z.string().min(1),
    paragraphs: z.array(z.string()).default([]),
    source: z.string().min(1),
    actions: z.array(z.union([namedAction, rawAction])).min(1),
  })
  .strict();

/** A proposal as a file has it: for people to write and review, and to rebuild exactly what is voted on. */
export type ProposalFile = z.infer<typeof proposalFile>;

/**
 * Reads a proposal from JSON; what it calls is checked when it is encoded.
 *
 * @param where the file, for messages
 * @throws UserError naming the first field that is wrong
 */
export function parseProposal(json: unknown, where: string): ProposalFile {
  const parsed = proposalFile.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue === undefined || issue.path.length === 0 ? "the file" : issue.path.join(".");
  throw new UserError(`${where}: ${field}: ${issue?.message ?? "is wrong"}.`);
}

/** Reads a proposal file. @throws UserError when it is not one */
export async function readProposalFile(file: string): Promise<ProposalFile> {
  return parseProposal(await readJsonFile(file), file);
}

/** The contract of the system with this name. @throws UserError when there is none */
export function systemNameFrom(text: string): SystemName {
  const found = SYSTEM_NAMES.find((name) => name === text);
  if (found === undefined)
    throw new UserError(`"${text}" is not a contract of the system: ${SYSTEM_NAMES.join(", ")}.`);
  return found;
}

/** An address, or that of the contract of the system behind "@". */
function addressFrom(text: string, addresses: Addresses): Address {
  return text.startsWith("@") ? addressOf(addresses, systemNameFrom(text.slice(1))) : getAddress(text);
}

function componentsOf(parameter: AbiParameter): readonly AbiParameter[] {
  return "components" in parameter ? parameter.components : [];
}

/** Turns a JSON value into what the ABI takes; "@Name" is the address of a contract of the system. */
function argumentOf(parameter: AbiParameter, value: unknown, addresses: Addresses, where: string): unknown {
  const { type } = parameter;
  const wrong = (): never => {
    throw new UserError(`${where}: ${JSON.stringify(value)} is not of the type ${type}.`);
  };
  const list = /^(.*)\[(\d*)\]$/.exec(type);
  if (list !== null) {
    if (!Array.isArray(value) || (list[2] !== "" && Number(list[2]) !== value.length)) return wrong();
    const item = { ...parameter, type: list[1] ?? "" };
    return value.map((entry: unknown, index) => argumentOf(item, entry, addresses, `${where}[${index}]`));
  }
  if (type === "tuple") {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return wrong();
    const fields = new Map<string, unknown>(Object.entries(value));
    const entries = componentsOf(parameter).map((component): [string, unknown] => {
      const name = component.name ?? "";
      return [name, argumentOf(component, fields.get(name), addresses, `${where}.${name}`)];
    });
    return fields.size === entries.length ? Object.fromEntries(entries) : wrong();
  }
  if (type === "bool") return typeof value === "boolean" ? value : wrong();
  if (type === "string") return typeof value === "string" ? value : wrong();
  if (type === "address") {
    return typeof value === "string" && (value.startsWith("@") || isAddress(value))
      ? addressFrom(value, addresses)
      : wrong();
  }
  if (type.startsWith("bytes")) return isHex(value) ? value : wrong();
  const digits = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
  return typeof digits === "string" && /^-?\d+$/.test(digits) ? BigInt(digits) : wrong();
}

/**
 * Encodes a call of a function by its name and arguments as JSON has them.
 *
 * @throws UserError when the contract has no such function, or an argument is wrong
 */
export function encodeNamedCall(
  addresses: Addresses,
  contract: SystemName,
  name: string,
  values: readonly unknown[],
): Hex {
  const candidates = abiOf(contract).filter(
    (item): item is AbiFunction =>
      item.type === "function" &&
      item.name === name &&
      item.stateMutability !== "view" &&
      item.stateMutability !== "pure",
  );
  const item = candidates.find(({ inputs }) => inputs.length === values.length);
  if (item === undefined) {
    const counts = candidates.map(({ inputs }) => inputs.length).join(" or ");
    throw new UserError(
      candidates.length === 0
        ? `${contract} has no function "${name}" that changes anything.`
        : `${contract}.${name} takes ${counts} arguments, not ${values.length}.`,
    );
  }
  const args = item.inputs.map((input, index) =>
    argumentOf(input, values[index], addresses, `${contract}.${name}: ${input.name ?? index}`),
  );
  try {
    return encodeFunctionData({ abi: [item], args });
  } catch (error) {
    throw new UserError(
      `${contract}.${name}: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`,
    );
  }
}

/** The proposal that a file describes. @throws UserError when it calls what does not exist */
export function draftOf(file: ProposalFile, addresses: Addresses): ProposalDraft {
  const actions = file.actions.map((action) => {
    const value = BigInt(action.value);
    if ("target" in action) {
      if (!isHex(action.calldata)) throw new UserError("A call's calldata is not hex.");
      return { to: addressFrom(action.target, addresses), data: action.calldata, value };
    }
    const contract = systemNameFrom(action.contract);
    const data = encodeNamedCall(addresses, contract, action.function, action.arguments);
    return { to: addressOf(addresses, contract), data, value };
  });
  return { title: file.title, paragraphs: file.paragraphs, source: file.source, actions };
}

/** The file that describes a proposal: the inverse of {@link draftOf}, with raw calls. */
export function fileOf(draft: ProposalDraft, chainId: number): ProposalFile {
  return {
    chainId,
    title: draft.title,
    paragraphs: [...draft.paragraphs],
    source: draft.source,
    actions: draft.actions.map(({ to, data, value }) => ({
      target: to,
      calldata: data,
      value: (value ?? 0n).toString(),
    })),
  };
}
