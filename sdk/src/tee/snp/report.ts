import { keccak256, toHex, type Hex } from "viem";
import { SnpRefusedError } from "./errors.ts";

/** Bytes of a report, and of its first part, which is signed. */
export const REPORT_SIZE = 0x4a0;
const SIGNED_SIZE = 0x2a0;
const KIND_SEV_SNP = 3;

/** What an attestation report says. Its signature has not been checked. */
export interface SnpReport {
  readonly version: number;
  readonly policy: bigint;
  /** The host may read the guest's memory. */
  readonly debug: boolean;
  /** The reported TCB, as AMD's 64-bit number: the first byte in the report is the lowest. */
  readonly tcbVersion: bigint;
  /** keccak256 of the 64 bytes of chip id. */
  readonly platformId: Hex;
  /** keccak256 over everything that identifies the code; the contract's interface documents the bytes. */
  readonly measurementId: Hex;
  /** What the guest chose to bind: 64 bytes. */
  readonly reportData: Hex;
  /** The bytes that the signature covers. */
  readonly signed: Uint8Array;
  /** r and s, 48 bytes big-endian each. */
  readonly signature: Uint8Array;
}

/** The little-endian number in `size` bytes from `at` on. */
function number(report: Uint8Array, at: number, size: number): bigint {
  return BigInt(`0x${Buffer.from(report.slice(at, at + size).reverse()).toString("hex")}`);
}

/** The parts that are reserved in reports of a version, as the first byte and the byte after the last. */
function reservedIn(version: bigint): ReadonlyArray<readonly [number, number]> {
  return [
    [0x4c, 0x50],
    [version < 3n ? 0x188 : 0x18b, 0x1a0],
    [0x1eb, 0x1ec],
    [0x1ef, 0x1f0],
    [version < 5n ? 0x1f8 : 0x208, SIGNED_SIZE],
    // The numbers of the signature have 72 bytes, of which P-384 uses 48.
    [SIGNED_SIZE + 48, SIGNED_SIZE + 72],
    [SIGNED_SIZE + 120, REPORT_SIZE],
  ];
}

function checkSigner(flags: bigint): void {
  if (flags >> 5n !== 0n)
    throw new SnpRefusedError("SnpReservedNotZero", "Reserved bits beside the signing key are set.");
  if (flags >> 2n !== 0n) {
    throw new SnpRefusedError(
      "SnpSigningKeyUnsupported",
      `Key ${flags >> 2n} signs the report; only a VCEK (0) counts.`,
    );
  }
  if (flags & 2n) throw new SnpRefusedError("SnpChipHidden", "The host hides its chip id.");
}

function checkPolicy(policy: bigint): void {
  if ((policy & (1n << 17n)) === 0n || policy >> 26n !== 0n) {
    throw new SnpRefusedError("SnpPolicyInvalid", `The guest's policy is ${toHex(policy)}.`);
  }
  if (policy & (1n << 18n)) {
    throw new SnpRefusedError("SnpMigrationAgentAllowed", "The guest's policy lets a migration agent move it.");
  }
}

function check(report: Uint8Array): void {
  if (report.length !== REPORT_SIZE) {
    throw new SnpRefusedError(
      "SnpEvidenceTooShort",
      `A report has ${REPORT_SIZE} bytes; this one has ${report.length}.`,
    );
  }
  const version = number(report, 0, 4);
  if (version < 2n || version > 5n) {
    throw new SnpRefusedError("SnpVersionUnsupported", `The report is of version ${version}; known are 2 to 5.`);
  }
  const vmpl = number(report, 0x30, 4);
  if (vmpl !== 0n) throw new SnpRefusedError("SnpVmplNotZero", `The report is from privilege level ${vmpl}.`);
  const algorithm = number(report, 0x34, 4);
  if (algorithm !== 1n)
    throw new SnpRefusedError("SnpAlgorithmUnsupported", `The signature algorithm is ${algorithm}.`);
  checkSigner(number(report, 0x48, 4));
  checkPolicy(number(report, 0x08, 8));
  for (const [from, to] of reservedIn(version)) {
    if (report.subarray(from, to).some((byte) => byte !== 0)) {
      throw new SnpRefusedError("SnpReservedNotZero", `Reserved bytes of the report, from ${from}, are not zero.`);
    }
  }
}

/**
 * Takes a report apart and checks everything but its signature.
 *
 * @throws {@link SnpRefusedError} when its layout is unknown, or when it says that it must not be relied on
 */
export function readReport(report: Uint8Array): SnpReport {
  check(report);
  const policy = number(report, 0x08, 8);
  const bigEndian = (at: number): Uint8Array => report.slice(at, at + 48).reverse();
  const code = Buffer.concat([Uint8Array.of(KIND_SEV_SNP), report.slice(0x04, 0x30), report.slice(0x90, 0x140)]);
  return {
    version: Number(number(report, 0, 4)),
    policy,
    debug: (policy & (1n << 19n)) !== 0n,
    tcbVersion: number(report, 0x180, 8),
    platformId: keccak256(report.slice(0x1a0, 0x1e0)),
    measurementId: keccak256(code),
    reportData: toHex(report.slice(0x50, 0x90)),
    signed: report.slice(0, SIGNED_SIZE),
    signature: new Uint8Array([...bigEndian(SIGNED_SIZE), ...bigEndian(SIGNED_SIZE + 72)]),
  };
}
