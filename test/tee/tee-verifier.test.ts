import assert from "node:assert/strict";
import { constants, createHash, generateKeyPairSync, sign } from "node:crypto";
import { after, before, describe, it } from "node:test";
import hre from "hardhat";
import { bytesToHex, concat, keccak256, toFunctionSelector, zeroHash, type Hex } from "viem";

import { prepareNitroCalls } from "../../sdk/src/tee/nitro/calldata.ts";
import { verifyGatewaySignature } from "../../sdk/src/tee/rsa-pss.ts";
import { encodePayload, forgeCertificate, forgeDocument, forgeKey, type ForgedPayload } from "./nitro-forge.ts";
import { HEAVY } from "./sample.ts";

const START = Date.parse("2026-07-01T00:00:00Z") / 1_000;
const YEAR = 365 * 86_400;
const sha256 = (data: Uint8Array): Buffer => createHash("sha256").update(data).digest();

// A root of our own, so that the documents can say what a test needs.
const rootKey = forgeKey();
const leafKey = forgeKey();
const validity = { notBefore: START - YEAR, notAfter: START + YEAR, signer: rootKey };
const ROOT = forgeCertificate({ subject: "root", issuer: "root", serial: 1, ca: true, key: rootKey, ...validity });
const LEAF = forgeCertificate({ subject: "leaf", issuer: "root", serial: 2, ca: false, key: leafKey, ...validity });

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const SPKI = publicKey.export({ format: "der", type: "spki" });
const TLS = Buffer.from("the TLS certificate, whatever it is");
const MULTIHASH = Buffer.from("1220", "hex");
const USER_DATA = Buffer.concat([MULTIHASH, sha256(TLS), MULTIHASH, sha256(SPKI)]);
const PCRS = new Map([0, 1, 2].map((index) => [index, Buffer.alloc(48, index + 1)]));
const PCR_HASH = keccak256(Buffer.concat([...PCRS.values()]));

/** A document of our root, made at `seconds`. */
function documentAt(seconds: number, fields: ForgedPayload = {}): Hex {
  const timestamp = BigInt(seconds) * 1_000n;
  const common = { timestamp, pcrs: PCRS, certificate: LEAF, bundle: [ROOT], userData: USER_DATA };
  return bytesToHex(forgeDocument(encodePayload({ ...common, ...fields }), leafKey));
}

/** What the gateway signs: PSS over the hash once more hashed. */
function gatewaySignature(messageHash: Hex, saltLength = 32): Hex {
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return bytesToHex(sign("sha256", Buffer.from(messageHash.slice(2), "hex"), { key: privateKey, padding, saltLength }));
}

async function deploy() {
  const connection = await hre.network.create({ override: { initialDate: new Date(START * 1_000).toISOString() } });
  const { viem } = connection;
  const [admin] = await viem.getWalletClients();
  assert.ok(admin);
  const root = bytesToHex(sha256(ROOT));
  const authority = await viem.deployContract("AccessManager", [admin.account.address]);
  const certificates = await viem.deployContract("NitroCertificates", [authority.address, root]);
  const nitro = await viem.deployContract("NitroVerifier", [certificates.address]);
  const verifier = await viem.deployContract("TEEVerifier", [nitro.address]);
  const file = Buffer.from(documentAt(START).slice(2), "hex");
  for (const { der, parentId } of prepareNitroCalls(file).certificates) {
    await certificates.write.cacheCertificate([der, parentId], HEAVY);
  }
  const now = async () => Number((await (await viem.getPublicClient()).getBlock()).timestamp);
  return { connection, verifier, now };
}

describe("TEEVerifier", () => {
  let chain: Awaited<ReturnType<typeof deploy>>;
  const [spki, tls] = [bytesToHex(SPKI), bytesToHex(TLS)];
  const FALSE = [false, zeroHash] as const;

  before(async () => {
    chain = await deploy();
  });
  after(() => chain.connection.close());

  const ask = (document: Hex, key: Hex = spki, certificate: Hex = tls, root: Hex = "0x") =>
    chain.verifier.read.verifyAttestation([document, key, certificate, root]);

  it("has upstream's selectors", () => {
    assert.equal(toFunctionSelector("verifyAttestation(bytes,bytes,bytes,bytes)"), "0xf7cf40d3");
    assert.equal(toFunctionSelector("verifyRSAPSS(bytes,bytes32,bytes)"), "0x7e26679a");
  });

  it("accepts a fresh document that binds key and certificate, and says the hash of its registers", async () => {
    const document = documentAt(await chain.now());
    assert.deepEqual(await ask(document), [true, PCR_HASH]);
    assert.deepEqual(await ask(document, spki, tls, bytesToHex(ROOT)), [true, PCR_HASH]);
  });

  it("answers false for another key, another certificate and another root", async () => {
    const document = documentAt(await chain.now());
    assert.deepEqual(await ask(document, concat([spki, "0x00"])), FALSE);
    assert.deepEqual(await ask(document, spki, concat([tls, "0x00"])), FALSE);
    assert.deepEqual(await ask(document, spki, tls, bytesToHex(LEAF)), FALSE);
  });

  it("answers false for a document that is too old or from the future", async () => {
    const now = await chain.now();
    // A read is at the time of the next block, a second later at least.
    assert.deepEqual(await ask(documentAt(now - 302)), FALSE);
    assert.deepEqual(await ask(documentAt(now - 290)), [true, PCR_HASH]);
    assert.deepEqual(await ask(documentAt(now + 50)), [true, PCR_HASH]);
    assert.deepEqual(await ask(documentAt(now + 3_600)), FALSE);
  });

  it("answers false for a debug enclave, for other user data and for a document of another key", async () => {
    const now = await chain.now();
    const debug = new Map([...PCRS, [0, Buffer.alloc(48)]]);
    assert.deepEqual(await ask(documentAt(now, { pcrs: debug })), FALSE);
    assert.deepEqual(await ask(documentAt(now, { userData: USER_DATA.subarray(4) })), FALSE);
    const timestamp = BigInt(now) * 1_000n;
    const fields = { timestamp, pcrs: PCRS, certificate: LEAF, bundle: [ROOT], userData: USER_DATA };
    assert.deepEqual(await ask(bytesToHex(forgeDocument(encodePayload(fields), rootKey))), FALSE);
  });

  it("never reverts: rubbish of any kind and size is answered with false", async () => {
    const document = documentAt(await chain.now());
    const rubbish: readonly Hex[] = ["0x", "0x00", "0x8444a1013822a0", document.slice(0, -2) as Hex, `${document}00`];
    for (const bytes of rubbish) assert.deepEqual(await ask(bytes), FALSE);
    const long = bytesToHex(new Uint8Array(16_385));
    assert.deepEqual(await ask(long), FALSE);
    assert.deepEqual(await ask(document, long), FALSE);
    assert.deepEqual(await ask(document, spki, long), FALSE);
    assert.deepEqual(await ask(document, spki, tls, long), FALSE);
  });

  it("verifies gateways' RSA signatures as its twin does, and answers false for all others", async () => {
    const message = keccak256("0x01");
    const good = gatewaySignature(message);
    const cases: ReadonlyArray<readonly [key: Hex, message: Hex, signature: Hex, valid: boolean]> = [
      [spki, message, good, true],
      [spki, keccak256("0x02"), good, false],
      [spki, message, gatewaySignature(message, 20), false],
      [spki, message, "0x", false],
      [spki, message, concat([good, "0x00"]), false],
      [spki, message, bytesToHex(new Uint8Array(20_000)), false],
      ["0x", message, good, false],
      [concat([spki, "0x00"]), message, good, false],
      [bytesToHex(new Uint8Array(294)), message, good, false],
    ];
    for (const [key, hash, signature, valid] of cases) {
      assert.equal(await chain.verifier.read.verifyRSAPSS([key, hash, signature]), valid);
      assert.equal(verifyGatewaySignature(key, hash, signature), valid);
    }
  });
});
