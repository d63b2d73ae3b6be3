import { mkdir, open, readFile, rename } from "node:fs/promises";
import path from "node:path";
import { isAddressEqual, type Address, type Hex } from "viem";
import { z } from "zod";

import type { Receipt } from "../../sdk/src/receipt.ts";
import { describeIssues, inferenceResponseSchema, toWire } from "../../sdk/src/wire.ts";
import { ResponderError } from "./errors.ts";

/** A challenge that waits for its proof. */
export interface OpenChallenge {
  readonly id: Hex;
  /** The last second to answer; Unix seconds. */
  readonly respondBy: bigint;
  readonly receipt: Receipt;
}

/** Whose challenges a memory is about. */
export interface MemoryOwner {
  readonly chainId: number;
  /** The contract of challenges. */
  readonly challenges: Address;
  readonly operator: Address;
}

/** What must survive a restart: how far the chain was read, and which challenges are open. */
export interface Memory extends MemoryOwner {
  readonly nextBlock: bigint;
  readonly open: readonly OpenChallenge[];
}

const { receipt } = inferenceResponseSchema.shape;
const { operator: address, requestId: bytes32, issuedAt: integer } = receipt.shape;
const memorySchema = z.object({
  chainId: z.number().int(),
  challenges: address,
  operator: address,
  nextBlock: integer,
  open: z.array(z.object({ id: bytes32, respondBy: integer, receipt })),
});

/**
 * Reads a memory; a new one when there is no file.
 *
 * @param firstBlock where a new memory begins to read
 * @throws {ResponderError} when the file is no memory, or that of another chain, contract or operator
 */
export async function readMemory(file: string, owner: MemoryOwner, firstBlock: bigint): Promise<Memory> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new ResponderError(`${file} cannot be read: ${error.message}`);
  });
  if (text === undefined) return { ...owner, nextBlock: firstBlock, open: [] };
  const parsed = memorySchema.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new ResponderError(`${file} is not the memory of this node (${describeIssues(parsed.error)}): remove it.`);
  }
  const { data: memory } = parsed;
  const isOurs =
    memory.chainId === owner.chainId &&
    isAddressEqual(memory.challenges, owner.challenges) &&
    isAddressEqual(memory.operator, owner.operator);
  if (isOurs) return memory;
  throw new ResponderError(
    `${file} is about operator ${memory.operator} at ${memory.challenges} on chain ${memory.chainId}: name another file.`,
  );
}

/** Writes a memory so that a crash leaves the old one or the new one, never a part. */
export async function writeMemory(file: string, memory: Memory): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.draft`;
  const handle = await open(draft, "w");
  try {
    await handle.writeFile(`${toWire(memory)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
