import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { isAddress, isHash, keccak256, type Address, type Hash, type Hex } from "viem";
import { z } from "zod";

import type { Reader } from "../lib/clients.ts";
import { toJson } from "../lib/json.ts";
import { UserError } from "../lib/user-error.ts";
import type { CompilerRecord } from "./artifacts.ts";
import { CONTRACT_NAMES, type Addresses } from "./contracts.ts";
import { DEPLOYMENT_PROXY } from "./create2.ts";
import type { NetworkContractCheck } from "./network-contracts.ts";
import type { PlannedContract } from "./plan.ts";

/** What is kept about a deployed contract. */
export interface ContractRecord {
  readonly address: Address;
  readonly chainId: number;
  /** The transaction that created it; null when the node keeps too little history to find it again. */
  readonly transactionHash: Hash | null;
  readonly blockNumber: bigint | null;
  readonly deployer: Address;
  /** By the names of the constructor; structs as objects. */
  readonly constructorArguments: Readonly<Record<string, unknown>>;
  /** keccak256 of the code on the chain. */
  readonly runtimeCodeHash: Hex;
  readonly compiler: CompilerRecord | null;
  /** The commit of this repository, with "-dirty" after it when files had changed; null outside git. */
  readonly commit: string | null;
}

const NETWORK_RECORD = "network.json";

const address = z.custom<Address>((value) => typeof value === "string" && isAddress(value), "must be an address");
const hash = z.custom<Hash>((value) => typeof value === "string" && isHash(value), "must be 32 bytes in hex");

const addressesSchema = z.record(address);

const networkRecordSchema = z.record(z.object({ address, codeHash: hash.nullable() }));

/** {@link ContractRecord} as it is read back: whole numbers are texts, since JSON has none of any size. */
const contractRecordSchema = z.object({
  address,
  chainId: z.number().int(),
  transactionHash: hash.nullable(),
  blockNumber: z.string().regex(/^\d+$/).nullable(),
  deployer: address,
  constructorArguments: z.record(z.unknown()),
  runtimeCodeHash: hash,
  commit: z.string().nullable(),
});

/** A record as it is read back. */
export type RecordedContract = z.infer<typeof contractRecordSchema>;

/** The folder of one deployment, for example `deployments/84532-baseSepolia`. */
export function recordFolder(root: string, chainId: number, name: string): string {
  return path.join(root, `${chainId}-${name}`);
}

/** Writes a file so that it is never seen half-written. */
async function writeAtomically(file: string, value: unknown): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.draft`;
  await writeFile(draft, `${toJson(value)}\n`);
  await rename(draft, file);
}

/** Writes the record of one contract. */
export function writeContractRecord(folder: string, name: string, record: ContractRecord): Promise<void> {
  return writeAtomically(path.join(folder, `${name}.json`), record);
}

/** Writes which contracts of others the deployment rests on, and what code they had. */
export function writeNetworkRecord(folder: string, checks: readonly NetworkContractCheck[]): Promise<void> {
  const rows = checks.map(({ name, address, codeHash }) => [name, { address, codeHash }]);
  return writeAtomically(path.join(folder, NETWORK_RECORD), Object.fromEntries(rows));
}

/** What {@link writeNetworkRecord} wrote; undefined when it is missing. */
export async function readNetworkRecord(folder: string): Promise<z.infer<typeof networkRecordSchema> | undefined> {
  const file = path.join(folder, NETWORK_RECORD);
  const text = await readText(file);
  return text === undefined ? undefined : parseRecord(file, networkRecordSchema, text);
}

/**
 * Reads the record of one contract.
 *
 * @returns undefined when there is none
 * @throws UserError when the file is not a record
 */
export async function readContractRecord(folder: string, name: string): Promise<RecordedContract | undefined> {
  const file = path.join(folder, `${name}.json`);
  const text = await readText(file);
  return text === undefined ? undefined : parseRecord(file, contractRecordSchema, text);
}

/** The commits that the records of a folder name, each once: one commit when everything was deployed from one. */
export async function recordedCommits(folder: string): Promise<readonly string[]> {
  const commits = new Set<string>();
  for (const name of CONTRACT_NAMES) {
    const record = await readContractRecord(folder, name);
    if (record !== undefined) commits.add(record.commit ?? "unknown");
  }
  return [...commits];
}

function parseRecord<Shape extends z.ZodType>(file: string, shape: Shape, text: string): z.infer<Shape> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UserError(`${file} is not JSON. Delete it and run the deployment again; it is written from the chain.`);
  }
  const parsed = shape.safeParse(json);
  if (parsed.success) return parsed.data as z.infer<Shape>;
  const [issue] = parsed.error.issues;
  throw new UserError(
    `${file} is not a deployment record: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}. ` +
      "Delete it and run the deployment again; it is written from the chain.",
  );
}

/** Writes the addresses of a whole deployment. */
export function writeAddresses(folder: string, addresses: Addresses): Promise<void> {
  return writeAtomically(path.join(folder, "addresses.json"), addresses);
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`The record ${file} cannot be read (${reason}). Check --records.`, { cause: error });
  }
}

/** Whether the record of a contract is there and is about this address and code. */
export async function isRecorded(folder: string, name: string, address: Address, code: Hex): Promise<boolean> {
  const record = await readContractRecord(folder, name);
  return record?.address === address && record.runtimeCodeHash === keccak256(code);
}

/**
 * Reads the addresses of a deployment.
 *
 * @throws UserError when nothing is deployed there, or the file is damaged or lacks a contract
 */
export async function readAddresses(folder: string): Promise<Addresses> {
  const file = path.join(folder, "addresses.json");
  const text = await readText(file);
  if (text === undefined) throw new UserError(`Nothing is deployed: ${file} is missing. Run: npx hardhat deploy`);
  const addresses: Partial<Record<string, Address>> = parseRecord(file, addressesSchema, text);
  const missing = CONTRACT_NAMES.filter((name) => addresses[name] === undefined);
  if (missing.length > 0) throw new UserError(`${file} lacks ${missing.join(", ")}. Run the deployment again.`);
  return addresses as Addresses;
}

/** The block in which a contract was deployed; 0 when it is not recorded. */
export async function readDeploymentBlock(folder: string, name: string): Promise<bigint> {
  const record = await readContractRecord(folder, name);
  return BigInt(record?.blockNumber ?? 0);
}

/**
 * Finds the transaction that created a contract, for a deployment that was interrupted before it was recorded.
 *
 * @returns null when the node does not keep enough history
 */
export async function findCreation(
  reader: Reader,
  contract: PlannedContract,
): Promise<{ readonly transactionHash: Hash; readonly blockNumber: bigint } | null> {
  try {
    let missingAt = -1n;
    let presentAt = await reader.getBlockNumber();
    while (presentAt - missingAt > 1n) {
      const middle = (missingAt + presentAt) / 2n;
      const code = await reader.getCode({ address: contract.address, blockNumber: middle });
      if (code === undefined) missingAt = middle;
      else presentAt = middle;
    }
    const block = await reader.getBlock({ blockNumber: presentAt, includeTransactions: true });
    const creation = block.transactions.find(
      (transaction) =>
        transaction.to?.toLowerCase() === DEPLOYMENT_PROXY.toLowerCase() &&
        transaction.input.endsWith(contract.initCode.slice(2)),
    );
    return creation === undefined ? null : { transactionHash: creation.hash, blockNumber: presentAt };
  } catch {
    // Nodes without history answer in many ways; the record then says that the transaction is not known.
    return null;
  }
}
