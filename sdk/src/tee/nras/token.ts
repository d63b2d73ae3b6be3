import { bytesToHex, keccak256, stringToHex, type Hex } from "viem";
import { z } from "zod";

import { OpgError } from "../../errors.ts";
import { sha256, verifyP384 } from "../nitro/ecdsa.ts";

/** Thrown when a token of NVIDIA's Remote Attestation Service is refused. */
export class NrasTokenError extends OpgError {
  override readonly name = "NrasTokenError";
  /** The name of the error with which the contract refuses the same token. */
  readonly code: string;

  constructor(code: string, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
  }
}

/** The overall token and the devices' tokens, in the order of the overall one. */
export interface NrasTokens {
  readonly token: string;
  readonly devices: readonly string[];
}

/** What NVIDIA says of one GPU. */
export interface GpuClaims {
  readonly name: string;
  /** Names the die, not the board. */
  readonly model: string;
  readonly driverVersion: string;
  readonly vbiosVersion: string;
  /** keccak256 of ueid, the device's number in decimals. */
  readonly deviceId: Hex;
}

/** What a genuine token says. */
export interface GpuFacts {
  readonly nonce: Hex;
  /** keccak256 of the kid of the key that signed it. */
  readonly keyId: Hex;
  /** Unix seconds. */
  readonly issuedAt: bigint;
  /** Unix seconds. */
  readonly expiresAt: bigint;
  readonly gpus: readonly GpuClaims[];
}

/** What to verify a token against. */
export interface NrasTrust {
  /** Unix seconds: the block time. */
  readonly at: bigint;
  /** The accepted keys by kid: x and y, 48 bytes each. */
  readonly keys: ReadonlyMap<string, Uint8Array>;
}

const ISSUER = "https://nras.attestation.nvidia.com";
const SIGNATURE_SIZE = 96;

const digits = z.string().regex(/^[0-9a-f]{64}$/);
const header = z.object({ kid: z.string(), alg: z.literal("ES384") }).strict();
const overall = z
  .object({
    iss: z.literal(ISSUER),
    "x-nvidia-overall-att-result": z.literal(true),
    eat_nonce: digits,
    nbf: z.number().int().nonnegative(),
    exp: z.number().int().nonnegative(),
    iat: z.number().int().nonnegative(),
    submods: z.record(z.string(), z.tuple([z.literal("DIGEST"), z.tuple([z.literal("SHA-256"), digits])])),
  })
  .passthrough();
const chain = z
  .object({
    "x-nvidia-cert-status": z.literal("valid"),
    "x-nvidia-cert-ocsp-status": z.literal("good"),
  })
  .passthrough();
const device = z
  .object({
    eat_nonce: digits,
    hwmodel: z.string(),
    ueid: z.string(),
    "x-nvidia-gpu-driver-version": z.string(),
    "x-nvidia-gpu-vbios-version": z.string(),
    "x-nvidia-gpu-attestation-report-cert-chain": chain,
    "x-nvidia-gpu-driver-rim-cert-chain": chain,
    "x-nvidia-gpu-vbios-rim-cert-chain": chain,
    measres: z.literal("success"),
    dbgstat: z.literal("disabled"),
    secboot: z.literal(true),
    "x-nvidia-gpu-arch-check": z.literal(true),
    "x-nvidia-gpu-attestation-report-signature-verified": z.literal(true),
    "x-nvidia-gpu-attestation-report-nonce-match": z.literal(true),
  })
  .passthrough();
const detached = z.tuple([z.tuple([z.literal("JWT"), z.string()]), z.record(z.string(), z.string())]);

function refuse(code: string, detail: string): never {
  throw new NrasTokenError(code, detail);
}

/** The three parts of a token, decoded. */
function split(token: string): readonly [header: Buffer, payload: Buffer, signature: Buffer] {
  const parts = token.split(".").map((part) => {
    const data = Buffer.from(part, "base64url");
    if (data.toString("base64url") !== part) refuse("Base64UrlInvalid", "not base64url without padding");
    return data;
  });
  const [head, payload, signature] = parts;
  if (head === undefined || payload === undefined || signature === undefined || parts.length !== 3) {
    refuse("NrasTokenMalformed", `${parts.length} parts`);
  }
  return [head, payload, signature];
}

function parse<T>(schema: z.ZodType<T>, json: Buffer, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(json.toString("utf8"));
  } catch {
    refuse("JsonInvalid", what);
  }
  const { data, error } = schema.safeParse(value);
  const [issue] = error?.issues ?? [];
  if (data !== undefined && issue === undefined) return data;
  const typed = issue?.code === "invalid_literal" || issue?.code === "invalid_type";
  const absent = typed && (issue.received === undefined || issue.received === "undefined");
  return refuse(
    absent ? "NrasClaimMissing" : "NrasClaimRefused",
    `${what}: ${issue?.path.join(".")} ${issue?.message}`,
  );
}

/**
 * The tokens in a detached EAT file as NVIDIA's tools write it.
 *
 * @throws {NrasTokenError} when it is none
 */
export function readDetachedEat(json: string): NrasTokens {
  const [[, token], tokens] = parse(detached, Buffer.from(json), "the file");
  const { submods } = parse(overall, split(token)[1], "the overall token");
  const devices = Object.keys(submods).map((name) => tokens[name] ?? refuse("NrasDeviceCountMismatch", name));
  return { token, devices };
}

/**
 * What NVIDIA was asked with, as the overall token says; nothing is verified.
 *
 * @throws {NrasTokenError} when the token is not readable
 */
export function nrasNonce({ token }: NrasTokens): Hex {
  return `0x${parse(overall, split(token)[1], "the overall token").eat_nonce}`;
}

/** The arguments of `NrasVerifier.verify`. */
export function nrasArguments({ token, devices }: NrasTokens): readonly [Hex, readonly Hex[]] {
  return [stringToHex(token), devices.map((text) => stringToHex(text))];
}

function readDevice(name: string, token: string, nonce: string): GpuClaims {
  const claims = parse(device, split(token)[1], name);
  const failed = Object.entries(claims).find(([, value]) => value === false);
  if (failed !== undefined) refuse("NrasClaimRefused", `${name}: ${failed[0]} is false`);
  if (claims.eat_nonce !== nonce) refuse("NrasClaimRefused", `${name}: another nonce`);
  return {
    name,
    model: claims.hwmodel,
    driverVersion: claims["x-nvidia-gpu-driver-version"],
    vbiosVersion: claims["x-nvidia-gpu-vbios-version"],
    deviceId: keccak256(stringToHex(claims.ueid)),
  };
}

/**
 * The verdict of the contract on tokens, without a chain.
 *
 * @throws {NrasTokenError} with the name of the contract's error
 */
export function verifyNrasTokens({ token, devices }: NrasTokens, trust: NrasTrust): GpuFacts {
  const [head, payload, signature] = split(token);
  if (signature.length !== SIGNATURE_SIZE) refuse("NrasTokenMalformed", `a signature of ${signature.length} bytes`);
  const { kid } = parse(header, head, "the header");
  const key = trust.keys.get(kid);
  if (key === undefined) refuse("NrasKeyUnknown", kid);
  const signed = Buffer.from(token.slice(0, token.lastIndexOf(".")));
  if (!verifyP384(signed, signature, key)) refuse("NrasSignatureInvalid", kid);
  const claims = parse(overall, payload, "the overall token");
  const entries = Object.entries(claims.submods);
  if (entries.length === 0 || entries.length !== devices.length) {
    refuse("NrasDeviceCountMismatch", `${entries.length} devices, ${devices.length} tokens`);
  }
  if (trust.at < claims.nbf || trust.at >= claims.exp) {
    refuse("NrasTokenExpired", `${trust.at} is not between ${claims.nbf} and ${claims.exp}`);
  }
  const gpus = entries.map(([name, [, [, digest]]], index) => {
    const text = devices[index] ?? "";
    if (bytesToHex(sha256(Buffer.from(text))).slice(2) !== digest) refuse("NrasDigestMismatch", name);
    return readDevice(name, text, claims.eat_nonce);
  });
  return {
    nonce: `0x${claims.eat_nonce}`,
    keyId: keccak256(stringToHex(kid)),
    issuedAt: BigInt(claims.iat),
    expiresAt: BigInt(claims.exp),
    gpus,
  };
}
