import { StoreError } from "./errors.ts";
import { openIpfsStore, openWalrusStore } from "./http-store.ts";
import { openLocalStore } from "./local-store.ts";
import type { ContentStore } from "./store.ts";

/**
 * Opens the store that a text names: `walrus:<aggregator>`, `walrus:<aggregator>,<publisher>`, `ipfs:<gateway>`, or the
 * path of a folder.
 *
 * @throws {StoreError} `malformed`
 */
export function openStore(text: string): ContentStore {
  const [, kind, rest = ""] = /^(walrus|ipfs):(.*)$/.exec(text) ?? [];
  if (kind === "ipfs") return openIpfsStore({ gateway: rest });
  if (kind === "walrus") {
    const [aggregator = "", publisher, ...more] = rest.split(",");
    if (more.length > 0) throw new StoreError("malformed", `"${text}" names more than an aggregator and a publisher.`);
    return openWalrusStore({ aggregator, ...(publisher === undefined ? {} : { publisher }) });
  }
  if (text === "" || /^[a-z]+:\/\//i.test(text)) {
    throw new StoreError(
      "malformed",
      `"${text}" names no store: give a folder, walrus:<aggregator>,<publisher> or ipfs:<gateway>.`,
    );
  }
  return openLocalStore(text);
}
