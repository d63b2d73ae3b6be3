import { SnpRefusedError } from "./errors.ts";

/** One DER value and the values inside of it, if it is constructed. */
export interface DerValue {
  readonly tag: number;
  /** With tag and length. */
  readonly whole: Uint8Array;
  readonly content: Uint8Array;
}

/** The tags of a VCEK's certificate. */
export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  version: 0xa0,
  extensions: 0xa3,
} as const;

/** Refuses DER with a sentence. */
export function refuseDer(what: string): never {
  throw new SnpRefusedError("DerInvalid", `The certificate is not canonical: ${what}.`);
}

/** Number of content bytes and of the bytes before them, of the value that `bytes` begin with. */
function readLength(bytes: Uint8Array): { header: number; length: number } {
  const [, first = 0, second = 0, third = 0] = bytes;
  const header = first < 0x80 ? 2 : first === 0x81 ? 3 : 4;
  if (first > 0x82 || first === 0x80) refuseDer("a length is indefinite or over 65,535");
  if (bytes.length < header) refuseDer("a value is cut short");
  const length = header === 2 ? first : header === 3 ? second : second * 256 + third;
  if ((header === 3 && length < 0x80) || (header === 4 && length < 0x100)) {
    refuseDer("a length is not in its shortest form");
  }
  return { header, length };
}

/**
 * The values that `bytes` consist of, one after the other.
 *
 * @throws {@link SnpRefusedError} when the bytes are not whole values with lengths in their shortest form
 */
export function readDer(bytes: Uint8Array): readonly DerValue[] {
  const values: DerValue[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const { header, length } = readLength(rest);
    const end = header + length;
    if (end > rest.length) refuseDer("a value ends after its parent");
    values.push({ tag: rest[0] ?? 0, whole: rest.subarray(0, end), content: rest.subarray(header, end) });
    rest = rest.subarray(end);
  }
  return values;
}

/** The values of `bytes`, which must have exactly these tags in this order. */
export function expectDer<const T extends readonly number[]>(
  bytes: Uint8Array,
  tags: T,
): { readonly [K in keyof T]: DerValue } {
  const values = readDer(bytes);
  if (values.length !== tags.length) refuseDer(`${values.length} values where ${tags.length} belong`);
  tags.forEach((tag, index) => {
    if (values[index]?.tag !== tag) refuseDer(`tag ${values[index]?.tag ?? "none"} where ${tag} belongs`);
  });
  // Count and tags were compared above.
  return values as { readonly [K in keyof T]: DerValue };
}

/** A non-negative INTEGER in its shortest form. */
export function readInteger({ content }: DerValue): bigint {
  const [first = 0x80, second = 0xff] = content;
  if (content.length === 0 || first > 0x7f) refuseDer("an INTEGER is empty or negative");
  if (content.length > 1 && first === 0 && second < 0x80) refuseDer("an INTEGER is not in its shortest form");
  return BigInt(`0x${Buffer.from(content).toString("hex")}`);
}

/** The bytes of a BIT STRING without unused bits. */
export function readBits({ content }: DerValue): Uint8Array {
  if (content[0] !== 0) refuseDer("a BIT STRING has unused bits");
  return content.subarray(1);
}

/** A UTCTime (years 1950 to 2049) or GeneralizedTime, in UTC to the second, as Unix seconds. */
export function readTime({ tag, content }: DerValue): number {
  const text = Buffer.from(content).toString("latin1");
  const short = tag === TAG.utcTime && /^\d{12}Z$/.test(text);
  if (!short && !(tag === TAG.generalizedTime && /^\d{14}Z$/.test(text))) refuseDer("a time has another form");
  const full = short ? `${Number(text.slice(0, 2)) < 50 ? "20" : "19"}${text}` : text;
  const iso = full.replace(/^(....)(..)(..)(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6.000Z");
  const time = new Date(iso);
  if (Number.isNaN(time.getTime()) || time.toISOString() !== iso) refuseDer(`there is no time ${text}`);
  return time.getTime() / 1_000;
}
