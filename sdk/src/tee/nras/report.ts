import { createHash, verify, X509Certificate } from "node:crypto";
import { bytesToHex, type Hex } from "viem";

import { OpgError } from "../../errors.ts";

/** SHA-256 of "NVIDIA Device Identity CA", the root of all devices. */
const ROOT_SHA256 = "102bf659d5419614c9d8e6aecebc80454eb26b1df6a769ac720b9a690b167b48";
/** Of the request that the report begins with: version 1.1 of SPDM, GET_MEASUREMENTS. */
const REQUEST = Buffer.from("11e0", "hex");
const REQUEST_SIZE = 37;
const NONCE_AT = 4;
const SIGNATURE_SIZE = 96;

/** What a GPU's own report says. */
export interface GpuReport {
  /** What the device was asked with. */
  readonly nonce: Hex;
  /** The name in the device's certificate: of the die, not of the board. */
  readonly die: string;
}

/** Why a GPU's report is refused. */
export class GpuReportError extends OpgError {
  override readonly name = "GpuReportError";
}

/**
 * What the code inside an enclave checks before it binds a GPU: the report is signed by a device of NVIDIA's. What the
 * measurements in it should be is for NVIDIA's reference manifests to say, and is not judged here.
 *
 * @param report request and response of SPDM, and the device's signature
 * @param chain  the device's certificates, PEM, from its own to the root
 * @throws {GpuReportError} when the chain does not end in NVIDIA's root or a signature is wrong
 */
export function verifyGpuReport(report: Uint8Array, chain: string): GpuReport {
  const bytes = Buffer.from(report);
  if (bytes.length <= REQUEST_SIZE + SIGNATURE_SIZE || !bytes.subarray(0, REQUEST.length).equals(REQUEST)) {
    throw new GpuReportError("The report does not begin as one of SPDM 1.1 does; bring it as the device gave it.");
  }
  const pems = chain.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const certificates = pems.map((pem) => new X509Certificate(pem));
  const [device] = certificates;
  const root = certificates.at(-1);
  if (device === undefined || root === undefined || sha256(root.raw) !== ROOT_SHA256) {
    throw new GpuReportError("The certificates do not end in NVIDIA's root; bring the whole chain of the device.");
  }
  for (const [index, certificate] of certificates.entries()) {
    const issuer = certificates[index + 1] ?? root;
    if (!issuer.ca || !certificate.verify(issuer.publicKey)) {
      throw new GpuReportError(`Certificate ${index} of the chain is not signed by the next.`);
    }
  }
  const key = { key: device.publicKey, dsaEncoding: "ieee-p1363" } as const;
  if (!verify("sha384", bytes.subarray(0, -SIGNATURE_SIZE), key, bytes.subarray(-SIGNATURE_SIZE))) {
    throw new GpuReportError("The report is not signed by the device whose certificate came with it.");
  }
  const nonce = bytesToHex(bytes.subarray(NONCE_AT, NONCE_AT + 32));
  return { nonce, die: /^CN=(.*)$/m.exec(device.subject)?.[1] ?? "" };
}

function sha256(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
