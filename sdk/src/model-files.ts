import { concat, hexToBigInt, hexToString, keccak256, numberToHex, size, slice, stringToHex, type Hex } from "viem";

/** A file as a release of the Model Hub lists it. */
export interface ModelFile {
  /** 1 to 128 characters a-z A-Z 0-9 - _ . / */
  readonly path: string;
  /** 43-character Walrus id or 46-character IPFS CID (Qm…). */
  readonly contentId: string;
  /** Bytes. */
  readonly size: bigint;
  /** SHA-256 of the bytes. */
  readonly sha256Hash: Hex;
  /** Whether callers may name the release by this content id. */
  readonly named: boolean;
}

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/** The bytes before the digest in a CID of version 0. */
const CID_PREFIX = 0x1220n << 256n;
const IPFS = 0x01;
const NAMED = 0x80;
const PATH_AT = 72;

function digitsOf(value: bigint, alphabet: string, length: number): string {
  const base = BigInt(alphabet.length);
  let rest = value;
  let text = "";
  for (let i = 0; i < length; i += 1) {
    text = (alphabet[Number(rest % base)] ?? "") + text;
    rest /= base;
  }
  return text;
}

function valueOf(text: string, alphabet: string): bigint | undefined {
  let value = 0n;
  for (const character of text) {
    const digit = alphabet.indexOf(character);
    if (digit < 0) return undefined;
    value = value * BigInt(alphabet.length) + BigInt(digit);
  }
  return value;
}

/**
 * The 32 bytes in a content id, and whether it is an IPFS CID.
 *
 * @throws {RangeError} when it is neither a Walrus id nor an IPFS CID of version 0
 */
export function parseContentId(contentId: string): { readonly id: Hex; readonly ipfs: boolean } {
  if (contentId.length === 43) {
    const value = valueOf(contentId, BASE64URL);
    // 43 characters carry 258 bits; the last two of them must be zero.
    if (value !== undefined && value % 4n === 0n) return { id: numberToHex(value / 4n, { size: 32 }), ipfs: false };
  }
  if (contentId.length === 46) {
    const value = valueOf(contentId, BASE58);
    if (value !== undefined && value >> 256n === CID_PREFIX >> 256n) {
      return { id: numberToHex(value - CID_PREFIX, { size: 32 }), ipfs: true };
    }
  }
  throw new RangeError(`"${contentId}" is neither a 43-character Walrus id nor an IPFS CID (Qm…).`);
}

function contentIdOf(id: Hex, ipfs: boolean): string {
  const value = hexToBigInt(id);
  return ipfs ? digitsOf(CID_PREFIX + value, BASE58, 46) : digitsOf(value * 4n, BASE64URL, 43);
}

/**
 * One file as the contract takes it.
 *
 * @throws {RangeError} when the content id is malformed or a number does not fit
 */
export function encodeFile(file: ModelFile): Hex {
  const { id, ipfs } = parseContentId(file.contentId);
  const path = stringToHex(file.path);
  if (size(path) > 128) throw new RangeError(`The path "${file.path}" is longer than 128 bytes.`);
  const flags = (ipfs ? IPFS : 0) | (file.named ? NAMED : 0);
  const head = [numberToHex(flags, { size: 1 }), numberToHex(file.size, { size: 6 }), id, file.sha256Hash];
  return concat([...head, numberToHex(size(path), { size: 1 }), path]);
}

function inOrder(files: readonly ModelFile[]): readonly ModelFile[] {
  // Paths are ASCII, so the order of code units is the order of bytes.
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Files as `publishRelease` takes them, in the order of their paths. @throws {RangeError} as {@link encodeFile} */
export function encodeFiles(files: readonly ModelFile[]): Hex {
  return concat(inOrder(files).map(encodeFile));
}

/** Reads the files of a `ReleasePublished` event. @throws {RangeError} when they end in the middle of one */
export function decodeFiles(files: Hex): readonly ModelFile[] {
  const found: ModelFile[] = [];
  for (let at = 0; at < size(files); ) {
    if (at + PATH_AT > size(files)) throw new RangeError("The files end in the middle of one.");
    const end = at + PATH_AT + Number(slice(files, at + PATH_AT - 1, at + PATH_AT));
    if (end > size(files)) throw new RangeError("The files end in the middle of one.");
    const flags = Number(slice(files, at, at + 1));
    found.push({
      path: end === at + PATH_AT ? "" : hexToString(slice(files, at + PATH_AT, end)),
      contentId: contentIdOf(slice(files, at + 7, at + 39), (flags & IPFS) !== 0),
      size: hexToBigInt(slice(files, at + 1, at + 7)),
      sha256Hash: slice(files, at + 39, at + 71),
      named: (flags & NAMED) !== 0,
    });
    at = end;
  }
  return found;
}

/** The levels of the tree over the files, from the leaves to the root. */
function levelsOf(files: readonly ModelFile[]): readonly (readonly Hex[])[] {
  let level: readonly Hex[] = inOrder(files).map((file) => keccak256(encodeFile(file)));
  const levels = [level];
  while (level.length > 1) {
    const next: Hex[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i], level[i + 1]];
      if (left === undefined) break;
      // Equal lengths and lower case: the order of texts is the order of numbers.
      if (right === undefined) next.push(left);
      else next.push(keccak256(concat(left < right ? [left, right] : [right, left])));
    }
    levels.push(next);
    level = next;
  }
  return levels;
}

/** The root over the files, as `filesRootOf` has it. @throws {RangeError} when there are none */
export function filesRoot(files: readonly ModelFile[]): Hex {
  const root = levelsOf(files).at(-1)?.[0];
  if (root === undefined) throw new RangeError("A release has at least one file.");
  return root;
}

/** The proof that a path belongs to the files, for `isFileOf`. @throws {RangeError} when it does not */
export function proofOf(files: readonly ModelFile[], path: string): readonly Hex[] {
  let index = inOrder(files).findIndex((file) => file.path === path);
  if (index < 0) throw new RangeError(`There is no file "${path}".`);
  const proof: Hex[] = [];
  for (const level of levelsOf(files)) {
    const neighbour = level[index ^ 1];
    if (neighbour !== undefined) proof.push(neighbour);
    index >>= 1;
  }
  return proof;
}
