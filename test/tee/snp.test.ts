import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { after, before, describe, it } from "node:test";
import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import {
  bytesToHex,
  encodeFunctionData,
  getAddress,
  hexToBytes,
  keccak256,
  parseEventLogs,
  zeroHash,
  type Hex,
} from "viem";

import { SnpRefusedError, type SnpRefusal } from "../../sdk/src/tee/snp/errors.ts";
import { SNP_PRODUCTS, signingKeyOf, type SnpProduct } from "../../sdk/src/tee/snp/products.ts";
import { readVcek, toDer, verifyVcek } from "../../sdk/src/tee/snp/vcek.ts";
import { computeVcekId, encodeSnpEvidence, verifySnp, type SnpFacts } from "../../sdk/src/tee/snp/verify.ts";
import { DEEP, HEAVY, sample } from "./sample.ts";
import { vector } from "./vectors.ts";
import { deployEvidenceHarness, deployHarness, refusalThrough } from "./harness.ts";

/** When every certificate of the vectors is valid. */
const NOW = "2026-07-01T00:00:00Z";
const NOW_SECONDS = BigInt(Date.parse(NOW) / 1_000);
/** A refusal that is an error of the contract's own, not of a library's. */
type ContractRefusal = Exclude<SnpRefusal, "DerInvalid">;
const PRODUCTS: readonly SnpProduct[] = ["Milan", "Genoa", "Turin"];

const read = (name: string): Uint8Array => new Uint8Array(vector(`amd/${name}`));
const genuine = (name: string) => ({
  product: "Milan" as const,
  report: read(`${name}-report.bin`),
  vcek: read(`${name}-vcek.der`),
});
const DSTACK = genuine("dstack");
const DEBUG = genuine("go-sev-guest");
const VIRTEE = genuine("virtee-milan");
const TURIN_VCEK = read("virtee-turin-vcek.der");

/** A copy of `bytes` with `value` instead of the byte at `at`. */
function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[at] = value;
  return copy;
}

/** A copy of `bytes` with the lowest bit of the byte at `at` flipped. */
const flipped = (bytes: Uint8Array, at: number): Uint8Array => withByte(bytes, at, (bytes[at] ?? 0) ^ 1);

/** Asserts that the twin refuses, and says why. */
function refusalOf(run: () => unknown): SnpRefusal {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof SnpRefusedError, String(error));
    return error.refusal;
  }
  return assert.fail("nothing was refused");
}

describe("SevSnpVerifier", () => {
  let connection: NetworkConnection;
  let guardian: Hex;
  const deployVerifier = () => connection.viem.deployContract("SevSnpVerifier", [guardian]);
  let verifier: Awaited<ReturnType<typeof deployVerifier>>;
  let keys: Awaited<ReturnType<typeof deployHarness>>;
  let rsa: Awaited<ReturnType<typeof deployHarness>>;
  let evidenceHarness: Awaited<ReturnType<typeof deployEvidenceHarness>>;

  before(async () => {
    connection = await hre.network.create({ network: "default", override: { initialDate: NOW } });
    const [wallet] = await connection.viem.getWalletClients();
    assert.ok(wallet);
    guardian = wallet.account.address;
    verifier = await deployVerifier();
    evidenceHarness = await deployEvidenceHarness(connection);
    keys = await deployHarness(connection, "AmdKeys__Harness");
    rsa = await deployHarness(connection, "RsaPss__Harness");
  });
  after(() => connection.close());

  /** The error with which the contract refuses evidence; undefined if it accepts. */
  function refusalOnChain(evidence: Hex): Promise<string | undefined> {
    const { address, abi } = verifier;
    const callData = encodeFunctionData({ abi, functionName: "verify", args: [evidence] });
    return refusalThrough(evidenceHarness, address, callData, abi);
  }

  /** Asserts that the contract refuses the evidence with this error. */
  async function refuses(evidence: Hex, error: ContractRefusal): Promise<void> {
    assert.equal(await refusalOnChain(evidence), error);
  }

  describe("AMD's keys", () => {
    it("are those of the certificates that AMD's root keys have signed, which sign themselves", async () => {
      for (const product of PRODUCTS) {
        const root = new X509Certificate(read(`ark-${product.toLowerCase()}.der`));
        const signing = new X509Certificate(read(`ask-${product.toLowerCase()}.der`));
        assert.ok(root.verify(root.publicKey));
        assert.ok(signing.verify(root.publicKey));
        const pinned = signingKeyOf(product);
        assert.ok(signing.publicKey.equals(pinned.key));
        assert.equal(pinned.notAfter, Date.parse(signing.validTo) / 1_000);
        const [modulus, nameHash, notAfter] = (await keys("signingKey", SNP_PRODUCTS[product])) as readonly [
          Hex,
          Hex,
          bigint,
        ];
        const { n } = signing.publicKey.export({ format: "jwk" });
        assert.equal(modulus, bytesToHex(Buffer.from(n ?? "", "base64url")));
        assert.equal(nameHash, pinned.nameHash);
        assert.equal(notAfter, BigInt(pinned.notAfter));
      }
    });

    it("verify on chain down from the roots", async () => {
      for (const product of PRODUCTS) {
        const root = new X509Certificate(read(`ark-${product.toLowerCase()}.der`));
        const modulus = bytesToHex(Buffer.from(root.publicKey.export({ format: "jwk" }).n ?? "", "base64url"));
        for (const name of ["ark", "ask"]) {
          const der = read(`${name}-${product.toLowerCase()}.der`);
          // The signed part: a SEQUENCE with two bytes of length, after the header of four; the signature ends it all.
          const size = 4 + 256 * (der[6] ?? 0) + (der[7] ?? 0);
          const [tbs, signature] = [bytesToHex(der.subarray(4, 4 + size)), bytesToHex(der.subarray(-512))];
          const [valid] = (await rsa("verify4096", modulus, tbs, signature)) as readonly [boolean, bigint];
          assert.ok(valid, `${name} ${product}`);
          const [other] = (await rsa("verify4096", modulus, tbs.replace(/..$/, "00"), signature)) as readonly [
            boolean,
            bigint,
          ];
          assert.ok(!other, `${name} ${product}, changed`);
        }
      }
    });
  });

  describe("genuine reports", () => {
    it("give the twin's facts, with the certificate in the evidence", async () => {
      for (const evidence of [DSTACK, DEBUG, VIRTEE]) {
        const facts: SnpFacts = await verifier.read.verify([encodeSnpEvidence(evidence)]);
        assert.deepEqual(facts, verifySnp(evidence, NOW_SECONDS));
      }
    });

    it("say what the vectors are known to say", () => {
      const facts = verifySnp(DSTACK, NOW_SECONDS);
      assert.equal(facts.debug, false);
      assert.equal(facts.tcbVersion, 0xd517000000000004n);
      assert.equal(
        Buffer.from(hexToBytes(facts.reportData)).toString().replace(/\0+$/, ""),
        "attest-test-fixture-2026",
      );
      assert.equal(facts.collateralExpiry, BigInt(Date.parse("2033-06-17T01:05:04Z") / 1_000));
      assert.equal(verifySnp(VIRTEE, NOW_SECONDS).debug, false);
      assert.equal(verifySnp(DEBUG, NOW_SECONDS).debug, true);
    });

    it("give the same facts when the certificate was cached", async () => {
      const fresh = await deployVerifier();
      for (const evidence of [DSTACK, DEBUG, VIRTEE]) {
        const { product, report, vcek } = evidence;
        const warm = encodeSnpEvidence({ product, report });
        const facts = verifySnp(evidence, NOW_SECONDS);
        const vcekId = computeVcekId(product, facts.platformId, facts.tcbVersion);
        await connection.viem.assertions.revertWithCustomErrorWithArgs(
          fresh.read.verify([warm]),
          fresh,
          "SnpVcekNotCached",
          [vcekId],
        );
        await connection.viem.assertions.emitWithArgs(
          fresh.write.cacheVcek([bytesToHex(vcek), SNP_PRODUCTS[product]], HEAVY),
          fresh,
          "VcekCached",
          [vcekId, facts.platformId, SNP_PRODUCTS[product], facts.tcbVersion, facts.collateralExpiry],
        );
        assert.deepEqual(await fresh.read.vcekFor([warm]), [vcekId, true]);
        assert.deepEqual(await fresh.read.verify([warm]), facts);
      }
    });
  });

  describe("certificates", () => {
    it("of Turin have their own layout of the TCB and of the chip id", async () => {
      const vcek = verifyVcek(TURIN_VCEK, "Turin");
      // FMC, boot loader, TEE and SNP are 0; microcode is 9.
      assert.equal(vcek.tcbVersion, 9n << 56n);
      const chipId = new Uint8Array(64);
      chipId.set(hexToBytes("0x1e550a8ee5cf9f4d"));
      assert.equal(vcek.platformId, keccak256(chipId));
      const hash = await verifier.write.cacheVcek([bytesToHex(TURIN_VCEK), SNP_PRODUCTS.Turin], HEAVY);
      const client = await connection.viem.getPublicClient();
      const { logs } = await client.getTransactionReceipt({ hash });
      const [log] = parseEventLogs({ abi: verifier.abi, eventName: "VcekCached", logs });
      assert.equal(log?.args.platformId, vcek.platformId);
      assert.equal(log.args.tcbVersion, vcek.tcbVersion);
      const kept = await verifier.read.vcekOf([computeVcekId("Turin", vcek.platformId, vcek.tcbVersion)]);
      assert.deepEqual(kept, {
        product: SNP_PRODUCTS.Turin,
        notBefore: BigInt(vcek.notBefore),
        notAfter: BigInt(vcek.notAfter),
        revoked: false,
        key: bytesToHex(vcek.key),
      });
    });

    it("of another chip or TCB do not serve a report", async () => {
      for (const [report, vcek] of [
        [DSTACK.report, DEBUG.vcek],
        [DEBUG.report, VIRTEE.vcek],
      ] as const) {
        const evidence = { product: "Milan" as const, report, vcek };
        await refuses(encodeSnpEvidence(evidence), "SnpVcekMismatch");
        assert.equal(
          refusalOf(() => verifySnp(evidence, NOW_SECONDS)),
          "SnpVcekMismatch",
        );
      }
    });

    it("of one product line are not taken for another's", async () => {
      for (const product of ["Genoa", "Turin"] as const) {
        const evidence = { ...DSTACK, product };
        await refuses(encodeSnpEvidence(evidence), "SnpVcekIssuerUnexpected");
        assert.equal(
          refusalOf(() => verifySnp(evidence, NOW_SECONDS)),
          "SnpVcekIssuerUnexpected",
        );
      }
    });

    it("with the name of one line and the signature of another are refused", async () => {
      // Turin's certificate, its issuer renamed to Milan's: the name fits, AMD's key for Milan has not signed it.
      const der = Buffer.from(TURIN_VCEK);
      der.write("SEV-Milan", der.indexOf("SEV-Turin"));
      const milanForm = Buffer.from(DSTACK.vcek);
      milanForm.set(DEBUG.vcek.subarray(-512), milanForm.length - 512);
      const cache = (bytes: Uint8Array) => verifier.write.cacheVcek([bytesToHex(bytes), SNP_PRODUCTS.Milan], HEAVY);
      await connection.viem.assertions.revertWithCustomError(cache(der), verifier, "SnpVcekExtensionInvalid");
      await connection.viem.assertions.revertWithCustomError(cache(milanForm), verifier, "SnpVcekSignatureInvalid");
      assert.equal(
        refusalOf(() => verifyVcek(der, "Milan")),
        "SnpVcekExtensionInvalid",
      );
      assert.equal(
        refusalOf(() => verifyVcek(milanForm, "Milan")),
        "SnpVcekSignatureInvalid",
      );
    });

    it("do not count before and after their validity", async () => {
      const { notBefore, notAfter } = readVcek(DSTACK.vcek);
      assert.doesNotThrow(() => verifySnp(DSTACK, BigInt(notBefore)));
      assert.doesNotThrow(() => verifySnp(DSTACK, BigInt(notAfter)));
      for (const now of [BigInt(notBefore) - 1n, BigInt(notAfter) + 1n]) {
        assert.equal(
          refusalOf(() => verifySnp(DSTACK, now)),
          "SnpVcekNotValidNow",
        );
      }
      const later = await hre.network.create({ network: "default", override: { initialDate: "2033-06-17T01:00:00Z" } });
      try {
        const fresh = await later.viem.deployContract("SevSnpVerifier", [getAddress(guardian)]);
        await fresh.write.cacheVcek([bytesToHex(DSTACK.vcek), SNP_PRODUCTS.Milan], HEAVY);
        const warm = encodeSnpEvidence({ product: "Milan", report: DSTACK.report });
        await fresh.read.verify([warm]);
        await later.networkHelpers.time.increaseTo(notAfter + 1);
        for (const evidence of [warm, encodeSnpEvidence(DSTACK)]) {
          await later.viem.assertions.revertWithCustomError(fresh.read.verify([evidence]), fresh, "SnpVcekNotValidNow");
        }
      } finally {
        await later.close();
      }
    });

    it("are refused with any byte changed, by contract and twin", async () => {
      const parts = DSTACK.vcek.length;
      for (let at = 0; at < parts; at += 1) {
        const der = flipped(DSTACK.vcek, at);
        refusalOf(() => verifyVcek(der, "Milan"));
        if (at % (DEEP ? 60 : 240) !== 0) continue;
        assert.notEqual(await refusalOnChain(encodeSnpEvidence({ ...DSTACK, vcek: der })), undefined, `byte ${at}`);
      }
      for (const der of [DSTACK.vcek.subarray(0, -1), Buffer.concat([DSTACK.vcek, Uint8Array.of(0)])]) {
        refusalOf(() => verifyVcek(der, "Milan"));
        assert.notEqual(await refusalOnChain(encodeSnpEvidence({ ...DSTACK, vcek: der })), undefined);
      }
    });

    it("are read from PEM files too", () => {
      const pem = new X509Certificate(DSTACK.vcek).toString();
      assert.deepEqual(Buffer.from(toDer(Buffer.from(pem))), Buffer.from(DSTACK.vcek));
      assert.deepEqual(toDer(DSTACK.vcek), DSTACK.vcek);
    });
  });

  describe("reports", () => {
    const CASES: ReadonlyArray<readonly [what: string, at: number, value: number, error: ContractRefusal]> = [
      ["version 1", 0x00, 1, "SnpVersionUnsupported"],
      ["version 6", 0x00, 6, "SnpVersionUnsupported"],
      ["a version above one byte", 0x03, 1, "SnpVersionUnsupported"],
      ["privilege level 1", 0x30, 1, "SnpVmplNotZero"],
      ["another algorithm", 0x34, 2, "SnpAlgorithmUnsupported"],
      ["a VLEK's signature", 0x48, 1 << 2, "SnpSigningKeyUnsupported"],
      ["no signature", 0x48, 7 << 2, "SnpSigningKeyUnsupported"],
      ["a hidden chip id", 0x48, 2, "SnpChipHidden"],
      ["reserved bits beside the signing key", 0x48, 1 << 5, "SnpReservedNotZero"],
      ["a policy without its constant bit", 0x0a, 1, "SnpPolicyInvalid"],
      ["a policy with an unknown bit", 0x0b, 1 << 2, "SnpPolicyInvalid"],
      ["a migration agent", 0x0a, 7, "SnpMigrationAgentAllowed"],
      ["reserved bytes after the signer", 0x4f, 1, "SnpReservedNotZero"],
      ["reserved bytes after the processor's id", 0x18b, 1, "SnpReservedNotZero"],
      ["reserved bytes after the current build", 0x1eb, 1, "SnpReservedNotZero"],
      ["reserved bytes after the committed build", 0x1ef, 1, "SnpReservedNotZero"],
      ["reserved bytes before the signature", 0x29f, 1, "SnpReservedNotZero"],
      ["a value of r above 48 bytes", 0x2d0, 1, "SnpReservedNotZero"],
      ["a value of s above 48 bytes", 0x32f, 1, "SnpReservedNotZero"],
      ["reserved bytes after the signature", 0x49f, 1, "SnpReservedNotZero"],
    ];
    for (const [what, at, value, error] of CASES) {
      it(`with ${what} are refused`, async () => {
        const evidence = { ...DSTACK, report: withByte(DSTACK.report, at, value) };
        await refuses(encodeSnpEvidence(evidence), error);
        assert.equal(
          refusalOf(() => verifySnp(evidence, NOW_SECONDS)),
          error,
        );
      });
    }

    it("of version 2 have no processor's id, and those of version 5 say what they mitigate", async () => {
      const older = withByte(withByte(DSTACK.report, 0x00, 2), 0x188, 1);
      await refuses(encodeSnpEvidence({ ...DSTACK, report: older }), "SnpReservedNotZero");
      const newer = withByte(withByte(DSTACK.report, 0x00, 5), 0x1f8, 1);
      // Its layout is known; only the signature is not over these bytes.
      await refuses(encodeSnpEvidence({ ...DSTACK, report: newer }), "SnpSignatureInvalid");
      const wrong = withByte(withByte(DSTACK.report, 0x00, 4), 0x1f8, 1);
      await refuses(encodeSnpEvidence({ ...DSTACK, report: wrong }), "SnpReservedNotZero");
    });

    it("with debugging switched off after signing are refused", async () => {
      const report = withByte(DEBUG.report, 0x0a, 0x03);
      await refuses(encodeSnpEvidence({ ...DEBUG, report }), "SnpSignatureInvalid");
    });

    it("are refused by the twin with any byte changed", () => {
      for (let at = 0; at < DSTACK.report.length; at += 1) {
        const evidence = { ...DSTACK, report: flipped(DSTACK.report, at) };
        refusalOf(() => verifySnp(evidence, NOW_SECONDS));
      }
    });

    it("have another digest or signature for the contract with any byte changed, or fail its checks", async () => {
      const signedBytes = 0x2a0 + 144;
      const report = bytesToHex(DSTACK.report);
      const seen = new Set<Hex>([(await keys("digest", report)) as Hex]);
      let failed = 0;
      const begins = Array.from({ length: DSTACK.report.length / 32 }, (_, index) => index * 32);
      for (const from of sample(begins, 4)) {
        const digests = (await keys("digestsOfFlipped", report, BigInt(from), BigInt(from + 32))) as readonly Hex[];
        for (const digest of digests) {
          if (digest === zeroHash) failed += 1;
          else assert.ok(!seen.has(digest), `a byte from ${from} on`);
          seen.add(digest);
        }
      }
      assert.ok(!DEEP || failed > DSTACK.report.length - signedBytes);
    });

    it("are refused by the contract with a byte changed in each part", async () => {
      // Guest SVN, report data, measurement, host data, report id, chip id, TCB; r and s at both ends.
      const signature = [0x2a0, 0x2a0 + 47, 0x2a0 + 72, 0x2a0 + 72 + 47];
      for (const at of sample([0x04, 0x50, 0x90, 0xc0, 0x140, ...signature], 3)) {
        await refuses(encodeSnpEvidence({ ...DSTACK, report: flipped(DSTACK.report, at) }), "SnpSignatureInvalid");
      }
      for (const at of [0x180, 0x1a0]) {
        await refuses(encodeSnpEvidence({ ...DSTACK, report: flipped(DSTACK.report, at) }), "SnpVcekMismatch");
      }
    });

    it("must be there whole, after a product line", async () => {
      const evidence = encodeSnpEvidence(DSTACK);
      await refuses("0x", "SnpEvidenceTooShort");
      await refuses(evidence.slice(0, 2 + 2 * 1_184) as Hex, "SnpEvidenceTooShort");
      for (const product of ["00", "04", "ff"]) {
        await refuses(`0x${product}${evidence.slice(4)}`, "SnpProductUnknown");
      }
      assert.equal(
        refusalOf(() => encodeSnpEvidence({ ...DSTACK, report: DSTACK.report.subarray(1) })),
        "SnpEvidenceTooShort",
      );
    });
  });
});
