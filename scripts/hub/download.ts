import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import path from "node:path";

import { StoreError } from "../../nodes/storage/errors.ts";
import type { ContentStore } from "../../nodes/storage/store.ts";
import { writeWhole } from "../../nodes/storage/write-file.ts";
import type { ModelFile } from "../../sdk/src/model-files.ts";
import { UserError } from "../lib/user-error.ts";
import { isReleasePath } from "./folder.ts";

/**
 * Fetches the files of a release into a new folder. Every file is checked against the hash on the chain; the folder
 * appears only when all of them are there and right.
 *
 * @param target  must not exist
 * @param onBytes told how many more bytes have come
 * @throws {StoreError} when a file cannot be had or is not the published one
 * @throws UserError when the target exists
 */
export async function download(
  store: ContentStore,
  files: readonly ModelFile[],
  target: string,
  onBytes: (count: number) => void = () => undefined,
): Promise<void> {
  const folder = path.resolve(target);
  if ((await stat(folder).catch(() => undefined)) !== undefined) {
    throw new UserError(`${target} exists; name a folder that does not.`);
  }
  await mkdir(path.dirname(folder), { recursive: true });
  const draft = await mkdtemp(path.join(path.dirname(folder), ".hub-"));
  try {
    for (const { path: name, contentId, size, sha256Hash } of files) {
      // The contract checked the path, but a node could lie about events.
      if (!isReleasePath(name)) throw new StoreError("malformed", `A path of the release leaves its folder.`);
      const content = { contentId, size: Number(size), sha256: sha256Hash };
      const pieces = async function* (): AsyncGenerator<Uint8Array> {
        for await (const piece of store.read(content)) {
          onBytes(piece.length);
          yield piece;
        }
      };
      await writeWhole(path.join(draft, name), pieces());
    }
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}
