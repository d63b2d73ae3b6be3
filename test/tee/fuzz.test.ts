import assert from "node:assert/strict";
import { createHash, sign, X509Certificate } from "node:crypto";
import { after, before, describe, it } from "node:test";

import { decode } from "cbor2";
import fc from "fast-check";
import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import { bytesToHex, encodeFunctionData, toHex, type Hex } from "viem";

import { NitroEvidenceError } from "../../sdk/src/tee/nitro/errors.ts";
import { parseNitroDocument, type NitroDocument } from "../../sdk/src/tee/nitro/document.ts";
import { parseCertificate } from "../../sdk/src/tee/tdx/certificate.ts";
import { deployEvidenceHarness, deployHarness, deployX509Harness } from "./harness.ts";
import { documentWith, encodePayload, forgeCertificate, forgeKey } from "./nitro-forge.ts";
import { DEEP } from "./sample.ts";
import { der } from "./tdx-forge.ts";

/** The same cases in every ordinary run, others in each deep one. */
const CASES = DEEP ? {} : { seed: 20_261_121 };

// What is changed, and how

/** Bytes that mean something to a reader of DER or CBOR. */
const TELLING = [0x00, 0x01, 0x02, 0x03, 0x05, 0x06, 0x0c, 0x17, 0x18, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x82, 0x83, 0xa0];
const TELLING_TOO = [0xa3, 0xbf, 0xc0, 0xd8, 0xf4, 0xf6, 0xf9, 0xff, 0x18, 0x19, 0x1a, 0x1b, 0x58, 0x59, 0x5f, 0x78];

interface Change {
  /** Where, as a part of the whole. */
  readonly at: number;
  readonly removed: number;
  readonly inserted: Uint8Array;
  /** Bits to flip in the byte there. */
  readonly flipped: number;
}

const byte = fc.oneof(fc.constantFrom(...TELLING, ...TELLING_TOO), fc.nat(255));
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: edit(fc.constant(0), fc.constant([]), fc.integer({ min: 1, max: 255 })) },
  { weight: 4, arbitrary: edit(fc.constant(1), fc.tuple(byte), fc.constant(0)) },
  { weight: 1, arbitrary: edit(fc.nat(3), fc.array(byte, { maxLength: 3 }), fc.constant(0)) },
);

function edit(
  removed: fc.Arbitrary<number>,
  inserted: fc.Arbitrary<readonly number[]>,
  flipped: fc.Arbitrary<number>,
): fc.Arbitrary<Change> {
  const at = fc.nat(9_999).map((part) => part / 10_000);
  return fc.record({ at, removed, inserted: inserted.map((bytes) => Uint8Array.from(bytes)), flipped });
}

function applied(bytes: Uint8Array, changes: readonly Change[]): Uint8Array {
  return changes.reduce<Uint8Array>((before, { at, removed, inserted, flipped }) => {
    const position = Math.floor(at * before.length);
    const behind = Uint8Array.from(before.subarray(position + removed));
    if (flipped !== 0) behind[0] = (behind[0] ?? 0) ^ flipped;
    return Buffer.concat([before.subarray(0, position), inserted, behind]);
  }, bytes);
}

// Certificates

const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

const keys = { issuer: forgeKey("prime256v1"), subject: forgeKey("prime256v1") };
const KEY_CERT_SIGN = 0x0400;
const SECOND = { min: 1_000_000_000, max: 2_500_000_000 } as const;

/** Certificates on P-256 of any contents, that the issuer has signed. */
const certificate = fc
  .record({
    subject: fc.string({ minLength: 1, maxLength: 20 }),
    issuer: fc.string({ minLength: 1, maxLength: 20 }),
    serial: fc.bigInt({ min: 1n, max: 2n ** 158n }),
    notBefore: fc.integer(SECOND),
    validFor: fc.integer({ min: 0, max: 20_000_000 }),
    ca: fc.boolean(),
    pathLength: fc.option(fc.nat(3), { nil: undefined }),
  })
  .map(({ validFor, pathLength, ...fields }) =>
    forgeCertificate({
      ...fields,
      ...(pathLength === undefined ? {} : { pathLength }),
      notAfter: fields.notBefore + validFor,
      key: keys.subject,
      signer: keys.issuer,
      hash: "sha256",
    }),
  );

/** The certificate whose signed part is this, signed by the issuer: only its structure can be wrong. */
function signedAgain(tbs: Uint8Array): Uint8Array {
  const signature = sign("sha256", tbs, { key: keys.issuer.privateKey, dsaEncoding: "der" });
  const algorithm = Buffer.from("300a06082a8648ce3d040302", "hex");
  return der(0x30, Buffer.concat([tbs, algorithm, der(0x03, Buffer.concat([Buffer.of(0), signature]))]));
}

/** What a reader makes of a certificate. */
interface Reading {
  readonly serial: bigint;
  /** Unix seconds. */
  readonly notBefore: bigint;
  readonly notAfter: bigint;
  readonly isCa: boolean;
  readonly publicKey: Hex;
}

/** Whether the key at the end of a SubjectPublicKeyInfo is a point of P-256. */
function isOnCurve(spki: Hex): boolean {
  const [x, y] = [BigInt(`0x${spki.slice(-128, -64)}`), BigInt(`0x${spki.slice(-64)}`)];
  return x < P && y < P && (y * y - x ** 3n + 3n * x - B) % P === 0n;
}

/** What node:crypto makes of it; undefined if it refuses structure, key or signature. */
function oracle(raw: Uint8Array): Reading | undefined {
  try {
    const found = new X509Certificate(raw);
    const { publicKey } = found;
    // It ignores what follows a certificate.
    if (!found.verify(keys.issuer.publicKey) || found.raw.length !== raw.length) return undefined;
    return {
      serial: BigInt(`0x${found.serialNumber}`),
      notBefore: BigInt(Date.parse(found.validFrom) / 1_000),
      notAfter: BigInt(Date.parse(found.validTo) / 1_000),
      isCa: found.ca,
      publicKey: bytesToHex(publicKey.export({ format: "der", type: "spki" })),
    };
  } catch {
    return undefined;
  }
}

describe("The certificate reader, fuzzed", () => {
  let connection: NetworkConnection;
  let reader: Awaited<ReturnType<typeof deployX509Harness>>;
  let harness: Awaited<ReturnType<typeof deployEvidenceHarness>>;
  before(async () => {
    connection = await hre.network.create();
    reader = await deployX509Harness(connection);
    harness = await deployEvidenceHarness(connection);
  });
  after(() => connection.close());

  const jwk = keys.issuer.publicKey.export({ format: "jwk" });
  const [x, y] = [jwk.x, jwk.y].map((part) => BigInt(toHex(Buffer.from(part ?? "", "base64url"))));

  /** What the contract makes of a certificate; undefined if it refuses structure, key or signature. */
  async function contract(raw: Uint8Array): Promise<Reading | undefined> {
    const data = bytesToHex(raw);
    const { result } = await harness.simulate.attempt([
      reader.address,
      encodeFunctionData({ abi: reader.abi, functionName: "readAllP256", args: [data] }),
    ]);
    if (!result[0]) return undefined;
    const parts = await reader.read.parse([data]);
    const [r, s] = await reader.read.ecdsaSignature([data]);
    const digest = toHex(
      createHash("sha256")
        .update(Buffer.from(parts.tbs.slice(2), "hex"))
        .digest(),
    );
    if (!(await harness.read.p256([digest, r, s, x ?? 0n, y ?? 0n]))) return undefined;
    const { serial, notBefore, notAfter, publicKey, keyUsage } = parts;
    // node:crypto calls nobody a CA whose key may not sign certificates; here two rules say that.
    const isCa = parts.isCa && (keyUsage & KEY_CERT_SIGN) !== 0;
    return { serial, notBefore, notAfter, isCa, publicKey };
  }

  it("takes certificates of any contents, and says of them what node:crypto says", async () => {
    const property = fc.asyncProperty(certificate, async (raw) => {
      const found = await contract(raw);
      assert.ok(found !== undefined);
      assert.deepEqual(found, oracle(raw));
    });
    await fc.assert(property, { ...CASES, numRuns: DEEP ? 300 : 20 });
  });

  it("takes no changed certificate that node:crypto refuses, and reads those that it takes alike", async () => {
    let taken = 0;
    const changes = fc.array(change, { minLength: 1, maxLength: 2 });
    const property = fc.asyncProperty(certificate, changes, fc.nat(3), async (raw, wanted, kind) => {
      // What is changed behind the signature's back is refused anyway, so most are signed again.
      const changed = kind !== 0 ? signedAgain(applied(parseCertificate(raw).tbs, wanted)) : applied(raw, wanted);
      const found = await contract(changed);
      // A subject's key is not looked at until something is verified with it, which refuses one off the curve.
      if (found === undefined || !isOnCurve(found.publicKey)) return;
      taken += 1;
      assert.deepEqual(found, oracle(changed));
    });
    await fc.assert(property, { ...CASES, numRuns: DEEP ? 5_000 : 400 });
    assert.ok(taken > 10, `only ${taken} were taken: the changes are too rough to show anything`);
  });
});

// CBOR

/** The reader of documents does not verify them. */
const SIGNATURE = new Uint8Array(96).fill(1);
const bytesOf = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: 1, maxLength });

/** Payloads of attestation documents of any contents. */
const payload = fc
  .record({
    moduleId: fc.string({ minLength: 1, maxLength: 30 }),
    timestamp: fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }),
    registers: fc.uniqueArray(fc.nat(31), { minLength: 1, maxLength: 4 }),
    bundle: fc.array(bytesOf(40), { minLength: 1, maxLength: 3 }),
    certificate: bytesOf(40),
    userData: fc.option(bytesOf(80), { nil: undefined }),
    nonce: fc.option(bytesOf(40), { nil: undefined }),
    indefinite: fc.boolean(),
  })
  .map(({ registers, userData, nonce, ...fields }) => {
    const pcrs = new Map(registers.map((index) => [index, new Uint8Array(48).fill(index + 1)]));
    return encodePayload({
      ...fields,
      pcrs,
      ...(userData === undefined ? {} : { userData }),
      ...(nonce === undefined ? {} : { nonce }),
    });
  });

/** What a document says, as far as the contract's harness shows it. */
type Content = Pick<NitroDocument, "moduleId" | "timestamp" | "pcrs" | "userData" | "nonce">;

/** What an independent decoder makes of a document; undefined if it is none, or not well-formed. */
function decoded(document: Uint8Array): Content | undefined {
  let fields: unknown;
  try {
    const outer: unknown = decode(document);
    const inner: unknown = Array.isArray(outer) ? outer[2] : undefined;
    if (!(inner instanceof Uint8Array)) return undefined;
    fields = decode(inner, { preferMap: true, rejectDuplicateKeys: true });
  } catch {
    return undefined;
  }
  if (!(fields instanceof Map)) return undefined;
  const field = (name: string): unknown => fields.get(name);
  const octets = (name: string): Uint8Array | undefined => {
    const value = field(name);
    return value instanceof Uint8Array ? value : undefined;
  };
  const pcrs = field("pcrs");
  return {
    moduleId: String(field("module_id")),
    timestamp: BigInt(String(field("timestamp"))),
    pcrs: pcrs instanceof Map ? (pcrs as Map<number, Uint8Array>) : new Map<number, Uint8Array>(),
    userData: octets("user_data"),
    nonce: octets("nonce"),
  };
}

/** What the twin makes of a document; undefined if it refuses. */
function twinContent(document: Uint8Array): Content | undefined {
  try {
    const { moduleId, timestamp, pcrs, userData, nonce } = parseNitroDocument(document);
    return { moduleId, timestamp, pcrs, userData, nonce };
  } catch (error) {
    if (error instanceof NitroEvidenceError) return undefined;
    throw error;
  }
}

/** In a form that compares, and that the contract gives too. */
function plain(content: Content) {
  const { moduleId, timestamp, pcrs, userData, nonce } = content;
  const hex = (bytes: Uint8Array | undefined): Hex => bytesToHex(Uint8Array.from(bytes ?? []));
  const registers = Array.from({ length: 32 }, (_, index) => hex(pcrs.get(index)));
  return { moduleId, timestamp, registers, userData: hex(userData), nonce: hex(nonce) };
}

describe("The reader of CBOR, fuzzed", () => {
  let connection: NetworkConnection;
  let call: Awaited<ReturnType<typeof deployHarness>>;
  before(async () => {
    connection = await hre.network.create();
    call = await deployHarness(connection, "NitroDocument__Harness");
  });
  after(() => connection.close());

  /** What the contract makes of a document that it takes. */
  async function contractContent(document: Uint8Array) {
    const found = await call("read", bytesToHex(document));
    const [moduleId, timestamp, registers, userData, nonce] = found as readonly [Hex, bigint, readonly Hex[], Hex, Hex];
    return { moduleId: Buffer.from(moduleId.slice(2), "hex").toString(), timestamp, registers, userData, nonce };
  }

  it("reads documents of any contents as another decoder does", async () => {
    const property = fc.asyncProperty(payload, async (bytes) => {
      const document = documentWith(bytes, SIGNATURE);
      const expected = decoded(document);
      const twin = twinContent(document);
      assert.ok(expected !== undefined && twin !== undefined);
      assert.deepEqual(plain(twin), plain(expected));
      assert.deepEqual(await contractContent(document), plain(expected));
    });
    await fc.assert(property, { ...CASES, numRuns: DEEP ? 300 : 30 });
  });

  it("takes no changed document that another decoder refuses, and reads those that it takes alike", async () => {
    let taken = 0;
    const changes = fc.array(change, { minLength: 1, maxLength: 3 });
    const property = fc.asyncProperty(payload, changes, async (bytes, wanted) => {
      const document = documentWith(applied(bytes, wanted), SIGNATURE);
      const twin = twinContent(document);
      // The name is taken as bytes, be they UTF-8 or not: it is hashed, and AWS signs it.
      if (twin === undefined || !/^[\0-\x7f]*$/.test(twin.moduleId)) return;
      taken += 1;
      const expected = decoded(document);
      assert.ok(expected !== undefined, `taken: ${bytesToHex(document)}`);
      assert.deepEqual(plain(twin), plain(expected));
      // That the contract takes what the twin takes is shown beside its parser's own tests; here, that it reads the same.
      if (DEEP || taken % 8 === 0) assert.deepEqual(await contractContent(document), plain(expected));
    });
    await fc.assert(property, { ...CASES, numRuns: DEEP ? 50_000 : 1_500 });
    assert.ok(taken > 100, `only ${taken} were taken: the changes are too rough to show anything`);
  });
});
