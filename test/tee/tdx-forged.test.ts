import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { keccak256, stringToHex, type Hex } from "viem";
import { hexOf, parseCertificate } from "../../sdk/src/tee/tdx/certificate.ts";
import { collateralCalls } from "../../sdk/src/tee/tdx/collateral.ts";
import { encodeEvidence, parseQuote, type TdxQuote } from "../../sdk/src/tee/tdx/quote.ts";
import { judgeQuote } from "../../sdk/src/tee/tdx/verdict.ts";
import { authorityOf, revertOf } from "./tdx-chain.ts";
import { forgeCollateral, forgeQuote, KEYS, reissueList, replaceOnce, rootKeyOf, signRaw } from "./tdx-forge.ts";
import { at, februaryCollateral, juneCollateral, vector } from "./vectors.ts";
import { chainWith, closeChains, emptyChain, factsOf, refusalOf, twin } from "./tdx-judges.ts";

after(closeChains);

const JUNE = at("2025-06-25T00:00:00Z");
const june = juneCollateral();
const quote = parseQuote(vector("intel/dcap-qvl/tdx_quote"));
const ROOT = rootKeyOf(KEYS.root);

describe("Platforms of our own making", () => {
  const evidenceOf = (forged: TdxQuote): Hex => encodeEvidence(forged, 17);

  it("reports a debug TD as one, never silently", async () => {
    const files = forgeCollateral(june);
    const chain = await chainWith(JUNE, files, ROOT);
    for (const bit of [0x01, 0x02, 0x80]) {
      const forged = forgeQuote(quote, {
        report: (report) => {
          report[120] = bit;
        },
      });
      const facts = await factsOf(chain, evidenceOf(forged));
      assert.equal(facts.debug, true);
      assert.deepEqual(facts, twin(forged, files, JUNE, ROOT).facts);
    }
  });

  it("gives every register that identifies code a part in the measurement, and report data none", async () => {
    const chain = await chainWith(JUNE, forgeCollateral(june), ROOT);
    const measure = async (index: number): Promise<Hex> => {
      const forged = forgeQuote(quote, {
        report: (report) => {
          report[index] = (report[index] ?? 0) ^ 0x10;
        },
      });
      const { measurementId } = await factsOf(chain, evidenceOf(forged));
      assert.equal(measurementId, judgeQuote(forged, forgeCollateral(june), JUNE, ROOT).measurementId);
      return measurementId;
    };
    // TDATTRIBUTES, XFAM, MRTD, MRCONFIGID, MROWNER, MROWNERCONFIG, RTMR0 to RTMR3.
    const changed = [123, 130, 140, 190, 240, 290, 330, 380, 430, 519];
    const ids = new Set<Hex>();
    for (const index of changed) ids.add(await measure(index));
    const plain = await measure(520);
    assert.equal(ids.has(plain), false);
    assert.equal(ids.size, changed.length);
    // MRSEAM is judged by its signer and version.
    assert.equal(await measure(20), plain);
  });

  it("takes TD report 1.5 in version 5, and its service TD into the measurement", async () => {
    const files = forgeCollateral(februaryCollateral());
    const time = at("2026-02-20T00:00:00Z");
    const chain = await chainWith(time, files, ROOT);
    const genuine = parseQuote(vector("intel/dcap-qvl/tdx_quote_outdated"));
    // Components 1, 5 and 8 of the machine below every level: raised where the certificate names them.
    const svns = (text: string): Uint8Array => Buffer.from(text, "hex");
    const pck = (tbs: Uint8Array) =>
      replaceOnce(tbs, svns("060b2a864886f84d010d010208020103"), svns("060b2a864886f84d010d010208020105"));
    const ids = new Set<Hex>();
    for (const byte of [0, 1]) {
      const forged = forgeQuote(genuine, {
        pck,
        report: (report) => {
          report[610] = byte;
        },
      });
      const facts = await factsOf(chain, encodeEvidence(forged, 18));
      assert.deepEqual(facts, twin(forged, files, time, ROOT).facts);
      assert.equal(facts.tcbStatus, "UpToDate");
      ids.add(facts.measurementId);
    }
    assert.equal(ids.size, 2);
  });

  const statuses: [string, string, string, string][] = [
    ["UpToDate", "UpToDate", "OutOfDate", "OutOfDate"],
    ["SWHardeningNeeded", "UpToDate", "UpToDate", "SWHardeningNeeded"],
    ["SWHardeningNeeded", "OutOfDate", "UpToDate", "OutOfDate"],
    ["ConfigurationNeeded", "OutOfDate", "UpToDate", "OutOfDateConfigurationNeeded"],
    ["ConfigurationAndSWHardeningNeeded", "UpToDate", "OutOfDate", "OutOfDateConfigurationNeeded"],
    ["ConfigurationAndSWHardeningNeeded", "UpToDate", "UpToDate", "ConfigurationAndSWHardeningNeeded"],
    ["OutOfDateConfigurationNeeded", "OutOfDate", "OutOfDate", "OutOfDateConfigurationNeeded"],
    ["OutOfDate", "UpToDate", "Revoked", "Revoked"],
    ["UpToDate", "Revoked", "UpToDate", "Revoked"],
    ["Revoked", "OutOfDate", "UpToDate", "Revoked"],
  ];
  it("makes the platform's status worse by that of the TDX module and of the quoting enclave", async () => {
    for (const [platform, module, enclave, expected] of statuses) {
      const files = forgeCollateral(june, {
        tcbInfo: (json) =>
          json
            .replace(/("tcbLevels":\[\{"tcb":\{"sgx.*?"tcbStatus":)"UpToDate"/, `$1"${platform}"`)
            .replace('{"isvsvn":4},"tcbDate":"2024-03-13T00:00:00Z","tcbStatus":"UpToDate"', (level) =>
              level.replace('"UpToDate"', `"${module}","advisoryIDs":["INTEL-SA-00001"]`),
            ),
        qeIdentity: (json) => json.replace('"tcbStatus":"UpToDate"', `"tcbStatus":"${enclave}"`),
      });
      const chain = await chainWith(JUNE, files, ROOT);
      const forged = forgeQuote(quote);
      const facts = await factsOf(chain, evidenceOf(forged));
      assert.deepEqual(facts, twin(forged, files, JUNE, ROOT).facts);
      assert.equal(facts.tcbStatus, expected, `${platform}, ${module}, ${enclave}`);
    }
  });

  it("refuses a quoting enclave that is not Intel's, by each value of its identity", async () => {
    const files = forgeCollateral(june);
    const chain = await chainWith(JUNE, files, ROOT);
    const edits: [string, number, number][] = [
      ["miscselect", 16, 0x01],
      ["attributes", 48, 0x02],
      ["mrsigner", 130, 0x01],
      ["isvprodid", 256, 0x01],
    ];
    for (const [field, index, bit] of edits) {
      const forged = forgeQuote(quote, {
        qeReport: (report) => {
          report[index] = (report[index] ?? 0) ^ bit;
        },
      });
      const expected = `TdxQeIdentityMismatch(${stringToHex(field, { size: 32 })})`;
      assert.equal(await revertOf(chain.verify(evidenceOf(forged))), expected);
      assert.equal(
        refusalOf(() => judgeQuote(forged, files, JUNE, ROOT)),
        "qe-identity-mismatch",
      );
    }
    const old = forgeQuote(quote, {
      qeReport: (report) => {
        report[258] = 3;
      },
    });
    const expected = `TdxTcbLevelUnmatched(${stringToHex("enclave", { size: 32 })})`;
    assert.equal(await revertOf(chain.verify(evidenceOf(old))), expected);
    assert.equal(
      refusalOf(() => judgeQuote(old, files, JUNE, ROOT)),
      "tcb-level-unmatched",
    );
  });

  it("judges the TDX module by its identity: unknown version, other signer, other attributes, too old", async () => {
    const files = forgeCollateral(june);
    const chain = await chainWith(JUNE, files, ROOT);
    const tooOld = `TdxTcbLevelUnmatched(${stringToHex("module", { size: 32 })})`;
    const edits: [number, number, string, string][] = [
      [1, 2, "TdxModuleMismatch(2)", "module-mismatch"],
      [70, 1, "TdxModuleMismatch(1)", "module-mismatch"],
      [111, 1, "TdxModuleMismatch(1)", "module-mismatch"],
      [119, 1, "TdxModuleMismatch(1)", "module-mismatch"],
      [0, 1, tooOld, "tcb-level-unmatched"],
    ];
    for (const [index, value, revert, refusal] of edits) {
      const forged = forgeQuote(quote, {
        report: (report) => {
          report[index] = value;
        },
      });
      assert.equal(await revertOf(chain.verify(evidenceOf(forged))), revert);
      assert.equal(
        refusalOf(() => judgeQuote(forged, files, JUNE, ROOT)),
        refusal,
      );
    }
    // Version 0 has no identity: it is judged with the platform, whose levels then count in full.
    const plain = forgeQuote(quote, {
      report: (report) => {
        report[0] = 5;
        report[1] = 0;
      },
    });
    const facts = await factsOf(chain, evidenceOf(plain));
    assert.deepEqual(facts, twin(plain, files, JUNE, ROOT).facts);
    const below = forgeQuote(quote, {
      report: (report) => {
        report[0] = 4;
        report[1] = 0;
      },
    });
    const none = `TdxTcbLevelUnmatched(${stringToHex("platform", { size: 32 })})`;
    assert.equal(await revertOf(chain.verify(evidenceOf(below))), none);
  });

  it("refuses a PCK certificate that its authority has revoked", async () => {
    const forged = forgeQuote(quote);
    const [pck] = forged.certificates;
    assert.ok(pck !== undefined);
    const { serial } = parseCertificate(pck);
    const files = { ...forgeCollateral(june), pckList: reissueList(june.pckList, KEYS.authority, serial) };
    const chain = await chainWith(JUNE, files, ROOT);
    const expected = `IntelCertificateIsRevoked(${await authorityOf(chain)}, ${serial})`;
    assert.equal(await revertOf(chain.verify(evidenceOf(forged))), expected);
    assert.equal(
      refusalOf(() => judgeQuote(forged, files, JUNE, ROOT)),
      "certificate-revoked",
    );
  });

  it("refuses what rests on an authority or a signer once the root has revoked it, for ever", async () => {
    const forged = forgeQuote(quote);
    for (const certificate of [june.pckAuthority, june.tcbSigner]) {
      const files = forgeCollateral(june);
      const chain = await chainWith(JUNE, files, ROOT);
      await chain.verify(evidenceOf(forged));
      const { serial } = parseCertificate(certificate);
      const rootList = reissueList(june.rootList, KEYS.root, serial, "250620000000Z");
      await chain.bringAll({ ...files, rootList });
      const expected = `IntelCertificateIsRevoked(0x${"00".repeat(32)}, ${serial})`;
      assert.equal(await revertOf(chain.verify(evidenceOf(forged))), expected);
      assert.equal(
        refusalOf(() => judgeQuote(forged, { ...files, rootList }, JUNE, ROOT)),
        "certificate-revoked",
      );
      // A later list that does not name it changes nothing.
      const cleared = reissueList(june.rootList, KEYS.root, 1n << 158n, "250621000000Z");
      assert.equal((await chain.bringAll({ ...files, rootList: cleared })).length, 1);
      assert.equal(await revertOf(chain.verify(evidenceOf(forged))), expected);
    }
  });

  it("takes nothing from a signer or an authority that is not there", async () => {
    const files = forgeCollateral(june);
    const chain = await emptyChain(JUNE, ROOT);
    const [rootList, authority, signer, pckList, tcbInfo] = collateralCalls(files);
    assert.ok(rootList && authority && signer && pckList && tcbInfo);
    assert.equal(await revertOf(chain.bring(pckList)), "IntelItemMissing(0)");
    assert.equal(await revertOf(chain.bring(tcbInfo)), "IntelItemMissing(2)");
    await chain.bring(rootList);
    assert.equal(await revertOf(chain.bring(tcbInfo)), "IntelItemMissing(1)");
    const evidence = evidenceOf(forgeQuote(quote));
    assert.equal(await revertOf(chain.verify(evidence)), "IntelItemMissing(0)");
    await chain.bring(authority);
    assert.equal(await revertOf(chain.verify(evidence)), "IntelItemMissing(3)");
    await chain.bring(pckList);
    assert.equal(await revertOf(chain.verify(evidence)), "IntelItemMissing(4)");
    await chain.bring(signer);
    await chain.bring(tcbInfo);
    assert.equal(await revertOf(chain.verify(evidence)), "IntelItemMissing(5)");
    assert.equal(await revertOf(chain.verify(encodeEvidence(forgeQuote(quote), 18))), "IntelItemMissing(4)");
  });

  it("keeps the account of levels that have not changed, and the levels of each evaluation", async () => {
    const files = forgeCollateral(june);
    const chain = await chainWith(JUNE, files, ROOT);
    const key = ["0xb0c06f000000", "0x0000"] as const;
    const [, , before] = await chain.collateral.read.tcbInfo([...key, 17]);
    const later = (json: string): string => json.replace("2025-06-19T10:16:03Z", "2025-06-20T10:16:03Z");
    await chain.bringAll(forgeCollateral(june, { tcbInfo: later }));
    const [issuedAt, , after] = await chain.collateral.read.tcbInfo([...key, 17]);
    assert.equal(after, before);
    assert.equal(issuedAt, at("2025-06-20T10:16:03Z"));
    const next = (json: string): string => json.replace('DataNumber":17', 'DataNumber":18');
    await chain.bringAll(forgeCollateral(june, { tcbInfo: next, qeIdentity: next }));
    const facts = await factsOf(chain, encodeEvidence(forgeQuote(quote), 18));
    assert.equal(facts.tcbEvaluationNumber, 18);
    assert.equal((await factsOf(chain, evidenceOf(forgeQuote(quote)))).tcbEvaluationNumber, 17);
  });

  it("refuses documents of another kind, form or signature", async () => {
    const chain = await chainWith(JUNE, forgeCollateral(june), ROOT);
    const later = (json: string): string => json.replace("2025-06-19T10:16:03Z", "2025-06-20T10:16:03Z");
    const cases: [string, (json: string) => string, RegExp][] = [
      ["another id", (json) => json.replace('"id":"TDX"', '"id":"SGX"'), /^IntelJsonUnsupported/],
      ["another version", (json) => json.replace('"version":3', '"version":4'), /^IntelJsonUnsupported/],
      ["another type", (json) => json.replace('"tcbType":0', '"tcbType":1'), /^IntelJsonUnsupported/],
      [
        "no levels",
        (json) => json.replace(/"tcbLevels":\[\{"tcb":\{"sgx.*$/, '"tcbLevels":[]}'),
        /^IntelJsonItemCount/,
      ],
      ["a missing member", (json) => json.replace('"pceId":"0000",', ""), /^IntelJsonMembers/],
      ["a member twice", (json) => json.replace('"pceId"', '"pceId":"0000","pceId"'), /^IntelJsonMembers/],
      ["an unknown status", (json) => json.replace('"OutOfDate"', '"Splendid"'), /^IntelJsonStatusUnknown/],
      ["a large SVN", (json) => json.replace('"svn":2', '"svn":256'), /^JsonValueInvalid/],
      ["white space", (json) => json.replace('"svn":2', '"svn": 2'), /^JsonUnexpected/],
      ["an escape", (json) => json.replace("OS/VMM", "OS\\/VMM"), /^JsonUnexpected/],
      ["bytes behind", (json) => `${json} `, /^JsonUnexpected/],
      ["no end", (json) => json.slice(0, -1), /^JsonTruncated/],
      ["no such day", (json) => json.replace("2025-07-19", "2025-02-29"), /^JsonValueInvalid/],
      ["a mask of attributes", (json) => json.replace("FFFFFFFFFFFFFFFF", "FFFFFFFFFFFFFFFE"), /^IntelJsonUnsupported/],
    ];
    for (const [name, edit, expected] of cases) {
      const text = edit(later(june.tcbInfo));
      const signature = signRaw(new TextEncoder().encode(text), KEYS.signer);
      const half = (from: number): bigint => BigInt(`0x${hexOf(signature.subarray(from, from + 32))}`);
      const args = [stringToHex(text), half(0), half(32), keccak256(KEYS.signer.point)] as const;
      assert.match(await revertOf(chain.collateral.write.updateTcbInfo(args, { gas: 16_000_000n })), expected, name);
      const unsigned = [args[0], half(32), half(0), args[3]] as const;
      const revert = await revertOf(chain.collateral.write.updateTcbInfo(unsigned, { gas: 16_000_000n }));
      assert.equal(revert, "IntelSignatureInvalid(4)", name);
    }
  });

  it("passes over members it does not know, held to the grammar", async () => {
    const chain = await chainWith(JUNE, forgeCollateral(june), ROOT);
    const extended = (json: string): string =>
      json
        .replace("2025-06-19T10:16:03Z", "2025-06-20T10:16:03Z")
        .replace('"fmspc"', '"added":{"list":[1,true,false,null,{},[],"text"],"empty":""},"fmspc"');
    const calls = await chain.bringAll(forgeCollateral(june, { tcbInfo: extended }));
    assert.deepEqual(
      calls.map(({ functionName }) => functionName),
      ["updateTcbInfo"],
    );
  });
});
