import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { localIdOf } from "../../nodes/storage/content-id.ts";
import { StoreError, type StoreFault } from "../../nodes/storage/errors.ts";
import { openIpfsStore, openWalrusStore } from "../../nodes/storage/http-store.ts";
import { openLocalStore } from "../../nodes/storage/local-store.ts";
import { openStore } from "../../nodes/storage/open-store.ts";
import type { ContentSource, ContentStore, ExpectedContent } from "../../nodes/storage/store.ts";
import { writeWhole } from "../../nodes/storage/write-file.ts";

/** Larger than one piece of any stream involved. */
const BYTES = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 251));
const CID = "QmRhcpDXfYCKsimTmJYrAVM4Bbvck59Zb2onj3MHv9Kw5N";

function sourceOf(bytes: Uint8Array): ContentSource {
  const sha256 = `0x${createHash("sha256").update(bytes).digest("hex")}` as const;
  async function* read(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 65_536) yield await Promise.resolve(bytes.subarray(at, at + 65_536));
  }
  return { size: bytes.length, sha256, read };
}

const SOURCE = sourceOf(BYTES);
const BLOB_ID = localIdOf(SOURCE.sha256);

async function readAll(store: ContentStore, content: ExpectedContent): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of store.read(content)) pieces.push(piece);
  return Buffer.concat(pieces);
}

function fault(expected: StoreFault, pattern: RegExp) {
  return (error: unknown): boolean => {
    assert(error instanceof StoreError, String(error));
    assert.equal(error.fault, expected, error.message);
    assert.match(error.message, pattern);
    return true;
  };
}

/** A real HTTP server on a free port. */
async function serve(listener: RequestListener): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describe("the local store", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "opg-store-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("gives back what it keeps, under the SHA-256 in base64url", async () => {
    const store = openLocalStore(folder);
    assert.equal(await store.put(SOURCE), createHash("sha256").update(BYTES).digest("base64url"));
    assert.equal(await store.put(SOURCE), BLOB_ID, "twice");
    assert.deepEqual(await readAll(store, { contentId: BLOB_ID, ...SOURCE }), BYTES);
    assert.deepEqual(await readAll(store, { contentId: CID, ...SOURCE }), BYTES, "as a mirror of another store");
  });

  it("refuses a copy that was damaged, and mends it with the next put", async () => {
    const store = openLocalStore(folder);
    await store.put(SOURCE);
    const hex = SOURCE.sha256.slice(2);
    const file = path.join(folder, hex.slice(0, 2), hex);
    const content = { contentId: BLOB_ID, ...SOURCE };
    const damaged = await readFile(file);
    damaged[200_000] = 255;
    await writeFile(file, damaged);
    await assert.rejects(readAll(store, content), fault("corrupt", /SHA-256 0x.* instead of 0x/));
    await writeFile(file, BYTES.subarray(1));
    await assert.rejects(readAll(store, content), fault("corrupt", /299999 instead of 300000/));
    await writeFile(file, Buffer.concat([BYTES, BYTES]));
    await assert.rejects(readAll(store, content), fault("corrupt", /more than the 300000 expected/));
    await store.put(SOURCE);
    assert.deepEqual(await readAll(store, content), BYTES);
  });

  it("says what it does not have", async () => {
    const content = { contentId: CID, size: 1, sha256: `0x${"12".repeat(32)}` } as const;
    await assert.rejects(readAll(openLocalStore(folder), content), fault("missing", /does not have Qm/));
  });

  it("keeps nothing of a source that is not what it says", async () => {
    const empty = await mkdtemp(path.join(os.tmpdir(), "opg-store-"));
    try {
      const liar = { ...SOURCE, sha256: `0x${"34".repeat(32)}` } as const;
      await assert.rejects(openLocalStore(empty).put(liar), fault("corrupt", /The source/));
      assert.deepEqual(await readdir(path.join(empty, "34")), []);
    } finally {
      await rm(empty, { recursive: true });
    }
  });
});

describe("a Walrus store", () => {
  /** What the network holds, and what the next upload is answered with. */
  const blobs = new Map<string, Buffer>();
  let answer: (id: string) => string = (blobId) => JSON.stringify({ newlyCreated: { blobObject: { blobId } } });
  const requests: string[] = [];
  let server: Awaited<ReturnType<typeof serve>>;
  let store: ContentStore;

  before(async () => {
    server = await serve((request, response) => {
      requests.push(`${request.method} ${request.url}`);
      const id = request.url?.split("/").at(-1) ?? "";
      if (request.method === "GET") {
        const blob = blobs.get(id);
        if (id.startsWith("stall")) return void response.writeHead(200).write("x");
        if (id.startsWith("broken")) return void response.writeHead(500).end();
        if (id.startsWith("cut")) {
          response.writeHead(200, { "content-length": "100" }).write("x");
          return void setTimeout(() => response.destroy(), 20);
        }
        return void (blob === undefined ? response.writeHead(404).end() : response.end(blob));
      }
      const pieces: Buffer[] = [];
      request.on("data", (piece: Buffer) => pieces.push(piece));
      request.on("end", () => {
        const blob = Buffer.concat(pieces);
        // A stand-in for the id that Walrus computes from its encoding.
        const blobId = createHash("sha256").update("walrus").update(blob).digest("base64url");
        blobs.set(blobId, blob);
        response.end(answer(blobId));
      });
      request.on("error", () => undefined);
    });
    store = openWalrusStore({ aggregator: server.url, publisher: `${server.url}/`, epochs: 3, patience: 300 });
  });
  after(() => server.close());

  it("streams a blob in and gives it back", async () => {
    const contentId = await store.put(SOURCE);
    assert.notEqual(contentId, BLOB_ID);
    assert.deepEqual(await readAll(store, { contentId, ...SOURCE }), BYTES);
    assert.deepEqual(requests, ["PUT /v1/blobs?epochs=3&permanent=true", `GET /v1/blobs/${contentId}`]);
  });

  it("understands that the network had the blob", async () => {
    answer = (blobId) => JSON.stringify({ alreadyCertified: { blobId, endEpoch: 9 } });
    assert.equal((await store.put(SOURCE)).length, 43);
  });

  it("refuses an answer without a blob id", async () => {
    for (const text of ["", "{}", '{"alreadyCertified":{"blobId":"../../etc"}}']) {
      answer = () => text;
      await assert.rejects(store.put(SOURCE), fault("nonsense", /named no blob id/));
    }
  });

  it("refuses wrong bytes", async () => {
    blobs.set(BLOB_ID, Buffer.concat([BYTES.subarray(0, 299_999), Buffer.from([9])]));
    await assert.rejects(readAll(store, { contentId: BLOB_ID, ...SOURCE }), fault("corrupt", /SHA-256/));
    blobs.set(BLOB_ID, Buffer.alloc(400_000));
    await assert.rejects(readAll(store, { contentId: BLOB_ID, ...SOURCE }), fault("corrupt", /more than/));
  });

  it("says what is missing, broken, cut off or stalled", async () => {
    const named = (name: string): ExpectedContent => ({ ...SOURCE, contentId: name.padEnd(43, "A") });
    await assert.rejects(readAll(store, named("missing")), fault("missing", /does not have missingA/));
    await assert.rejects(readAll(store, named("broken")), fault("unavailable", /answered 500/));
    await assert.rejects(readAll(store, named("cut")), fault("unavailable", /broke off/));
    await assert.rejects(readAll(store, named("stall")), fault("unavailable", /sends nothing more/));
    const nobody = openWalrusStore({ aggregator: "http://127.0.0.1:9" });
    await assert.rejects(readAll(nobody, named("any")), fault("unavailable", /cannot be reached/));
  });

  it("sends nothing that is not what it says", async () => {
    const liar = { ...SOURCE, sha256: `0x${"34".repeat(32)}` } as const;
    await assert.rejects(store.put(liar), fault("corrupt", /The source gave wrong bytes/));
  });

  it("takes no content without a publisher and no id of another form", async () => {
    const reader = openWalrusStore({ aggregator: server.url });
    await assert.rejects(reader.put(SOURCE), fault("read-only", /name a publisher/));
    await assert.rejects(readAll(store, { ...SOURCE, contentId: CID }), fault("malformed", /not a Walrus blob id/));
    await assert.rejects(readAll(store, { ...SOURCE, contentId: "../secret" }), fault("malformed", /not a Walrus/));
  });
});

describe("an IPFS gateway", () => {
  it("gives out what it has and takes nothing", async () => {
    const server = await serve((request, response) => {
      if (request.url === `/sub/ipfs/${CID}`) response.end(BYTES);
      else response.writeHead(404).end();
    });
    try {
      const store = openIpfsStore({ gateway: `${server.url}/sub/` });
      assert.deepEqual(await readAll(store, { ...SOURCE, contentId: CID }), BYTES);
      await assert.rejects(store.put(SOURCE), fault("read-only", /takes no content/));
      await assert.rejects(readAll(store, { ...SOURCE, contentId: BLOB_ID }), fault("malformed", /not an IPFS CID/));
    } finally {
      await server.close();
    }
  });
});

describe("the name of a store", () => {
  it("chooses the back end", () => {
    assert.equal(openStore("some/folder").place, path.resolve("some/folder"));
    assert.equal(openStore("ipfs:https://gateway.example").place, "https://gateway.example");
    assert.equal(openStore("walrus:https://a.example,https://p.example").place, "https://a.example");
  });

  it("is refused when it names none", () => {
    for (const text of [
      "",
      "https://a.example",
      "ipfs:",
      "ipfs:file:///etc",
      "walrus:a",
      "walrus:http://a,http://b,c",
    ]) {
      assert.throws(() => openStore(text), fault("malformed", /names no store|not the address|more than/), text);
    }
  });
});

describe("a whole file", () => {
  it("appears at the end or not at all", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "opg-store-"));
    try {
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield await Promise.resolve(BYTES);
        throw new Error("cut");
      }
      await assert.rejects(writeWhole(path.join(folder, "a", "file"), broken()), /cut/);
      assert.deepEqual(await readdir(path.join(folder, "a")), []);
      await writeWhole(path.join(folder, "a", "file"), SOURCE.read());
      assert.deepEqual(await readFile(path.join(folder, "a", "file")), BYTES);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
