import type { ContentStore } from "../../nodes/storage/store.ts";
import type { ModelFile } from "../../sdk/src/model-files.ts";
import type { FolderFile } from "./folder.ts";

/**
 * Puts a file into the store and reads it back, so that nothing is registered that callers could not fetch.
 *
 * @param named   whether callers may name the release by the file's content id
 * @param onBytes told how many more bytes went one way or the other; in the end twice the file's size
 * @throws {StoreError} when the store fails or gives something else back
 */
export async function upload(
  store: ContentStore,
  file: FolderFile,
  named: boolean,
  onBytes: (count: number) => void = () => undefined,
): Promise<ModelFile> {
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of file.read()) {
      onBytes(piece.length);
      yield piece;
    }
  }
  const { size, sha256 } = file;
  const contentId = await store.put({ size, sha256, read: counted });
  for await (const piece of store.read({ contentId, size, sha256 })) onBytes(piece.length);
  return { path: file.path, contentId, size: BigInt(size), sha256Hash: sha256, named };
}
