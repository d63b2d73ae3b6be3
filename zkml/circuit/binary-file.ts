import { CircuitError } from "../errors.ts";

/** The container format of snarkjs's files: magic, version, number of sections; each section with its type and size. */
export function binaryFile(
  magic: string,
  version: number,
  sections: readonly (readonly [type: number, content: Uint8Array])[],
): Uint8Array {
  const bytes = new Uint8Array(sections.reduce((sum, [, content]) => sum + 12 + content.length, 12));
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(magic));
  view.setUint32(4, version, true);
  view.setUint32(8, sections.length, true);
  let offset = 12;
  for (const [type, content] of sections) {
    view.setUint32(offset, type, true);
    view.setBigUint64(offset + 4, BigInt(content.length), true);
    bytes.set(content, offset + 12);
    offset += 12 + content.length;
  }
  return bytes;
}

/** The contents of such a file's sections by type; of several of one type the first. @throws {CircuitError} */
export function sectionsOf(bytes: Uint8Array, magic: string): ReadonlyMap<number, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const sections = new Map<number, Uint8Array>();
  const damaged = new CircuitError(`A .${magic} file is damaged: delete build/circuits and build again.`);
  if (bytes.length < 12 || new TextDecoder().decode(bytes.subarray(0, 4)) !== magic) throw damaged;
  let offset = 12;
  for (let section = view.getUint32(8, true); section > 0; section -= 1) {
    if (offset + 12 > bytes.length) throw damaged;
    const end = offset + 12 + Number(view.getBigUint64(offset + 4, true));
    if (end > bytes.length) throw damaged;
    const type = view.getUint32(offset, true);
    if (!sections.has(type)) sections.set(type, bytes.subarray(offset + 12, end));
    offset = end;
  }
  return sections;
}

/** `value` in `size` bytes, lowest first. */
export function littleEndian(value: bigint, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));
}

/** The integer in `size` bytes, lowest first, a multiple of eight. */
export function integerAt(bytes: Uint8Array, offset: number, size: number): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, size);
  let value = 0n;
  for (let at = size - 8; at >= 0; at -= 8) value = (value << 64n) | view.getBigUint64(at, true);
  return value;
}
