import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { bytesToHex, concat, keccak256, zeroHash, type Hex } from "viem";

import { prepareNitroCalls } from "../../sdk/src/tee/nitro/calldata.ts";
import { parseNitroCertificate } from "../../sdk/src/tee/nitro/certificate.ts";
import { parseNitroDocument, stripFraming } from "../../sdk/src/tee/nitro/document.ts";
import { verifyNitroDocument } from "../../sdk/src/tee/nitro/verify.ts";
import { deployNitro, refusalOf } from "./nitro-chain.ts";
import { sample } from "./sample.ts";
import { vector } from "./vectors.ts";

/** The documents of test/vectors/tee/nitro, and the second at which each was made. */
const OPENGRADIENT = {
  file: Buffer.from(Buffer.from(vector("nitro/opengradient/attestation_doc.b64")).toString(), "base64"),
  at: 1_770_918_962n,
};
const DSTACK = { file: vector("nitro/dstack/nsm-qvl_nitro_attestation.bin"), at: 1_766_668_537n };
const DEBUG = { file: vector("nitro/dstack/nitro_attestation_dbg.bin"), at: 1_766_650_846n };

describe("NitroVerifier, genuine evidence", () => {
  let chain: Awaited<ReturnType<typeof deployNitro>>;
  before(async () => {
    chain = await deployNitro();
  });
  after(() => chain.connection.close());

  const evidenceOf = (file: Uint8Array): Hex => prepareNitroCalls(file).evidence;
  const verify = (evidence: Hex) => chain.verify(evidence);

  // In the order of time: a chain's clock only goes forward.

  it("refuses an enclave in debug mode although AWS signed its document", async () => {
    await chain.connection.networkHelpers.time.increaseTo(DEBUG.at);
    await chain.bring(DEBUG.file);
    assert.equal(await chain.refusalOfEvidence(evidenceOf(DEBUG.file)), "NitroDebugMode");
    const twin = () => verifyNitroDocument(stripFraming(DEBUG.file), { at: DEBUG.at });
    assert.equal(await refusalOf(twin), "NitroDebugMode");
  });

  it("accepts the document of dstack, bare, and refuses its framing and trailing bytes", async () => {
    await chain.connection.networkHelpers.time.increaseTo(DSTACK.at);
    await chain.bring(DSTACK.file);
    const facts = await verify(evidenceOf(DSTACK.file));
    assert.equal(facts.attestedAt, DSTACK.at);
    const framed = bytesToHex(DSTACK.file);
    const trailing = bytesToHex(DSTACK.file.subarray(4));
    const tagged = concat(["0xd2", evidenceOf(DSTACK.file)]);
    assert.equal(await chain.refusalOfEvidence(framed), "NitroHeaderUnexpected");
    assert.equal(await chain.refusalOfEvidence(trailing), "CborTrailingBytes");
    assert.equal(await chain.refusalOfEvidence(tagged), "NitroHeaderUnexpected");
    assert.equal(await refusalOf(() => parseNitroDocument(DSTACK.file.subarray(4))), "CborTrailingBytes");
  });

  it("accepts OpenGradient's document, with the binding of nitriding, and says what the twin says", async () => {
    const { file, at } = OPENGRADIENT;
    await chain.connection.networkHelpers.time.increaseTo(at);
    await chain.bring(file);
    const facts = await verify(evidenceOf(file));
    const twin = verifyNitroDocument(file, { at });
    const pcr = (index: number): Uint8Array => twin.document.pcrs.get(index) ?? new Uint8Array();
    assert.deepEqual(facts, {
      kind: 1,
      platformClass: zeroHash,
      measurementId: keccak256(concat([Uint8Array.of(1), pcr(0), pcr(1), pcr(2)])),
      tcbStatus: 0,
      tcbDate: 0n,
      tcbEvaluationNumber: 0,
      tcbVersion: 0n,
      advisoryHash: zeroHash,
      platformId: keccak256(new TextEncoder().encode("i-0340e0cb833504eb6-enc019c12d31f78864d")),
      attestedAt: at,
      collateralExpiry: 1_770_929_762n,
      debug: false,
      reportData: twin.facts.reportData,
    });
    assert.ok(bytesToHex(pcr(0)).startsWith("0x9baef83909784e4d"));
    const { measurementId, platformId, attestedAt, collateralExpiry, reportData } = facts;
    assert.deepEqual({ measurementId, platformId, attestedAt, collateralExpiry, reportData }, twin.facts);
    // Two multihashes: SHA-256 of the TLS certificate and of the key.
    assert.match(reportData, /^0x1220.{64}1220.{64}$/);
    assert.equal(bytesToHex(twin.document.publicKey ?? new Uint8Array()), bytesToHex(Buffer.from("dummy")));
    assert.equal(bytesToHex(twin.document.nonce ?? new Uint8Array()), "0x0123456789abcdef0123456789abcdef01234567");
  });

  it("refuses flipped bytes of the payload and of the signature after the parser let them pass", async () => {
    const evidence = evidenceOf(OPENGRADIENT.file);
    const length = evidence.length / 2 - 1;
    // Inside of the module id, a register, user data, nonce, r and s: nothing but the signature notices.
    const positions = [30, 110, 4370, 4440, length - 96, length - 48, length - 1];
    const chosen = sample(positions, 3);
    for (const position of positions) {
      const changed = Buffer.from(evidence.slice(2), "hex");
      changed[position] = (changed[position] ?? 0) ^ 0x01;
      if (chosen.includes(position)) {
        assert.equal(await chain.refusalOfEvidence(bytesToHex(changed)), "NitroSignatureInvalid", `byte ${position}`);
      }
      const twin = () => verifyNitroDocument(changed, { at: OPENGRADIENT.at });
      assert.equal(await refusalOf(twin), "NitroSignatureInvalid", `byte ${position}`);
    }
  });

  it("accepts the same document with the other form of its signature", async () => {
    const order = 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n;
    const evidence = evidenceOf(OPENGRADIENT.file);
    const s = order - BigInt(`0x${evidence.slice(-96)}`);
    const mirrored: Hex = `0x${evidence.slice(2, -96)}${s.toString(16).padStart(96, "0")}`;
    assert.equal((await verify(mirrored)).attestedAt, OPENGRADIENT.at);
  });

  it("refuses a document whose certificate was not brought", async () => {
    const bare = await deployNitro();
    const refusal = await bare.refusalOfEvidence(evidenceOf(OPENGRADIENT.file));
    await bare.connection.close();
    assert.equal(refusal, "NitroCertificateUnknown");
  });

  it("refuses the document when its certificate has expired, and before it begins", async () => {
    const { certificate } = parseNitroDocument(OPENGRADIENT.file);
    const { notBefore, notAfter } = parseNitroCertificate(certificate);
    await chain.connection.networkHelpers.time.increaseTo(notAfter + 1n);
    assert.equal(await chain.refusalOfEvidence(evidenceOf(OPENGRADIENT.file)), "NitroCertificateExpired");
    for (const at of [notBefore - 1n, notAfter + 1n]) {
      assert.equal(await refusalOf(() => verifyNitroDocument(OPENGRADIENT.file, { at })), "NitroCertificateExpired");
    }
    for (const at of [notBefore, notAfter]) {
      assert.equal(verifyNitroDocument(OPENGRADIENT.file, { at }).facts.collateralExpiry, notAfter);
    }
  });
});
