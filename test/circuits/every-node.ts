import type { IntegerNetwork, IntegerNode, IntegerRow } from "../../zkml/network/integer-network.ts";

/** Three inputs of 4 bits. */
const INPUTS = 3;

const row = (kernel: number, bias: number, ...wires: number[]): IntegerRow => ({ kernel, bias, wires });

const node = (op: IntegerNode["op"], shift: number, limit: number, ...rows: IntegerRow[]): IntegerNode => ({
  op,
  rows,
  shift,
  limit,
});

/** A small network in which every kind of node occurs, each with positive and negative sums. */
export const EVERY_NODE: IntegerNetwork = {
  name: "every",
  onnxSha256: "0".repeat(64),
  input: { name: "in", count: INPUTS, bits: 4, decimals: 0, offset: 0 },
  output: { name: "out", count: 6, bits: 12, decimals: 0, offset: 2_048 },
  kernels: [[3, -5, 2], [1, -1], [1], [-2, 7, 1]],
  nodes: [
    node("relu", 2, 0, row(0, 1, 0, 1, 2)),
    node("shift", 1, 0, row(0, -3, 0, 1, 2)),
    node("clip", 1, 21, row(3, -20, 0, 1, 2)),
    node("step", 0, 0, row(1, -1, 0, 2)),
    node("product", 3, 0, row(1, 0, 0, 1), row(3, 2, 0, 1, 2)),
    node("max", 0, 0, row(2, 0, 0), row(1, 4, 1, 2), row(2, -2, 4)),
  ],
  outputs: [3, 4, 5, 6, 7, 8],
  notes: [],
};
