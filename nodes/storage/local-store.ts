import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import type { Hex } from "viem";

import { localIdOf } from "./content-id.ts";
import { StoreError } from "./errors.ts";
import type { ContentStore } from "./store.ts";
import { verified } from "./verify.ts";
import { writeWhole } from "./write-file.ts";

/**
 * A store in a folder of this machine.
 *
 * Content is found by its SHA-256, whatever id a release gives it, so the folder can also mirror what was published in
 * another store. The ids it gives itself are local; see {@link localIdOf}.
 *
 * @param folder made with the first content
 */
export function openLocalStore(folder: string): ContentStore {
  const root = path.resolve(folder);
  const fileOf = (sha256: Hex): string => {
    const name = sha256.slice(2).toLowerCase();
    // Hex, not the id: file systems that do not tell case apart would mix ids up.
    return path.join(root, name.slice(0, 2), name);
  };
  return {
    place: root,
    async put(source) {
      const contentId = localIdOf(source.sha256);
      // Written even if it is there, which also mends a damaged copy.
      await writeWhole(fileOf(source.sha256), verified({ contentId, ...source }, source.read(), "The source"));
      return contentId;
    },
    async *read(content) {
      const file = fileOf(content.sha256);
      const found = await stat(file).catch(() => undefined);
      if (found?.isFile() !== true) throw new StoreError("missing", `${root} does not have ${content.contentId}.`);
      yield* verified(content, createReadStream(file) as AsyncIterable<Uint8Array>, root);
    },
  };
}
