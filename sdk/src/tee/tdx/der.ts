import { TdxRefusedError } from "./errors.ts";

/** One DER value: where it begins in the bytes it was read from, where its content begins, where it ends. */
export interface DerNode {
  readonly tag: number;
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

/** The tags that certificates and revocation lists use. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

function refuse(at: number, what: string): never {
  throw new TdxRefusedError("der-invalid", `Not canonical DER at byte ${at}: ${what}.`);
}

/**
 * The value at `at`, which ends at or before `limit`: a single-byte tag and a length in its shortest form.
 *
 * @throws {@link TdxRefusedError} when there is none
 */
export function readDer(bytes: Uint8Array, at: number, limit: number): DerNode {
  const view = (index: number): number => {
    const byte = bytes[index];
    if (byte === undefined || index >= limit) refuse(at, "the value is cut short");
    return byte;
  };
  let length = view(at + 1);
  let content = at + 2;
  if (length === 0x81) {
    length = view(at + 2);
    content = at + 3;
    if (length < 0x80) refuse(at, "the length is not in its shortest form");
  } else if (length === 0x82) {
    length = view(at + 2) * 256 + view(at + 3);
    content = at + 4;
    if (length < 0x100) refuse(at, "the length is not in its shortest form");
  } else if (length >= 0x80) {
    refuse(at, "the length is indefinite or over 65,535");
  }
  if (content + length > limit) refuse(at, "the value ends after its parent");
  return { tag: view(at), start: at, content, end: content + length };
}

/** The values in the content of `parent`, which they fill. */
export function derChildren(bytes: Uint8Array, parent: DerNode): DerNode[] {
  const children: DerNode[] = [];
  for (let at = parent.content; at < parent.end; ) {
    const child = readDer(bytes, at, parent.end);
    children.push(child);
    at = child.end;
  }
  return children;
}

/** `node`, when it is there and has the tag `tag`. */
export function expectDer(node: DerNode | undefined, tag: number): DerNode {
  if (node === undefined) refuse(0, `a value with the tag ${tag} is missing`);
  if (node.tag !== tag) refuse(node.start, `the tag is ${node.tag} instead of ${tag}`);
  return node;
}

/** The one value that `bytes` consists of. */
export function onlyDer(bytes: Uint8Array, tag: number): DerNode {
  const node = expectDer(readDer(bytes, 0, bytes.length), tag);
  if (node.end !== bytes.length) refuse(node.end, "there are bytes after the value");
  return node;
}

/** Content bytes. */
export function contentOf(bytes: Uint8Array, node: DerNode): Uint8Array {
  return bytes.subarray(node.content, node.end);
}

/** The value with its tag and length. */
export function wholeOf(bytes: Uint8Array, node: DerNode): Uint8Array {
  return bytes.subarray(node.start, node.end);
}

/** A non-negative INTEGER. */
export function derInteger(bytes: Uint8Array, node: DerNode | undefined): bigint {
  const content = contentOf(bytes, expectDer(node, TAG.integer));
  const [first, second] = content;
  if (first === undefined || first > 0x7f) refuse(node?.start ?? 0, "the integer is empty or negative");
  if (first === 0 && second !== undefined && second < 0x80) refuse(node?.start ?? 0, "the integer is padded");
  return BigInt(`0x${Buffer.from(content).toString("hex")}`);
}

/** A UTCTime or GeneralizedTime, as Unix seconds. */
export function derTime(bytes: Uint8Array, node: DerNode | undefined): bigint {
  if (node === undefined) refuse(0, "a time is missing");
  const text = Buffer.from(contentOf(bytes, node)).toString("latin1");
  const match =
    node.tag === TAG.utcTime
      ? /^()(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
      : node.tag === TAG.generalizedTime
        ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
        : null;
  if (match === null) refuse(node.start, "not a time in UTC to the second");
  const [, century = "", year = "", month = "", day = "", hour = "", minute = "", second = ""] = match;
  const full = century === "" ? `${Number(year) < 50 ? "20" : "19"}${year}` : `${century}${year}`;
  const iso = `${full}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const time = Date.parse(iso);
  if (Number.isNaN(time) || new Date(time).toISOString() !== iso || time < 0) refuse(node.start, "no such moment");
  return BigInt(time / 1000);
}

/** The bytes of a BIT STRING without unused bits. */
export function derOctets(bytes: Uint8Array, node: DerNode | undefined): Uint8Array {
  const content = contentOf(bytes, expectDer(node, TAG.bitString));
  if (content[0] !== 0) refuse(node?.start ?? 0, "the bit string has unused bits");
  return content.subarray(1);
}
