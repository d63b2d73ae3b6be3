import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, rename, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { isAddressEqual, toHex, type Address, type Hex } from "viem";
import { z } from "zod";

import { computeVote, type JuryVote, type JuryVoteName } from "../../sdk/src/jury.ts";
import { describeIssues, inferenceResponseSchema } from "../../sdk/src/wire.ts";
import { toJson } from "../lib/json.ts";
import { readJsonFile } from "../lib/read-json.ts";
import { UserError } from "../lib/user-error.ts";

/** Which ballot a sealed vote is for. */
export interface BallotKey {
  readonly chainId: number;
  /** The contract of disputes. */
  readonly disputes: Address;
  /** The dispute. */
  readonly id: Hex;
  readonly round: bigint;
  readonly juror: Address;
}

/** A sealed vote with what opens it. */
export interface SealedVote extends BallotKey {
  readonly vote: JuryVoteName;
  readonly salt: Hex;
  readonly commitment: Hex;
}

const { operator: address, requestId: bytes32, issuedAt: integer } = inferenceResponseSchema.shape.receipt.shape;
const sealedVoteSchema = z.object({
  chainId: z.number().int(),
  disputes: address,
  id: bytes32,
  round: integer,
  juror: address,
  vote: z.enum(["GUILTY", "NOT_GUILTY", "ABSTAIN"] as const satisfies readonly (keyof typeof JuryVote)[]),
  salt: bytes32,
  commitment: bytes32,
});

/** Seals a vote with a new salt. */
export function sealVote(key: BallotKey, vote: JuryVoteName): SealedVote {
  const salt = toHex(randomBytes(32));
  return { ...key, vote, salt, commitment: computeVote({ ...key, vote, salt }) };
}

/**
 * The file of a sealed vote. A vote that is sealed again gets another one: which of them counts, the chain says, so that a
 * crash between file and transaction leaves the old vote as openable as the new one.
 */
export function fileOfVote(folder: string, { chainId, disputes, id, round, juror }: BallotKey, sealed: Hex): string {
  const names = [`${chainId}-${disputes}`, id, `${juror}-${round}-${sealed}.json`];
  return path.join(path.resolve(folder), ...names.map((name) => name.toLowerCase()));
}

/**
 * Keeps a sealed vote, for nobody but the owner of the file to read. When this returns, it is on the disk.
 *
 * @throws UserError when the folder cannot be written
 */
export async function keepVote(folder: string, vote: SealedVote): Promise<string> {
  const file = fileOfVote(folder, vote, vote.commitment);
  try {
    const firstNew = await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const draft = `${file}.draft`;
    await syncAfter(await open(draft, "wx", 0o600), (handle) => handle.writeFile(`${toJson(vote)}\n`));
    await rename(draft, file);
    // A file is safe once its name is, which the folder keeps, whose own name the folder above keeps if it is new.
    const last = firstNew === undefined ? path.dirname(file) : path.dirname(firstNew);
    for (let above = path.dirname(file); above.length >= last.length; above = path.dirname(above)) {
      await syncAfter(await open(above, "r"));
      if (above === path.dirname(above)) break;
    }
    return file;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`The vote could not be kept, so it was not sent (${reason}). Check --state.`, { cause });
  }
}

/** Writes, brings it to the disk, and closes. */
async function syncAfter(handle: FileHandle, write?: (handle: FileHandle) => Promise<void>): Promise<void> {
  try {
    await write?.(handle);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Finds what opens the vote that the chain has.
 *
 * @param commitment the sealed vote on the chain
 * @throws UserError when the file is lost, damaged, or that of another vote
 */
export async function findVote(folder: string, key: BallotKey, commitment: Hex): Promise<SealedVote> {
  const file = fileOfVote(folder, key, commitment);
  if (!existsSync(file)) {
    throw new UserError(
      `${file} is not there: without it the vote cannot be opened. Was it sealed with another --state?`,
    );
  }
  const parsed = sealedVoteSchema.safeParse(await readJsonFile(file));
  if (!parsed.success) throw new UserError(`${file} is not a sealed vote: ${describeIssues(parsed.error)}.`);
  const { data: sealed } = parsed;
  const isOurs =
    sealed.chainId === key.chainId &&
    isAddressEqual(sealed.disputes, key.disputes) &&
    sealed.id === key.id &&
    sealed.round === key.round &&
    isAddressEqual(sealed.juror, key.juror);
  if (isOurs && computeVote(sealed) === commitment) return sealed;
  throw new UserError(`${file} does not open the vote ${commitment}: it was changed.`);
}
