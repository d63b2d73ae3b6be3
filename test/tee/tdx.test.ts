import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import hre from "hardhat";
import { bytesToHex, encodeFunctionData, keccak256, stringToHex, toBytes, type Hex } from "viem";
import { parseCertificate, parseRevocationList } from "../../sdk/src/tee/tdx/certificate.ts";
import { collateralCalls, INTEL_ROOT_KEY, type IntelFiles } from "../../sdk/src/tee/tdx/collateral.ts";
import { certificatesFromPem, encodeEvidence, parseQuote, type TdxQuote } from "../../sdk/src/tee/tdx/quote.ts";
import { judgeQuote } from "../../sdk/src/tee/tdx/verdict.ts";
import { authorityOf, revertOf } from "./tdx-chain.ts";
import { forgeCollateral, forgeQuote, KEYS, rootKeyOf } from "./tdx-forge.ts";
import { sample } from "./sample.ts";
import { deployEvidenceHarness } from "./harness.ts";
import {
  at,
  februaryCollateral,
  hexVector,
  julyCollateral,
  juneCollateral,
  juneCollateralOf90c06f,
  textVector,
  vector,
} from "./vectors.ts";
import { chainWith, closeChains, emptyChain, factsOf, refusalOf, twin } from "./tdx-judges.ts";

after(closeChains);

const JUNE = at("2025-06-25T00:00:00Z");
const june = juneCollateral();
const quote = parseQuote(vector("intel/dcap-qvl/tdx_quote"));

describe("Genuine TDX quotes", () => {
  it("takes a quote of version 4 on an up-to-date platform, in the contract as in the twin", async () => {
    const chain = await chainWith(JUNE, june);
    const facts = await factsOf(chain, encodeEvidence(quote, 17));
    const { facts: expected, advisories } = twin(quote, june, JUNE);
    assert.deepEqual(facts, expected);
    assert.deepEqual(advisories, []);
    assert.equal(facts.tcbStatus, "UpToDate");
    assert.equal(facts.debug, false);
    assert.equal(facts.platformClass.slice(2, 14), "b0c06f000000");
    assert.equal(facts.tcbDate, at("2024-03-13T00:00:00Z"));
    // The earliest end of everything that it rests on: that of the revocation list.
    assert.equal(facts.collateralExpiry, at("2025-07-19T10:00:35Z"));
  });

  it("says that a platform is out of date, and by which advisories, instead of refusing it", async () => {
    const time = at("2025-07-10T00:00:00Z");
    const files = julyCollateral();
    const outdated = parseQuote(vector("intel/automata/quote_tdx.bin"));
    const chain = await chainWith(time, files);
    const facts = await factsOf(chain, encodeEvidence(outdated, 17));
    const { facts: expected, advisories } = twin(outdated, files, time);
    assert.deepEqual(facts, expected);
    assert.equal(facts.tcbStatus, "OutOfDate");
    assert.deepEqual(advisories, ["INTEL-SA-00960", "INTEL-SA-00982", "INTEL-SA-00986"]);
    assert.equal(facts.advisoryHash, keccak256(toBytes('"INTEL-SA-00960","INTEL-SA-00982","INTEL-SA-00986"')));
  });

  const unmatched: [string, TdxQuote, IntelFiles, bigint, number][] = [
    [
      "version 5 with a TD report 1.5, SEAM loader below every level",
      parseQuote(vector("intel/dcap-qvl/tdx_quote_outdated")),
      februaryCollateral(),
      at("2026-02-20T00:00:00Z"),
      18,
    ],
    ["version 4 on an older platform", parseQuote(hexVector("intel/dcap-qvl/tdx_quote.hex")), june, JUNE, 17],
    [
      "version 5 with a TD report 1.5, on which other verifiers differ",
      parseQuote(vector("intel/automata/tdx_quote_5.dat")),
      juneCollateralOf90c06f(),
      JUNE,
      17,
    ],
  ];
  for (const [name, genuine, files, time, evaluation] of unmatched) {
    it(`refuses a genuine quote that no level is low enough for: ${name}`, async () => {
      const chain = await chainWith(time, files);
      const revert = await revertOf(chain.verify(encodeEvidence(genuine, evaluation)));
      assert.equal(revert, `TdxTcbLevelUnmatched(${stringToHex("platform", { size: 32 })})`);
      assert.equal(
        refusalOf(() => judgeQuote(genuine, files, time, INTEL_ROOT_KEY)),
        "tcb-level-unmatched",
      );
    });
  }

  it("refuses SGX quotes, one of a debug enclave among them", async () => {
    const chain = await chainWith(JUNE, june);
    for (const path of ["intel/dcap-qvl/sgx_quote", "intel/automata/quote_sgx.bin"]) {
      const raw = vector(path);
      assert.equal(
        refusalOf(() => parseQuote(raw)),
        "version-unsupported",
      );
      const evidence: Hex = `0x00000011${Buffer.from(raw).toString("hex")}`;
      assert.equal(await revertOf(chain.verify(evidence)), "TdxVersionUnsupported(3)");
    }
    const asVersion4 = encodeEvidence(quote, 17).replace("04000200810000", "04000200000000");
    assert.equal(await revertOf(chain.verify(`0x${asVersion4.slice(2)}`)), "TdxTeeTypeUnsupported(0)");
  });
});

describe("Time", () => {
  it("takes a document on chain neither before its issue nor after its end", async () => {
    const early = at("2025-06-19T10:20:00Z");
    const chain = await emptyChain(early);
    const dates = `${at("2025-06-19T10:32:27Z")}, ${at("2025-07-19T10:32:27Z")}`;
    const revert = await revertOf(chain.bringAll(june));
    assert.match(revert, new RegExp(`^IntelItemNotValidNow\\(5, ${dates}\\)$`));
    assert.equal(
      refusalOf(() => judgeQuote(quote, june, early, INTEL_ROOT_KEY)),
      "collateral-not-yet-valid",
    );
    await chain.networkHelpers.time.increaseTo(at("2025-08-01T00:00:00Z"));
    assert.match(await revertOf(chain.bringAll(june)), /^IntelItemNotValidNow\(/);
  });

  it("refuses a quote once a revocation list or a document has expired: stale, which is no status", async () => {
    const chain = await chainWith(JUNE, june);
    const late = at("2025-07-19T10:00:36Z");
    await chain.networkHelpers.time.increaseTo(late);
    const expired = at("2025-07-19T10:00:35Z");
    assert.equal(await revertOf(chain.verify(encodeEvidence(quote, 17))), `IntelItemExpired(3, ${expired})`);
    assert.equal(
      refusalOf(() => judgeQuote(quote, june, late, INTEL_ROOT_KEY)),
      "collateral-expired",
    );
  });

  it("never replaces anything by what is not newer, and shows nothing as missing that is there", async () => {
    const chain = await chainWith(JUNE, june);
    assert.deepEqual(await chain.bringAll(june), []);
    for (const [index, call] of collateralCalls(june).entries()) {
      const item = [2, 0, 1, 3, 4, 5][index];
      const { issuedAt } = call;
      assert.equal(await revertOf(chain.bring(call)), `IntelItemNotNewer(${item}, ${issuedAt}, ${issuedAt})`);
    }
    // The same day's other platform is another place; its QE identity is older than the one that is there.
    const revert = await revertOf(chain.bringAll(juneCollateralOf90c06f()));
    assert.equal(revert, "nothing");
  });
});

describe("Forgery", () => {
  it("refuses evidence with a bit of any of its bytes changed", async () => {
    const chain = await chainWith(JUNE, june);
    const harness = await deployEvidenceHarness(chain.connection);
    const evidence = encodeEvidence(quote, 17);
    const callData = encodeFunctionData({ abi: chain.verifier.abi, functionName: "verify", args: [evidence] });
    const size = (evidence.length - 2) / 2;
    const begins = Array.from({ length: Math.ceil(size / 50) }, (_, index) => 68 + index * 50);
    for (const from of sample(begins, 8)) {
      const to = BigInt(Math.min(from + 50, 68 + size));
      const args = [chain.verifier.address, callData, BigInt(from), to, 0n] as const;
      assert.deepEqual(await harness.read.flipEach(args), []);
    }
  });

  it("refuses a certificate chain that only looks like Intel's", async () => {
    const chain = await chainWith(JUNE, june);
    const forgedAuthority = vector("intel/adversarial/int.der");
    const forged = `0x${Buffer.from(forgedAuthority).toString("hex")}` as const;
    assert.match(await revertOf(chain.collateral.write.addCertificate([forged])), /^IntelIssuerUnknown\(/);
    assert.equal(
      refusalOf(() => judgeQuote(quote, { ...june, pckAuthority: forgedAuthority }, JUNE, INTEL_ROOT_KEY)),
      "collateral-signature-invalid",
    );
    const withLeaf = { ...quote, certificates: [vector("intel/adversarial/leaf.der")] };
    assert.match(await revertOf(chain.verify(encodeEvidence(withLeaf, 17))), /^TdxPckNotValidNow/);
    assert.equal(
      refusalOf(() => judgeQuote(withLeaf, june, JUNE, INTEL_ROOT_KEY)),
      "pck-not-valid-now",
    );
  });

  it("refuses Intel's own sample hierarchy, which has a test root, and takes it under that root", async () => {
    const [root, authority] = certificatesFromPem(textVector("intel/sample/pckSignChain.pem"));
    const [, signer] = certificatesFromPem(textVector("intel/sample/tcbSignChain.pem"));
    assert.ok(root && authority && signer);
    const chain = await emptyChain(JUNE);
    const { publicKey } = parseCertificate(root);
    const sampleChain = await emptyChain(JUNE, rootKeyOf({ key: KEYS.root.key, point: publicKey }));
    for (const [item, certificate] of [authority, signer].entries()) {
      const args = [bytesToHex(certificate)] as const;
      const revert = `IntelSignatureInvalid(${item})`;
      assert.equal(await revertOf(chain.collateral.write.addCertificate(args)), revert);
      assert.equal(await revertOf(sampleChain.collateral.write.addCertificate(args)), "nothing");
    }
  });

  it("takes a revocation list in its month only", async () => {
    const chain = await emptyChain(at("2025-10-20T00:00:00Z"));
    const [rootList, authority, , old] = collateralCalls(julyCollateral());
    assert.ok(rootList && authority && old);
    await chain.bring(rootList);
    await chain.bring(authority);
    const dates = `${at("2025-07-07T09:15:57Z")}, ${at("2025-08-06T09:15:57Z")}`;
    assert.equal(await revertOf(chain.bring(old)), `IntelItemNotValidNow(3, ${dates})`);
    const present = [bytesToHex(vector("intel/automata/pck_platform_crl_1025.der"))] as const;
    await chain.collateral.write.updateRevocationList(present, { gas: 16_000_000n });
    const { serials } = parseRevocationList(vector("intel/automata/pck_platform_crl_1025.der"));
    assert.equal(serials.size, 44);
    const issuer = await authorityOf(chain);
    for (const serial of serials) assert.equal(await chain.collateral.read.isRevoked([issuer, serial]), true);
    assert.equal(await chain.collateral.read.isRevoked([issuer, 1n]), false);
  });

  it("refuses a whole platform under another root, and takes the same under that root", async () => {
    const files = forgeCollateral(june);
    const forged = forgeQuote(quote);
    const evidence = encodeEvidence(forged, 17);
    const chain = await chainWith(JUNE, june);
    assert.equal(await revertOf(chain.verify(evidence)), "TdxPckSignatureInvalid(" + `${await authorityOf(chain)})`);
    assert.equal(await revertOf(chain.bringAll(files)), "IntelSignatureInvalid(1)");
    const own = await chainWith(JUNE, files, rootKeyOf(KEYS.root));
    const { facts } = twin(forged, files, JUNE, rootKeyOf(KEYS.root));
    assert.deepEqual(await factsOf(own, evidence), facts);
    assert.equal(
      refusalOf(() => judgeQuote(forged, files, JUNE, INTEL_ROOT_KEY)),
      "collateral-signature-invalid",
    );
  });
});

describe("A chain without the precompile for P-256", () => {
  it("is told apart from a bad signature", async () => {
    const connection = await hre.network.create({
      network: "default",
      chainType: "l1",
      override: { hardfork: "prague" },
    });
    try {
      const harness = await connection.viem.deployContract("Evidence__Harness");
      const word: Hex = `0x${"11".repeat(32)}`;
      assert.match(await revertOf(harness.read.p256([word, 1n, 1n, 1n, 1n])), /^P256PrecompileMissing/);
    } finally {
      await connection.close();
    }
  });
});
