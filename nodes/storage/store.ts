import type { Hex } from "viem";

/** Content that can be read as often as needed, a piece at a time. */
export interface ContentSource {
  /** Bytes. */
  readonly size: number;
  /** SHA-256 of the bytes, 32 bytes in hex. */
  readonly sha256: Hex;
  readonly read: () => AsyncIterable<Uint8Array>;
}

/** What a release says about a file, and what the bytes must be. */
export interface ExpectedContent {
  /** 43-character base64url id or 46-character IPFS CID (Qm…). */
  readonly contentId: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 of the bytes, 32 bytes in hex. */
  readonly sha256: Hex;
}

/** A place that keeps content under ids derived from the content. */
export interface ContentStore {
  /** Where it is, for people. */
  readonly place: string;

  /**
   * Keeps content. Keeping it twice is harmless.
   *
   * @returns the id under which the store gives it back
   * @throws {StoreError} `read-only`, `unavailable`, `nonsense`, or `corrupt` when the source is not what it says
   */
  readonly put: (source: ContentSource) => Promise<string>;

  /**
   * Gives content back, a piece at a time. The pieces are right only if the iteration ends without an error: the hash is
   * known at the end. A reader keeps nothing of a read that failed.
   *
   * @throws {StoreError} `missing`, `corrupt`, `unavailable` or `malformed`
   */
  readonly read: (content: ExpectedContent) => AsyncIterable<Uint8Array>;
}
