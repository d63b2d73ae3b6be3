import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import fc from "fast-check";
import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import { bytesToHex, concat, type Hex } from "viem";

import { parseNitroDocument, stripFraming } from "../../sdk/src/tee/nitro/document.ts";
import { deployHarness } from "./harness.ts";
import { refusalOf } from "./nitro-chain.ts";
import { cborBytes, cborHead, cborText, forgeDocument, forgeKey, payloadEntries } from "./nitro-forge.ts";
import { DEEP, sample } from "./sample.ts";
import { vector } from "./vectors.ts";

const genuine = stripFraming(vector("nitro/dstack/nsm-qvl_nitro_attestation.bin"));
/** Positions that one call tries. */
const STEP = 100;

const key = forgeKey();
const fields = {
  timestamp: 1_766_668_537_578n,
  pcrs: new Map([[0, new Uint8Array(48)]]),
  bundle: [Buffer.from([1])],
  userData: new Uint8Array(64),
};
const entries = payloadEntries(fields);

/** A document of these pairs. */
function documentOf(pairs: readonly Uint8Array[]): Uint8Array {
  return forgeDocument(concat([cborHead(5, BigInt(pairs.length)), ...pairs]), key);
}

/** The pairs, the one at `index` replaced. */
const replaced = (index: number, entry: Uint8Array): readonly Uint8Array[] => entries.with(index, Buffer.from(entry));

/** A pair. */
const pair = (name: string, ...value: readonly Uint8Array[]): Uint8Array => concat([cborText(name), ...value]);

describe("NitroDocument", () => {
  let connection: NetworkConnection;
  let call: Awaited<ReturnType<typeof deployHarness>>;
  before(async () => {
    connection = await hre.network.create();
    call = await deployHarness(connection, "NitroDocument__Harness");
  });
  after(() => connection.close());

  /** What both parsers refuse, or accept, a document with. */
  async function parse(document: Uint8Array): Promise<string | undefined> {
    const contract = await refusalOf(call("parse", bytesToHex(document)));
    assert.equal(await refusalOf(() => parseNitroDocument(document)), contract, "the twin's verdict is the contract's");
    return contract;
  }

  it("reads what the twin reads", async () => {
    const found = await call("read", bytesToHex(genuine));
    const [moduleId, timestamp, pcrs, userData, nonce] = found as readonly [Hex, bigint, readonly Hex[], Hex, Hex];
    const twin = parseNitroDocument(genuine);
    assert.equal(Buffer.from(moduleId.slice(2), "hex").toString(), twin.moduleId);
    assert.equal(timestamp, twin.timestamp);
    pcrs.forEach((value, index) => assert.equal(value, bytesToHex(twin.pcrs.get(index) ?? new Uint8Array())));
    assert.equal(userData, bytesToHex(twin.userData ?? new Uint8Array()));
    assert.equal(nonce, "0x");
    assert.equal(twin.bundle.length, 4);
  });

  it("lets no byte change without refusing, or changing what the signature is checked against", async () => {
    const document = bytesToHex(genuine);
    const begins = Array.from({ length: Math.ceil(genuine.length / STEP) }, (_, index) => index * STEP);
    for (const from of sample(begins, 4)) {
      const to = Math.min(from + STEP, genuine.length);
      const found = await call("firstUncovered", document, BigInt(from), BigInt(to), 1);
      assert.equal(found, BigInt(to), "the first byte that nothing covers");
    }
  });

  it("lets no bit change off chain either", () => {
    const { signedBytes, signature } = parseNitroDocument(genuine);
    const expected = Buffer.concat([signedBytes, signature]);
    const changed = Uint8Array.from(genuine);
    for (let bit = 0; bit < 8 * genuine.length; bit += DEEP ? 1 : 3) {
      // Every byte, if not every bit of it.
      const [index, mask] = [bit >> 3, 1 << (bit & 7)];
      changed[index] = (changed[index] ?? 0) ^ mask;
      try {
        const found = parseNitroDocument(changed);
        assert.ok(!expected.equals(Buffer.concat([found.signedBytes, found.signature])), `bit ${bit}`);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
      }
      changed[index] = (changed[index] ?? 0) ^ mask;
    }
  });

  it("gives the twin's verdict on any mutation", async () => {
    const property = fc.asyncProperty(
      fc.nat(genuine.length - 1),
      fc.uint8Array({ maxLength: 4 }),
      fc.nat(4),
      async (position, inserted, removed) => {
        const before = genuine.subarray(0, position);
        await parse(concat([before, inserted, genuine.subarray(position + removed)]));
      },
    );
    await fc.assert(property, { numRuns: DEEP ? 150 : 50 });
  });

  it("gives the twin's verdict when a head is replaced by any other", async () => {
    // Where heads are: header, payload, map, keys, values, registers, bundle, end.
    const heads = [0, 1, 7, 10, 11, 21, 62, 69, 85, 90, 95, 96, 101, 102, 918, 929, 1570, 4323, 4333, 4346, 4422, 4428];
    for (const position of heads) {
      for (let head = 0; head < 256; head += DEEP ? 7 : 43) {
        await parse(genuine.with(position, head));
      }
    }
  });

  it("accepts pairs in any order", async () => {
    assert.equal(await parse(documentOf(entries)), undefined);
    assert.equal(await parse(documentOf(entries.toReversed())), undefined);
  });

  it("refuses keys that are missing, there twice, or not known", async () => {
    for (let index = 0; index < 6; index++) {
      assert.equal(await parse(documentOf(entries.toSpliced(index, 1))), "NitroFieldMissing");
    }
    for (const entry of entries) assert.equal(await parse(documentOf([...entries, entry])), "NitroKeyUnexpected");
    for (const name of ["extra", "", "nonce\0", "module_i", "a text that is longer than a word of the EVM is"]) {
      assert.equal(await parse(documentOf([...entries, pair(name, cborHead(0, 1n))])), "NitroKeyUnexpected");
    }
  });

  it("accepts a document without the optional fields", async () => {
    assert.equal(await parse(documentOf(entries.slice(0, 6))), undefined);
  });

  it("refuses another digest, and sizes that no field has", async () => {
    const long = new Uint8Array(1025);
    const bad = [
      replaced(0, pair("module_id", cborText(""))),
      replaced(1, pair("digest", cborText("SHA256"))),
      replaced(1, pair("digest", cborText("SHA384\0"))),
      replaced(3, pair("pcrs", cborHead(5, 0n))),
      replaced(3, pair("pcrs", cborHead(5, 33n))),
      replaced(3, pair("pcrs", cborHead(5, 1n), cborHead(0, 0n), cborBytes(new Uint8Array(32)))),
      replaced(4, pair("certificate", cborBytes(long))),
      replaced(5, pair("cabundle", cborHead(4, 0n))),
      replaced(5, pair("cabundle", cborHead(4, 9n))),
      replaced(7, pair("user_data", cborBytes(long))),
    ];
    for (const pairs of bad) assert.equal(await parse(documentOf(pairs)), "NitroFieldInvalid");
  });

  it("refuses registers of index 32 and above, and the same one twice", async () => {
    const register = (index: bigint): Uint8Array => concat([cborHead(0, index), cborBytes(new Uint8Array(48))]);
    for (const list of [[register(32n)], [register(2n ** 63n)], [register(3n), register(3n)]]) {
      const pairs = replaced(3, pair("pcrs", cborHead(5, BigInt(list.length)), ...list));
      assert.equal(await parse(documentOf(pairs)), "NitroPcrIndexInvalid");
    }
  });

  it("refuses other types, reserved heads, tags, booleans and numbers longer than need be", async () => {
    const cases: readonly (readonly [value: readonly number[], refusal: string])[] = [
      [[0x1c], "CborHeadInvalid"],
      [[0x1d], "CborHeadInvalid"],
      [[0x1e], "CborHeadInvalid"],
      [[0x1f], "CborHeadInvalid"],
      [[0x18, 0x17], "CborNotShortest"],
      [[0x19, 0x00, 0xff], "CborNotShortest"],
      [[0x1a, 0x00, 0x00, 0xff, 0xff], "CborNotShortest"],
      [[0x1b, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff], "CborNotShortest"],
      [[0x20], "CborTypeUnexpected"],
      [[0xc1, 0x00], "CborTypeUnexpected"],
      [[0xf4], "CborTypeUnexpected"],
      [[0xf5], "CborTypeUnexpected"],
      [[0xf6], "CborTypeUnexpected"],
      [[0xfb, 0, 0, 0, 0, 0, 0, 0, 0], "CborTypeUnexpected"],
      [[0x40], "CborTypeUnexpected"],
    ];
    for (const [value, refusal] of cases) {
      const document = documentOf(replaced(2, pair("timestamp", Uint8Array.from(value))));
      assert.equal(await parse(document), refusal, bytesToHex(Uint8Array.from(value)));
    }
    const pieces = Uint8Array.from([0x5f, 0x41, 0x00, 0xff]);
    assert.equal(await parse(documentOf(replaced(8, pair("nonce", pieces)))), "CborHeadInvalid");
  });

  it("refuses a payload that ends early, or goes on behind its map", async () => {
    const whole = concat([cborHead(5, 9n), ...entries]);
    assert.equal(await parse(forgeDocument(whole.subarray(0, -1), key)), "CborTruncated");
    assert.equal(await parse(forgeDocument(concat([whole, Uint8Array.of(0)]), key)), "CborTrailingBytes");
    const endless = concat([Uint8Array.of(0xbf), ...entries]);
    assert.equal(await parse(forgeDocument(endless, key)), "CborTruncated");
  });

  it("refuses every beginning of a document", async () => {
    for (const length of [0, 6, 7, 9, 10, 100, genuine.length - 97, genuine.length - 1]) {
      assert.notEqual(await parse(genuine.subarray(0, length)), undefined);
    }
  });
});
