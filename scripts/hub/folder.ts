import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { keccak256, type Hex } from "viem";

import type { ContentSource } from "../../nodes/storage/store.ts";
import { printable } from "../gov/words.ts";
import { UserError } from "../lib/user-error.ts";

/** A file of a model folder. */
export interface FolderFile extends ContentSource {
  /** Relative to the folder, with slashes. */
  readonly path: string;
}

/** A file before its hash is known. */
export interface FoundFile {
  readonly path: string;
  readonly location: string;
  /** Bytes. */
  readonly size: number;
}

// As the contract has it: 1 to 128 characters, and no segment that begins with a dot.
const PATH = /^(?=.{1,128}$)[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/;

/** Bytes of a release's list of files that fit into one transaction, of which nodes take 128 KiB. */
const MAXIMUM_LIST = 125_000;

/** Bytes of a file's record, apart from its path. */
const RECORD = 72;

/** Whether a text is a path that a release may list, and so safe to create below a folder. */
export function isReleasePath(text: string): boolean {
  return PATH.test(text);
}

/**
 * Finds the files of a model folder, in order of their paths. Names that begin with a dot are left out, as they are in
 * every copy of a repository.
 *
 * @param limit the most files of a release
 * @throws UserError when the folder cannot be published as it is
 */
export async function findFiles(folder: string, limit: number): Promise<readonly FoundFile[]> {
  const root = path.resolve(folder);
  if (!(await stat(root).catch(() => undefined))?.isDirectory()) throw new UserError(`${folder} is not a folder.`);
  const found: FoundFile[] = [];
  const visit = async (below: string): Promise<void> => {
    for (const entry of await readdir(path.join(root, below), { withFileTypes: true })) {
      if (entry.name.startsWith(".")) continue;
      const name = below === "" ? entry.name : `${below}/${entry.name}`;
      const location = path.join(root, name);
      if (entry.isDirectory()) {
        await visit(name);
      } else if (!entry.isFile()) {
        throw new UserError(`${printable(name)} is a link or a device; put a plain file in its place.`);
      } else if (!isReleasePath(name)) {
        throw new UserError(
          `The path "${printable(name)}" cannot be published: at most 128 characters a-z A-Z 0-9 - _ . and / are allowed.`,
        );
      } else {
        found.push({ path: name, location, size: (await stat(location)).size });
        if (found.length > limit)
          throw new UserError(`${folder} holds more than ${limit} files, the most of a release.`);
      }
    }
  };
  await visit("");
  if (found.length === 0) throw new UserError(`${folder} holds no files.`);
  const empty = found.find(({ size }) => size === 0);
  if (empty !== undefined) throw new UserError(`${empty.path} is empty; a release holds no empty files.`);
  if (found.reduce((sum, file) => sum + RECORD + file.path.length, 0) > MAXIMUM_LIST) {
    throw new UserError(
      `The list of ${found.length} files in ${folder} is too long for one transaction. Shorten their paths, or pack files into an archive.`,
    );
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Reads a file once for its hash.
 *
 * @param onBytes told how many more bytes were read
 */
export async function hashFile(
  { path: name, location, size }: FoundFile,
  onBytes: (count: number) => void = () => undefined,
): Promise<FolderFile> {
  const hash = createHash("sha256");
  const read = (): AsyncIterable<Uint8Array> => createReadStream(location) as AsyncIterable<Uint8Array>;
  for await (const piece of read()) {
    hash.update(piece);
    onBytes(piece.length);
  }
  return { path: name, size, sha256: `0x${hash.digest("hex")}`, read };
}

/**
 * The keccak256 of a file.
 *
 * @throws UserError when it cannot be read
 */
export async function hashOfText(file: string): Promise<Hex> {
  try {
    return keccak256(await readFile(file));
  } catch (cause) {
    throw new UserError(`${file} cannot be read.`, { cause });
  }
}

/** The text of the folder's README, or an empty one. */
export async function readReadme(folder: string): Promise<string> {
  return readFile(path.join(folder, "README.md"), "utf8").catch(() => "");
}
