import { SignalError } from "../errors.ts";

/**
 * How the tensors of a model map to the two data signals of its circuit; the Solidity struct of the same name. A value
 * `v` becomes the unsigned integer `v * 10^decimals + offset` in [0, 2^bits); a side's integers are packed into one
 * field element, element 0 lowest.
 */
export interface SignalLayout {
  readonly inputName: string;
  readonly outputName: string;
  readonly inputCount: number;
  readonly inputBits: number;
  readonly inputDecimals: number;
  readonly inputOffset: bigint;
  readonly outputCount: number;
  readonly outputBits: number;
  readonly outputDecimals: number;
  readonly outputOffset: bigint;
}

/** Packed values must stay below the field's modulus with room to spare. */
export const MAX_PACKED_BITS = 248;

/** One side of a layout. */
export interface PackedSide {
  readonly name: string;
  readonly count: number;
  readonly bits: number;
  readonly decimals: number;
  readonly offset: bigint;
}

/** The input side of `layout`, checked. @throws {SignalError} */
export function inputSide(layout: SignalLayout): PackedSide {
  return checkedSide({
    name: layout.inputName,
    count: layout.inputCount,
    bits: layout.inputBits,
    decimals: layout.inputDecimals,
    offset: layout.inputOffset,
  });
}

/** The output side of `layout`, checked. @throws {SignalError} */
export function outputSide(layout: SignalLayout): PackedSide {
  return checkedSide({
    name: layout.outputName,
    count: layout.outputCount,
    bits: layout.outputBits,
    decimals: layout.outputDecimals,
    offset: layout.outputOffset,
  });
}

function checkedSide(side: PackedSide): PackedSide {
  const sizes = [side.count, side.bits, side.decimals];
  const plain = sizes.every((size) => Number.isInteger(size) && size >= 0 && size <= 255);
  if (!plain || side.count * side.bits === 0 || side.count * side.bits > MAX_PACKED_BITS) {
    throw new SignalError(
      `"${side.name}" cannot be packed: ${side.count} values of ${side.bits} bits need 1 to ${MAX_PACKED_BITS} bits.`,
    );
  }
  if (side.offset < 0n || side.offset >= 1n << 64n) {
    throw new SignalError(`"${side.name}" has the offset ${side.offset}: it must be in [0, 2^64).`);
  }
  return side;
}
