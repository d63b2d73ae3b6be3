import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/**
 * Writes pieces into a file that appears only when all of them are there. If they fail, nothing is left behind.
 *
 * @param file the path; its folder is made if it is missing
 */
export async function writeWhole(file: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const draft = path.join(path.dirname(file), `.${randomBytes(8).toString("hex")}.draft`);
  try {
    // `flush` puts the bytes on the disk before the name can point to them.
    await pipeline(Readable.from(pieces), createWriteStream(draft, { flags: "wx", flush: true }));
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
