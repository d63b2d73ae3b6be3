import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { after, describe, it } from "node:test";
import hre from "hardhat";
import { bytesToHex, encodeFunctionData } from "viem";
import { parseCertificate } from "../../sdk/src/tee/tdx/certificate.ts";
import { certificatesFromPem, parseQuote } from "../../sdk/src/tee/tdx/quote.ts";
import { revertOf } from "./tdx-chain.ts";
import { der, replaceOnce } from "./tdx-forge.ts";
import { deployEvidenceHarness, deployX509Harness } from "./harness.ts";
import { DEEP, sample } from "./sample.ts";
import { textVector, vector } from "./vectors.ts";

const connection = await hre.network.create({ network: "default", override: { blockGasLimit: 2_000_000_000n } });
after(() => connection.close());
const reader = await deployX509Harness(connection);
const harness = await deployEvidenceHarness(connection);

const [pck] = parseQuote(vector("intel/dcap-qvl/tdx_quote")).certificates;
if (pck === undefined) throw new Error("The quote carries no certificate.");
const certificates: readonly [string, Uint8Array][] = [
  ["root", vector("intel/automata/root.der")],
  ["platform CA", vector("intel/automata/platform.der")],
  ["TCB signer", vector("intel/automata/signing.der")],
  ["PCK", pck],
  ["sample PCK CA", certificatesFromPem(textVector("intel/sample/pckSignChain.pem"))[1] ?? pck],
];

/** Selector, offset and length, before a certificate in calldata. */
const HEAD = 68;
/** Bytes of a certificate that one call tries. */
const STEP = 25;
const beginsOf = ({ length }: Uint8Array): readonly number[] =>
  Array.from({ length: Math.ceil(length / STEP) }, (_, index) => index * STEP);

/** Unix seconds of a date as node:crypto prints it. */
function unix(text: string): bigint {
  return BigInt(Date.parse(text) / 1000);
}

describe("The certificate reader", () => {
  it("reads what node:crypto reads", async () => {
    for (const [name, raw] of certificates) {
      const oracle = new X509Certificate(raw);
      const parts = await reader.read.parse([bytesToHex(raw)]);
      assert.equal(parts.serial, BigInt(`0x${oracle.serialNumber}`), name);
      assert.equal(parts.notBefore, unix(oracle.validFrom), name);
      assert.equal(parts.notAfter, unix(oracle.validTo), name);
      assert.equal(parts.isCa, oracle.ca, name);
      const spki = oracle.publicKey.export({ format: "der", type: "spki" });
      assert.equal(parts.publicKey, bytesToHex(spki), name);
      const [x, y] = await reader.read.p256Key([bytesToHex(raw)]);
      assert.equal(
        bytesToHex(parseCertificate(raw).publicKey),
        `0x${[x, y].map((v) => v.toString(16).padStart(64, "0")).join("")}`,
      );
      assert.equal(parts.tbs, bytesToHex(parseCertificate(raw).tbs), name);
    }
  });

  it("refuses every certificate of one changed bit that node:crypto refuses", async () => {
    let [tried, refused] = [0, 0];
    for (const [name, raw] of DEEP ? certificates : certificates.slice(1, 2)) {
      for (const shift of DEEP ? [0, 1, 2, 3, 4, 5, 6, 7] : [3]) {
        const args = [bytesToHex(raw)] as const;
        const callData = encodeFunctionData({ abi: reader.abi, functionName: "readAllP256", args });
        for (const from of sample(beginsOf(raw), 5)) {
          const to = Math.min(from + STEP, raw.length);
          const accepted = await harness.read.flipEach([
            reader.address,
            callData,
            BigInt(HEAD + from),
            BigInt(HEAD + to),
            BigInt(shift + 8 - (HEAD % 8)),
          ]);
          for (const position of accepted) {
            const changed = new Uint8Array(raw);
            const index = Number(position) - HEAD;
            changed[index] = (changed[index] ?? 0) ^ (1 << (index + shift) % 8);
            assert.doesNotThrow(() => new X509Certificate(changed), `${name}, byte ${index}`);
          }
          tried += to - from;
          refused += to - from - accepted.length;
        }
      }
    }
    assert.ok(refused > tried / 4, `only ${refused} of ${tried} were refused`);
  });

  const signer = vector("intel/automata/signing.der");
  const hex = (text: string): Uint8Array => Buffer.from(text, "hex");
  /** The signer's certificate with `from` replaced in its signed part; lengths must stay. */
  const edited = (from: string, to: string): Uint8Array => replaceOnce(signer, hex(from), hex(to));
  const strict: [string, Uint8Array, RegExp][] = [
    ["bytes behind it", Buffer.concat([signer, hex("00")]), /^DerTrailingBytes/],
    ["an end too early", signer.subarray(0, -1), /^DerTruncated/],
    [
      "a long form where the short one does",
      Buffer.concat([hex("3083000289"), signer.subarray(4)]),
      /^DerLengthInvalid/,
    ],
    ["an indefinite length", Buffer.concat([hex("3080"), signer.subarray(4), hex("0000")]), /^DerLengthInvalid/],
    ["a critical extension that is not known", edited("0603551d0f", "0603551d7f"), /^X509ExtensionUnknown/],
    ["an extension twice", edited("0603551d0e0416", "0603551d230416"), /^(X509ExtensionDuplicate|DerTagUnexpected)/],
    ["another version", edited("a003020102", "a003020101"), /^X509VersionUnsupported/],
    [
      "another algorithm inside",
      edited("300a06082a8648ce3d0403023068", "300a06082a8648ce3d0403033068"),
      /^X509AlgorithmMismatch/,
    ],
    ["a FALSE that is written", edited("0101ff0404030206c0", "0101000404030206c0"), /^DerValueInvalid/],
    ["unused bits that are set", edited("030206c0", "030207c0"), /^DerValueInvalid/],
    ["no such day", edited("170d3235303530363039", "170d3235303233303039"), /^DerValueInvalid/],
    ["a name beyond ASCII", edited("496e74656c20534758205443", "496e74656ca0534758205443"), /^DerValueInvalid/],
  ];
  it("refuses what is not canonical, with an error that says what", async () => {
    for (const [name, raw, expected] of strict) {
      assert.match(await revertOf(reader.read.parse([bytesToHex(raw)])), expected, name);
    }
    assert.match(await revertOf(reader.read.parse([bytesToHex(der(0x31, signer.subarray(4)))])), /^DerTagUnexpected/);
  });

  it("refuses keys of another kind than the one asked for", async () => {
    assert.match(await revertOf(reader.read.p384Key([bytesToHex(signer)])), /^X509KeyUnsupported/);
    assert.match(await revertOf(reader.read.rsaKey([bytesToHex(signer)])), /^X509KeyUnsupported/);
  });
});
