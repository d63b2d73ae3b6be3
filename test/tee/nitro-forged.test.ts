import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { bytesToHex, concat, keccak256, parseEventLogs, zeroHash, type Hex } from "viem";

import { parseNitroCertificate } from "../../sdk/src/tee/nitro/certificate.ts";
import { sha256 } from "../../sdk/src/tee/nitro/ecdsa.ts";
import { verifyNitroChain, verifyNitroDocument } from "../../sdk/src/tee/nitro/verify.ts";
import { deployNitro, refusalOf } from "./nitro-chain.ts";
import {
  encodePayload,
  forgeCertificate,
  forgeDocument,
  forgeKey,
  type ForgedCertificate,
  type ForgedPayload,
} from "./nitro-forge.ts";

/** Everything here is valid for a year from the day on which the chain's clock begins, unless said otherwise. */
const START = Date.parse("2025-12-01T00:00:00Z") / 1000;
const YEAR = 365 * 86_400;
const HOUR = 3_600;

const keys = { root: forgeKey(), ca: forgeKey(), low: forgeKey(), leaf: forgeKey(), other: forgeKey() };

function certificate(fields: Partial<ForgedCertificate>): Buffer {
  return forgeCertificate({
    subject: "leaf",
    issuer: "ca",
    serial: 300,
    notBefore: START,
    notAfter: START + YEAR,
    ca: false,
    key: keys.leaf,
    signer: keys.ca,
    ...fields,
  });
}

const root = certificate({ subject: "root", issuer: "root", serial: 1, ca: true, key: keys.root, signer: keys.root });
const ca = certificate({
  subject: "ca",
  issuer: "root",
  serial: 2,
  ca: true,
  pathLength: 0,
  notAfter: START + YEAR / 2,
  key: keys.ca,
  signer: keys.root,
});
const leaf = certificate({ notAfter: START + 200 * 86_400 });

const pcr = (byte: number): Uint8Array => new Uint8Array(48).fill(byte);
const CODE = new Map([
  [0, pcr(1)],
  [1, pcr(2)],
  [2, pcr(3)],
]);
const USER_DATA = new Uint8Array(64).fill(7);

function document(fields: ForgedPayload = {}, signer = keys.leaf): Buffer {
  const timestamp = BigInt(START + HOUR) * 1000n + 999n;
  const whole = { timestamp, pcrs: CODE, certificate: leaf, bundle: [root, ca], userData: USER_DATA, ...fields };
  return forgeDocument(encodePayload(whole), signer);
}

const id = (der: Uint8Array): Hex => keccak256(der);
const rootDigest = bytesToHex(sha256(root));
const at = BigInt(START + 2 * HOUR);

let chain: Awaited<ReturnType<typeof deployNitro>>;
let restore: () => Promise<void>;
before(async () => {
  chain = await deployNitro(rootDigest);
  const { networkHelpers } = chain.connection;
  await networkHelpers.time.increaseTo(at);
  await chain.bringChain([root, ca, leaf].map((der) => bytesToHex(der)));
  const snapshot = await networkHelpers.takeSnapshot();
  restore = () => snapshot.restore();
});
after(() => chain.connection.close());

/** What both sides refuse, or accept, a certificate with when it is brought below `parents`. */
async function bring(der: Uint8Array, parents: readonly Uint8Array[] = [root, ca]): Promise<string | undefined> {
  const parent = parents.at(-1);
  const parentId = parent === undefined ? zeroHash : id(parent);
  const contract = await chain.refusalOfCertificate(bytesToHex(der), parentId);
  const twin = await refusalOf(() => verifyNitroChain([...parents, der], { at, root: rootDigest }));
  assert.equal(twin, contract, "the twin's verdict is the contract's");
  return contract;
}

/** What both sides refuse, or accept, a document with. */
async function verify(evidence: Uint8Array): Promise<string | undefined> {
  const contract = await chain.refusalOfEvidence(bytesToHex(evidence));
  const twin = await refusalOf(() => verifyNitroDocument(evidence, { at, root: rootDigest }));
  assert.equal(twin, contract, "the twin's verdict is the contract's");
  return contract;
}

describe("NitroCertificates", () => {
  it("keeps what it needs of a chain", async () => {
    const kept = await chain.certificates.read.certificateOf([id(leaf)]);
    const { key, ...parsed } = parseNitroCertificate(leaf);
    assert.equal(kept.parentId, id(ca));
    assert.equal(kept.issuerHash, parsed.issuerHash);
    assert.equal(kept.subjectHash, parsed.subjectHash);
    assert.equal(kept.serial, 300n);
    assert.deepEqual([kept.notBefore, kept.notAfter], [START, START + 200 * 86_400]);
    assert.deepEqual([kept.isCa, kept.pathLength], [false, 0]);
    assert.equal(concat(kept.key), bytesToHex(key));
    assert.equal(await chain.certificates.read.chainExpiry([id(leaf)]), BigInt(START + YEAR / 2));
  });

  it("takes a certificate again without a change, whatever parent is named", async () => {
    const hash = await chain.certificates.write.cacheCertificate([bytesToHex(leaf), zeroHash]);
    const receipt = await (await chain.connection.viem.getPublicClient()).getTransactionReceipt({ hash });
    assert.deepEqual(parseEventLogs({ abi: chain.certificates.abi, logs: receipt.logs }), []);
    assert.equal((await chain.certificates.read.certificateOf([id(leaf)])).parentId, id(ca));
  });

  it("accepts only the pinned root without a parent", async () => {
    const fake = certificate({ subject: "root", issuer: "root", ca: true, key: keys.root, signer: keys.root });
    assert.equal(await bring(fake, []), "NitroRootUnexpected");
  });

  it("refuses a certificate whose parent was not brought", async () => {
    const refusal = await chain.refusalOfCertificate(bytesToHex(certificate({})), keccak256("0x01"));
    assert.equal(refusal, "NitroCertificateUnknown");
  });

  it("refuses a signature that is not the parent's, although all names fit", async () => {
    assert.equal(await bring(certificate({ signer: keys.other })), "NitroCertificateSignatureInvalid");
  });

  it("refuses another issuer's name, although the signature fits", async () => {
    assert.equal(await bring(certificate({ issuer: "cb" })), "NitroIssuerMismatch");
  });

  it("refuses a certificate below one that is not a CA's", async () => {
    const child = certificate({ subject: "child", issuer: "leaf", signer: keys.leaf, key: keys.other });
    assert.equal(await bring(child, [root, ca, leaf]), "NitroParentNotCa");
  });

  it("refuses a CA below one that allows none", async () => {
    assert.equal(await bring(certificate({ subject: "low", ca: true, key: keys.low })), "NitroPathTooLong");
  });

  it("counts down from the limit of a higher CA", async () => {
    const signedBy = { issuer: "root", signer: keys.root, ca: true };
    const one = certificate({ ...signedBy, subject: "one", pathLength: 1, key: keys.other });
    const two = certificate({ subject: "two", issuer: "one", ca: true, key: keys.low, signer: keys.other });
    const three = certificate({ subject: "three", issuer: "two", ca: true, signer: keys.low });
    const last = certificate({ subject: "last", issuer: "two", signer: keys.low });
    await chain.bringChain(
      [one, two].map((der) => bytesToHex(der)),
      id(root),
    );
    assert.equal(await bring(three, [root, one, two]), "NitroPathTooLong");
    assert.equal(await bring(last, [root, one, two]), undefined);
    await restore();
  });

  it("refuses a CA that may not sign certificates and a signer that may not sign", async () => {
    const below = { issuer: "root", signer: keys.root, ca: true };
    assert.equal(await bring(certificate({ ...below, keyUsage: 0x80 }), [root]), "NitroKeyUsageMissing");
    assert.equal(await bring(certificate({ keyUsage: 0x06 })), "NitroKeyUsageMissing");
  });

  it("refuses SHA-256, a key on another curve and an unknown critical extension", async () => {
    const weak = await chain.refusalOfCertificate(bytesToHex(certificate({ hash: "sha256" })), id(ca));
    assert.equal(weak, "NitroAlgorithmUnexpected");
    const p256 = certificate({ key: forgeKey("prime256v1") });
    assert.equal(await chain.refusalOfCertificate(bytesToHex(p256), id(ca)), "X509KeyUnsupported");
    assert.equal(await bring(certificate({ criticalExtension: true })), "X509ExtensionUnknown");
  });

  it("refuses a certificate that is not valid yet or any more", async () => {
    assert.equal(await bring(certificate({ notAfter: Number(at) - 60 })), "NitroCertificateExpired");
    assert.equal(await bring(certificate({ notBefore: Number(at) + 600 })), "NitroCertificateExpired");
  });

  it("refuses everything below an ancestor that has expired", async () => {
    await chain.connection.networkHelpers.time.increaseTo(START + YEAR / 2 + 1);
    const refusal = await refusalOf(chain.certificates.read.signerOf([id(leaf)]));
    const fresh = certificate({ serial: 301 });
    assert.equal(await chain.refusalOfCertificate(bytesToHex(fresh), id(ca)), "NitroCertificateExpired");
    await restore();
    assert.equal(refusal, "NitroCertificateExpired");
  });

  it("lets only the guardian revoke", async () => {
    const { issuerHash, serial } = parseNitroCertificate(leaf);
    const account = chain.stranger.account.address;
    const call = chain.certificates.simulate.revokeCertificate([issuerHash, serial], { account });
    assert.equal(await refusalOf(call), "AccessManagedUnauthorized");
  });

  it("refuses what is revoked, and everything below, for good", async () => {
    for (const revoked of [leaf, ca, root]) {
      const { issuerHash, serial } = parseNitroCertificate(revoked);
      await chain.certificates.write.revokeCertificate([issuerHash, serial]);
      assert.equal(await chain.certificates.read.isRevoked([issuerHash, serial]), true);
      const evidence = document();
      const trust = { at, root: rootDigest, revoked: [{ issuerHash, serial }] };
      const refusal = await chain.refusalOfEvidence(bytesToHex(evidence));
      await restore();
      assert.equal(refusal, "NitroCertificateWasRevoked");
      assert.equal(await refusalOf(() => verifyNitroDocument(evidence, trust)), "NitroCertificateWasRevoked");
    }
  });

  it("refuses to keep a certificate that was revoked before, in any encoding", async () => {
    const { issuerHash, serial } = parseNitroCertificate(leaf);
    await chain.certificates.write.revokeCertificate([issuerHash, serial]);
    const again = certificate({ notAfter: START + 200 * 86_400 });
    assert.notEqual(id(again), id(leaf), "ECDSA signs with a fresh nonce");
    const refusal = await chain.refusalOfCertificate(bytesToHex(again), id(ca));
    await restore();
    assert.equal(refusal, "NitroCertificateWasRevoked");
  });
});

describe("NitroVerifier", () => {
  it("accepts definite and indefinite maps and rounds the time down to seconds", async () => {
    for (const indefinite of [false, true]) {
      const evidence = document({ indefinite });
      assert.equal(await verify(evidence), undefined);
      const { attestedAt } = await chain.verify(bytesToHex(evidence));
      assert.equal(attestedAt, BigInt(START + HOUR));
    }
  });

  it("accepts sparse registers up to 31 and counts the signer of the image", async () => {
    const sparse = new Map([...CODE, [3, pcr(0)], [4, pcr(4)], [8, pcr(8)], [31, pcr(9)]]);
    const evidence = document({ pcrs: sparse });
    assert.equal(await verify(evidence), undefined);
    const { measurementId } = await chain.verify(bytesToHex(evidence));
    assert.equal(measurementId, keccak256(concat([Uint8Array.of(1), pcr(1), pcr(2), pcr(3), pcr(8)])));
  });

  it("names the same code alike whether an unused PCR8 is zero or missing", async () => {
    const evidence = document({ pcrs: new Map([...CODE, [8, pcr(0)]]) });
    const { measurementId } = await chain.verify(bytesToHex(evidence));
    assert.equal(measurementId, keccak256(concat([Uint8Array.of(1), pcr(1), pcr(2), pcr(3)])));
  });

  it("refuses debug mode, even if only one register of the code is zero, and missing ones", async () => {
    for (const index of [0, 1, 2]) {
      const zero = new Map([...CODE, [index, pcr(0)]]);
      const missing = new Map([...CODE].filter(([key]) => key !== index));
      assert.equal(await verify(document({ pcrs: zero })), "NitroDebugMode");
      assert.equal(await verify(document({ pcrs: missing })), "NitroPcrMissing");
    }
  });

  it("refuses bindings of other sizes than 64 and 68 bytes", async () => {
    assert.equal(await verify(document({ userData: new Uint8Array(68) })), undefined);
    for (const size of [0, 32, 63, 65, 67, 69, 512]) {
      assert.equal(await verify(document({ userData: new Uint8Array(size) })), "NitroUserDataInvalid");
    }
  });

  it("refuses times outside of the certificate's validity, seconds for milliseconds among them", async () => {
    const moments = [BigInt(START + HOUR), BigInt(START) * 1000n - 1n, BigInt(START + YEAR) * 1000n, 2n ** 64n - 1n];
    for (const timestamp of moments) assert.equal(await verify(document({ timestamp })), "NitroTimestampInvalid");
  });

  it("refuses a document that a CA signed", async () => {
    assert.equal(await verify(document({ certificate: ca, bundle: [root] }, keys.ca)), "NitroSignerIsCa");
  });

  it("refuses a signature of another key", async () => {
    assert.equal(await verify(document({}, keys.other)), "NitroSignatureInvalid");
  });
});
