import type { NetworkSide } from "./integer-network.ts";

/** The integers that stand for a row of values, rounded and brought into range; `clamped` counts those outside it. */
export function encodeRow(side: NetworkSide, row: readonly number[]): { integers: bigint[]; clamped: number } {
  const greatest = 2 ** side.bits - 1;
  let clamped = 0;
  const integers = row.map((value) => {
    const exact = Math.round(value * 10 ** side.decimals) + side.offset;
    const inside = Math.min(Math.max(exact, 0), greatest);
    if (inside !== exact) clamped += 1;
    return BigInt(inside);
  });
  return { integers, clamped };
}

/** The values that integers of a side stand for. */
export function decodeRow(side: NetworkSide, integers: readonly bigint[]): number[] {
  return integers.map((integer) => (Number(integer) - side.offset) / 10 ** side.decimals);
}
