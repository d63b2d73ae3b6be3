import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";

/** A key pair on P-384 (or another curve, for what must be refused). */
export interface ForgeKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** What a forged certificate says. */
export interface ForgedCertificate {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: number | bigint;
  /** Unix seconds. */
  readonly notBefore: number;
  /** Unix seconds. */
  readonly notAfter: number;
  readonly ca: boolean;
  readonly pathLength?: number;
  /** The first byte of keyUsage. */
  readonly keyUsage?: number;
  readonly key: ForgeKey;
  readonly signer: ForgeKey;
  /** SHA-384 unless given. */
  readonly hash?: "sha256" | "sha384";
  /** A critical extension that nobody knows. */
  readonly criticalExtension?: boolean;
}

/** What a forged document says; `null` leaves a field out. */
export interface ForgedPayload {
  readonly moduleId?: string | null;
  readonly digest?: string;
  /** Unix milliseconds. */
  readonly timestamp?: bigint;
  readonly pcrs?: ReadonlyMap<number, Uint8Array>;
  readonly certificate?: Uint8Array;
  readonly bundle?: readonly Uint8Array[];
  readonly publicKey?: Uint8Array;
  readonly userData?: Uint8Array;
  readonly nonce?: Uint8Array;
  /** Of the map; otherwise it says how many pairs it has. */
  readonly indefinite?: boolean;
}

const OID = {
  commonName: [0x55, 0x04, 0x03],
  sha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
  sha384: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03],
  keyUsage: [0x55, 0x1d, 0x0f],
  basicConstraints: [0x55, 0x1d, 0x13],
  unknown: [0x55, 0x1d, 0x63],
} as const;
const TRUE = Buffer.from([0x01, 0x01, 0xff]);
const ES384_HEADER = Buffer.from("8444a1013822a0", "hex");
/** The beginning of the Sig_structure: array of 4, "Signature1", the protected header, no external data. */
const SIGNED_PREFIX = Buffer.from("846a5369676e61747572653144a101382240", "hex");

/** A new key pair on P-384. */
export function forgeKey(namedCurve = "secp384r1"): ForgeKey {
  return generateKeyPairSync("ec", { namedCurve });
}

// DER

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const oid = (bytes: readonly number[]): Buffer => der(0x06, Buffer.from(bytes));

function integer(value: number | bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
  return der(0x02, (bytes[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

const name = (text: string): Buffer =>
  der(0x30, der(0x31, der(0x30, oid(OID.commonName), der(0x0c, Buffer.from(text)))));

function time(seconds: number): Buffer {
  const digits = new Date(seconds * 1000).toISOString().replace(/[-:T]|\.\d+/g, "");
  return der(0x17, Buffer.from(digits.slice(2)));
}

function extension(id: readonly number[], value: Uint8Array): Buffer {
  return der(0x30, oid(id), TRUE, der(0x04, value));
}

/** A certificate that says what it is told, signed by `signer`. */
export function forgeCertificate(fields: ForgedCertificate): Buffer {
  const { subject, issuer, serial, notBefore, notAfter, ca, pathLength, key, signer, hash = "sha384" } = fields;
  const keyUsage = fields.keyUsage ?? (ca ? 0x06 : 0x80);
  const algorithm = der(0x30, oid(OID[hash]));
  const limits = pathLength === undefined ? [] : [integer(pathLength)];
  const extensions = [
    extension(OID.basicConstraints, der(0x30, ...(ca ? [TRUE, ...limits] : []))),
    extension(OID.keyUsage, der(0x03, Buffer.from([keyUsage === 0x80 ? 7 : 1, keyUsage]))),
    ...(fields.criticalExtension === true ? [extension(OID.unknown, der(0x05))] : []),
  ];
  const tbs = der(
    0x30,
    der(0xa0, integer(2)),
    integer(serial),
    algorithm,
    name(issuer),
    der(0x30, time(notBefore), time(notAfter)),
    name(subject),
    key.publicKey.export({ format: "der", type: "spki" }),
    der(0xa3, der(0x30, ...extensions)),
  );
  const signature = sign(hash, tbs, { key: signer.privateKey, dsaEncoding: "der" });
  return der(0x30, tbs, algorithm, der(0x03, Buffer.from([0]), signature));
}

// CBOR

/** A CBOR head: major type and number, in the shortest form. */
export function cborHead(major: number, value: bigint): Buffer {
  const type = major << 5;
  if (value < 24n) return Buffer.from([type | Number(value)]);
  const width = value < 1n << 8n ? 0 : value < 1n << 16n ? 1 : value < 1n << 32n ? 2 : 3;
  const digits = value.toString(16).padStart(2 << width, "0");
  return Buffer.concat([Buffer.from([type | (24 + width)]), Buffer.from(digits, "hex")]);
}

/** A byte string and a text of CBOR. */
export const cborBytes = (data: Uint8Array): Buffer => Buffer.concat([cborHead(2, BigInt(data.length)), data]);
export const cborText = (text: string): Buffer => Buffer.concat([cborHead(3, BigInt(text.length)), Buffer.from(text)]);

/** The pairs of a payload, key and value encoded. */
export function payloadEntries(fields: ForgedPayload): readonly Buffer[] {
  const { pcrs = new Map<number, Uint8Array>(), bundle = [] } = fields;
  const optional = (key: string, value: Uint8Array | undefined): Buffer =>
    Buffer.concat([cborText(key), value === undefined ? Buffer.from([0xf6]) : cborBytes(value)]);
  const registers = [...pcrs].map(([index, value]) => Buffer.concat([cborHead(0, BigInt(index)), cborBytes(value)]));
  return [
    ...(fields.moduleId === null
      ? []
      : [Buffer.concat([cborText("module_id"), cborText(fields.moduleId ?? "i-0-enc0")])]),
    Buffer.concat([cborText("digest"), cborText(fields.digest ?? "SHA384")]),
    Buffer.concat([cborText("timestamp"), cborHead(0, fields.timestamp ?? 0n)]),
    Buffer.concat([cborText("pcrs"), cborHead(5, BigInt(registers.length)), ...registers]),
    Buffer.concat([cborText("certificate"), cborBytes(fields.certificate ?? Buffer.from([0]))]),
    Buffer.concat([cborText("cabundle"), cborHead(4, BigInt(bundle.length)), ...bundle.map(cborBytes)]),
    optional("public_key", fields.publicKey),
    optional("user_data", fields.userData),
    optional("nonce", fields.nonce),
  ];
}

/** The payload map. */
export function encodePayload(fields: ForgedPayload): Buffer {
  const entries = payloadEntries(fields);
  if (fields.indefinite === true) return Buffer.concat([Buffer.from([0xbf]), ...entries, Buffer.from([0xff])]);
  return Buffer.concat([cborHead(5, BigInt(entries.length)), ...entries]);
}

/** A document around `payload`, signed by `signer`. */
export function forgeDocument(payload: Uint8Array, signer: ForgeKey): Buffer {
  const signed = Buffer.concat([SIGNED_PREFIX, cborBytes(payload)]);
  return documentWith(payload, sign("sha384", signed, { key: signer.privateKey, dsaEncoding: "ieee-p1363" }));
}

/** A document around `payload` with this signature. */
export function documentWith(payload: Uint8Array, signature: Uint8Array): Buffer {
  return Buffer.concat([ES384_HEADER, cborBytes(payload), cborBytes(signature)]);
}
