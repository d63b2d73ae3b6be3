import { NitroEvidenceError } from "./errors.ts";

/** The major types of CBOR that attestation documents use. */
export const CborType = { uint: 0, bytes: 2, text: 3, array: 4, map: 5 } as const;

const NULL = 0xf6;
const BREAK = 0xff;
const INDEFINITE_MAP = 0xbf;

/**
 * Reads CBOR from front to back as strictly as the contract: lengths and numbers in their shortest form; no strings in
 * pieces, tags, negative numbers or floats. Every method throws {@link NitroEvidenceError} on anything else.
 */
export interface CborReader {
  /** Where the next value begins. */
  position(): number;
  /** The number that the next value begins with, which must be of the given major type. */
  head(type: number): bigint;
  /** A byte string or a text. */
  string(type: number): Uint8Array;
  /** A byte string, or undefined for null. */
  bytesOrNull(): Uint8Array | undefined;
  /** Calls `onPair` at every key of a map; its length may be indefinite. */
  map(onPair: () => void): void;
  /** Refuses bytes that are left. */
  finish(): void;
}

/** A reader of `data`, from its first byte. */
export function readCbor(data: Uint8Array): CborReader {
  let at = 0;
  const peek = (): number => {
    const byte = data[at];
    if (byte === undefined) throw new NitroEvidenceError("CborTruncated", `nothing at byte ${at}`);
    return byte;
  };
  const head = (type: number): bigint => {
    const start = at;
    const first = peek();
    if (first >> 5 !== type) {
      throw new NitroEvidenceError("CborTypeUnexpected", `type ${first >> 5} at byte ${start} instead of ${type}`);
    }
    const short = first & 0x1f;
    at += 1;
    if (short < 24) return BigInt(short);
    if (short > 27) throw new NitroEvidenceError("CborHeadInvalid", `head ${first} at byte ${start}`);
    const width = 1 << (short - 24);
    if (at + width > data.length) throw new NitroEvidenceError("CborTruncated", `the number at byte ${start}`);
    const value = data.subarray(at, at + width).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    at += width;
    const least = width === 1 ? 24n : 1n << BigInt(4 * width);
    if (value < least) throw new NitroEvidenceError("CborNotShortest", `the number at byte ${start}`);
    return value;
  };
  const string = (type: number): Uint8Array => {
    const length = head(type);
    if (length > BigInt(data.length - at))
      throw new NitroEvidenceError("CborTruncated", `the string before byte ${at}`);
    at += Number(length);
    return data.subarray(at - Number(length), at);
  };
  return {
    position: () => at,
    head,
    string,
    bytesOrNull() {
      if (peek() !== NULL) return string(CborType.bytes);
      at += 1;
      return undefined;
    },
    map(onPair) {
      if (peek() === INDEFINITE_MAP) {
        for (at += 1; peek() !== BREAK; ) onPair();
        at += 1;
        return;
      }
      for (let pairs = head(CborType.map); pairs > 0n; pairs -= 1n) onPair();
    },
    finish() {
      if (at !== data.length) throw new NitroEvidenceError("CborTrailingBytes", `${data.length - at} bytes too many`);
    },
  };
}
