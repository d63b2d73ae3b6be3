import { createHash } from "node:crypto";

import { StoreError } from "./errors.ts";
import type { ExpectedContent } from "./store.ts";

/**
 * Passes the pieces on and fails as soon as they can no longer be the expected content: at the first byte too many, or at
 * the end when the length or the hash differs.
 *
 * @param origin where the pieces come from, for the message
 * @throws {StoreError} `corrupt`
 */
export async function* verified(
  { contentId, size, sha256 }: ExpectedContent,
  pieces: AsyncIterable<Uint8Array>,
  origin: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const corrupt = (difference: string): StoreError =>
    new StoreError("corrupt", `${origin} gave wrong bytes for ${contentId}: ${difference}.`);
  const hash = createHash("sha256");
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > size) throw corrupt(`more than the ${size} expected`);
    hash.update(piece);
    yield piece;
  }
  if (length < size) throw corrupt(`${length} instead of ${size}`);
  const found = `0x${hash.digest("hex")}`;
  if (found !== sha256.toLowerCase()) throw corrupt(`SHA-256 ${found} instead of ${sha256}`);
}
