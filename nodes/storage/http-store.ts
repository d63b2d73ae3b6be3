import { z } from "zod";

import { isIpfsCid, isWalrusForm } from "./content-id.ts";
import { StoreError } from "./errors.ts";
import type { ContentSource, ContentStore, ExpectedContent } from "./store.ts";
import { verified } from "./verify.ts";

/** How a Walrus store is reached. */
export interface WalrusOptions {
  /** Where blobs are read, for example `https://aggregator.example`. */
  readonly aggregator: string;
  /** Where blobs are written; without it the store is read-only. */
  readonly publisher?: string;
  /** How many Walrus epochs the blobs are paid for; 5 by default. */
  readonly epochs?: number;
  /** Milliseconds without a byte after which a transfer is given up; 30,000 by default. */
  readonly patience?: number;
}

/** How an IPFS gateway is reached. */
export interface IpfsOptions {
  readonly gateway: string;
  /** Milliseconds without a byte after which a transfer is given up; 30,000 by default. */
  readonly patience?: number;
}

const PATIENCE = 30_000;
const EPOCHS = 5;

/** A publisher says either that the blob is new or that the network had it. */
const stored = z.union([
  z
    .object({ newlyCreated: z.object({ blobObject: z.object({ blobId: z.string() }) }) })
    .transform(({ newlyCreated }) => newlyCreated.blobObject.blobId),
  z
    .object({ alreadyCertified: z.object({ blobId: z.string() }) })
    .transform(({ alreadyCertified }) => alreadyCertified.blobId),
]);

/**
 * The address of something below a store's own address, which may itself have a path.
 *
 * @throws {StoreError} `malformed` when the store's address is not an HTTP URL
 */
function below(base: string, rest: string): URL {
  const url = URL.parse(`${base.replace(/\/+$/, "")}/${rest}`);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new StoreError("malformed", `"${base}" is not the address of a store; it begins with http:// or https://.`);
  }
  return url;
}

/** Ends a transfer after a time without a byte. */
function impatience(milliseconds: number): { signal: AbortSignal; onByte: () => void; end: () => void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), milliseconds);
  return { signal: controller.signal, onByte: () => void timer.refresh(), end: () => clearTimeout(timer) };
}

/** The sentence for a request that brought no answer. */
function unreachable(url: URL, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const stalled = error instanceof Error && error.name === "AbortError";
  const what = stalled ? "sends nothing more" : "cannot be reached or broke off";
  return new StoreError("unavailable", `${url.origin} ${what}: try again, or name another store.`, { cause: error });
}

async function* download(url: URL, content: ExpectedContent, patience: number): AsyncGenerator<Uint8Array> {
  const watch = impatience(patience);
  try {
    const response = await fetch(url, { signal: watch.signal });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw response.status === 404
        ? new StoreError("missing", `${url.origin} does not have ${content.contentId}.`)
        : new StoreError("unavailable", `${url.origin} answered ${response.status} for ${content.contentId}.`);
    }
    for await (const piece of response.body) {
      watch.onByte();
      yield piece as Uint8Array;
    }
  } catch (error) {
    throw unreachable(url, error);
  } finally {
    watch.end();
  }
}

async function upload(url: URL, source: ContentSource, patience: number): Promise<unknown> {
  const watch = impatience(patience);
  let failure: Error | undefined;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of verified({ contentId: "the upload", ...source }, source.read(), "The source")) {
        watch.onByte();
        yield piece;
      }
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw failure;
    }
  }
  try {
    const response = await fetch(url, { method: "PUT", body: pieces(), duplex: "half", signal: watch.signal });
    const text = await response.text();
    if (!response.ok) throw new StoreError("unavailable", `${url.origin} refused the content (${response.status}).`);
    return parseJson(text);
  } catch (error) {
    // A broken source is not the store's fault, and its reason is hidden in the client's.
    throw failure ?? unreachable(url, error);
  } finally {
    watch.end();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * A store behind the HTTP interface of Walrus: `GET <aggregator>/v1/blobs/<id>` and `PUT <publisher>/v1/blobs`.
 *
 * The publisher names the blob; whether the aggregator then gives the same bytes back is for the reader to check, and
 * every read here does.
 *
 * @throws {StoreError} `malformed` when an address is not one
 */
export function openWalrusStore(options: WalrusOptions): ContentStore {
  const { aggregator, publisher, epochs = EPOCHS, patience = PATIENCE } = options;
  const reading = (id: string): URL => below(aggregator, `v1/blobs/${id}`);
  reading("");
  const writing = publisher === undefined ? undefined : below(publisher, `v1/blobs?epochs=${epochs}&permanent=true`);
  return {
    place: aggregator,
    async put(source) {
      if (writing === undefined) {
        throw new StoreError("read-only", `${aggregator} only gives content out; name a publisher as well.`);
      }
      const parsed = stored.safeParse(await upload(writing, source, patience));
      if (!parsed.success || !isWalrusForm(parsed.data)) {
        throw new StoreError("nonsense", `${writing.origin} took the content but named no blob id.`);
      }
      return parsed.data;
    },
    async *read(content) {
      if (!isWalrusForm(content.contentId)) {
        throw new StoreError("malformed", `${content.contentId} is not a Walrus blob id.`);
      }
      yield* verified(content, download(reading(content.contentId), content, patience), aggregator);
    },
  };
}

/**
 * An IPFS gateway: `GET <gateway>/ipfs/<cid>`. It only gives content out.
 *
 * @throws {StoreError} `malformed` when the address is not one
 */
export function openIpfsStore({ gateway, patience = PATIENCE }: IpfsOptions): ContentStore {
  const reading = (id: string): URL => below(gateway, `ipfs/${id}`);
  reading("");
  return {
    place: gateway,
    put: () => Promise.reject(new StoreError("read-only", `${gateway} is a gateway and takes no content.`)),
    async *read(content) {
      if (!isIpfsCid(content.contentId)) {
        throw new StoreError("malformed", `${content.contentId} is not an IPFS CID (Qm…).`);
      }
      yield* verified(content, download(reading(content.contentId), content, patience), gateway);
    },
  };
}
