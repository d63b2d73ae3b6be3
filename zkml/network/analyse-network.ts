import { ModelFileError } from "../errors.ts";
import type { IntegerNetwork, IntegerNode, IntegerRow } from "./integer-network.ts";

/** Least and greatest value. */
export interface Interval {
  readonly low: bigint;
  readonly high: bigint;
}

/** Static bounds of a node over every input that the circuit admits, never over sample data. */
export interface NodeBounds {
  readonly rows: readonly Interval[];
  /** Of the node's value. */
  readonly value: Interval;
}

/** Sums that are compared or decomposed fit signed integers of this width. */
export const COMPARED_BITS = 48;

/** Sums and products that only pass on fit signed integers of this width. */
export const CARRIED_BITS = 64;

/**
 * Interval analysis of the whole network from the input's width alone.
 *
 * @returns The bounds of every node, in order.
 * @throws {ModelFileError} when a sum can leave its width or an output can leave its own.
 */
export function analyseNetwork(network: IntegerNetwork): NodeBounds[] {
  const { input, output, nodes } = network;
  const wires: Interval[] = Array.from({ length: input.count }, () => ({
    low: 0n,
    high: (1n << BigInt(input.bits)) - 1n,
  }));
  const bounds = nodes.map((node, index) => {
    const found = nodeBounds(network.kernels, node, wires);
    const refusal = widthRefusal(node, found);
    if (refusal !== undefined) {
      throw new ModelFileError(
        `Node ${index} (${node.op}) of "${network.name}" ${refusal}: quantise it to fewer bits.`,
      );
    }
    wires.push(found.value);
    return found;
  });
  const offset = BigInt(output.offset);
  for (const wire of network.outputs) {
    const { low, high } = wires[wire] ?? { low: 0n, high: 0n };
    if (network.head === "argmax") {
      if (signedWidth(low, high) > COMPARED_BITS) throw tooWide(network, low, high, COMPARED_BITS);
    } else if (low + offset < 0n || (high + offset) >> BigInt(output.bits) !== 0n) {
      throw tooWide(network, low, high, output.bits);
    }
  }
  return bounds;
}

function tooWide(network: IntegerNetwork, low: bigint, high: bigint, bits: number): ModelFileError {
  return new ModelFileError(`Outputs of "${network.name}" can be ${low} to ${high}, which ${bits} bits do not hold.`);
}

/** The bounds of one node whose operands' bounds are known. */
export function nodeBounds(
  kernels: readonly (readonly number[])[],
  node: IntegerNode,
  wires: readonly Interval[],
): NodeBounds {
  const rows = node.rows.map((row) => rowBounds(kernels[row.kernel] ?? [], row, wires));
  return { rows, value: valueBounds(node, rows) };
}

function rowBounds(kernel: readonly number[], row: IntegerRow, wires: readonly Interval[]): Interval {
  let low = BigInt(row.bias);
  let high = low;
  row.wires.forEach((wire, index) => {
    const weight = BigInt(kernel[index] ?? 0);
    const bounds = wires[wire] ?? { low: 0n, high: 0n };
    low += weight * (weight < 0n ? bounds.high : bounds.low);
    high += weight * (weight < 0n ? bounds.low : bounds.high);
  });
  return { low, high };
}

function valueBounds(node: IntegerNode, rows: readonly Interval[]): Interval {
  const [{ low, high } = { low: 0n, high: 0n }] = rows;
  const shift = BigInt(node.shift);
  const positive = (value: bigint) => (value > 0n ? value : 0n);
  const smaller = (a: bigint, b: bigint) => (a < b ? a : b);
  switch (node.op) {
    case "sum":
      return { low, high };
    case "shift":
      return { low: low >> shift, high: high >> shift };
    case "relu":
      return { low: positive(low) >> shift, high: positive(high) >> shift };
    case "clip": {
      const limit = BigInt(node.limit);
      return { low: smaller(positive(low), limit) >> shift, high: smaller(positive(high), limit) >> shift };
    }
    case "step":
      return { low: low >= 0n ? 1n : 0n, high: high >= 0n ? 1n : 0n };
    case "product": {
      const product = productBounds(node, rows);
      const half = halfUnit(node.shift);
      return { low: (product.low + half) >> shift, high: (product.high + half) >> shift };
    }
    case "max":
      return {
        low: rows.reduce((most, row) => (row.low > most ? row.low : most), low),
        high: rows.reduce((most, row) => (row.high > most ? row.high : most), high),
      };
  }
}

/** The bounds of a · b before rounding; a square is never negative. */
export function productBounds(node: IntegerNode, rows: readonly Interval[]): Interval {
  const [a = { low: 0n, high: 0n }, b = a] = rows;
  const corners = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
  const high = corners.reduce((most, corner) => (corner > most ? corner : most));
  const low = corners.reduce((least, corner) => (corner < least ? corner : least));
  const [first, second] = node.rows;
  const isSquare =
    first !== undefined &&
    first.kernel === second?.kernel &&
    first.bias === second.bias &&
    first.wires.every((wire, index) => wire === second.wires[index]);
  return { low: isSquare && low < 0n ? 0n : low, high };
}

/** Half of what a shift drops. */
export function halfUnit(shift: number): bigint {
  return shift > 0 ? 1n << BigInt(shift - 1) : 0n;
}

/** What speaks against a node's widths, or undefined. */
export function widthRefusal(node: IntegerNode, bounds: NodeBounds): string | undefined {
  const isCarried = node.op === "sum" || node.op === "product";
  const limit = isCarried ? CARRIED_BITS : COMPARED_BITS;
  const sums = node.op === "product" ? [...bounds.rows, productBounds(node, bounds.rows)] : bounds.rows;
  for (const { low, high } of sums) {
    const width = signedWidth(low, high);
    if (width > limit) return `needs ${width} bits, more than ${limit}`;
  }
  return undefined;
}

/** Smallest n with −2^(n−1) <= low and high < 2^(n−1). */
export function signedWidth(low: bigint, high: bigint): number {
  let width = 1;
  while (low < -(1n << BigInt(width - 1)) || high >= 1n << BigInt(width - 1)) width += 1;
  return width;
}
