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

/** `value` in `size` bytes, lowest first. */
export function littleEndian(value: bigint, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));
}
