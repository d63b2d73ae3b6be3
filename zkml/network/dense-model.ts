import { MAX_PACKED_BITS } from "../codec/layout.ts";
import type { SignalLayout } from "../codec/layout.ts";
import type { IntegerLayer, IntegerModel } from "../model/integer-model.ts";
import { analyseNetwork } from "./analyse-network.ts";
import type { IntegerNetwork, IntegerNode, NetworkSide } from "./integer-network.ts";

/** The layout of a network's signals for contracts, or undefined when a side takes more than one field element. */
export function layoutOf({ input, output }: IntegerNetwork): SignalLayout | undefined {
  const isPacked = ({ count, bits }: NetworkSide) => count <= 255 && count * bits <= MAX_PACKED_BITS;
  if (!isPacked(input) || !isPacked(output)) return undefined;
  return {
    inputName: input.name,
    outputName: output.name,
    inputCount: input.count,
    inputBits: input.bits,
    inputDecimals: input.decimals,
    inputOffset: BigInt(input.offset),
    outputCount: output.count,
    outputBits: output.bits,
    outputDecimals: output.decimals,
    outputOffset: BigInt(output.offset),
  };
}

/**
 * The network as the dense integer model that the executor inside the EVM runs, or the reason why it is none. Offsets are
 * zero in dense models: a signed input's offset is part of the first biases already, so only its packed form differs.
 */
export function denseModelOf(network: IntegerNetwork): IntegerModel | string {
  const layout = layoutOf(network);
  if (layout === undefined) return "its inputs or outputs do not fit one field element";
  if (network.output.offset !== 0) return "it has negative outputs";
  const bounds = analyseNetwork(network);
  const levels = new Array<number>(network.input.count).fill(0);
  const layers: IntegerNode[][] = [];
  for (const [index, node] of network.nodes.entries()) {
    const operands = node.rows.flatMap((row) => row.wires.map((wire) => levels[wire] ?? 0));
    const level = Math.max(0, ...operands);
    if (operands.some((operand) => operand !== level)) return "a sum joins values of different layers";
    levels.push(level + 1);
    const isOutput = network.outputs.includes(network.input.count + index);
    const isPlain = node.op === "sum" || node.op === "shift";
    const isNeuron = node.op === "relu" || (isPlain && (bounds[index]?.rows[0]?.low ?? -1n) >= 0n);
    const isScore = node.op === "sum" && network.head === "argmax" && isOutput;
    if (!isNeuron && !isScore) return `it has a node of the kind "${node.op}"`;
    const members = layers[level];
    if (members) members.push(node);
    else layers.push([node]);
  }
  const isLast = network.outputs.every((wire) => levels[wire] === layers.length);
  if (!isLast || layers.at(-1)?.length !== network.outputs.length) return "its outputs are not its last layer";
  const numbers = numbersWithinLevel(levels);
  const dense = layers.map((nodes, index) => {
    const width = index === 0 ? network.input.count : (layers[index - 1]?.length ?? 0);
    return layerOf(network, nodes, numbers, width);
  });
  const wide = dense.findIndex((layer) => !isSmall(layer));
  if (wide >= 0) return `layer ${wide + 1} has weights beyond 8 bits`;
  return {
    name: network.name,
    onnxSha256: network.onnxSha256,
    layout: { ...layout, inputOffset: 0n, outputOffset: 0n },
    ...(network.head === undefined ? {} : { head: network.head }),
    layers: dense,
  };
}

function numbersWithinLevel(levels: readonly number[]): number[] {
  const counts = new Map<number, number>();
  return levels.map((level) => {
    const number = counts.get(level) ?? 0;
    counts.set(level, number + 1);
    return number;
  });
}

function layerOf(
  { kernels }: IntegerNetwork,
  nodes: readonly IntegerNode[],
  numbers: readonly number[],
  width: number,
): IntegerLayer {
  const rows = nodes.flatMap(({ rows: [row] }) => row ?? []);
  return {
    weights: rows.map(({ kernel, wires }) => {
      const dense = new Array<number>(width).fill(0);
      wires.forEach((wire, index) => (dense[numbers[wire] ?? 0] = kernels[kernel]?.[index] ?? 0));
      return dense;
    }),
    bias: rows.map(({ bias }) => bias),
    shifts: nodes.map(({ shift }) => shift),
  };
}

function isSmall({ weights, bias, shifts }: IntegerLayer): boolean {
  const fits = (values: readonly number[], low: number, high: number) => values.every((at) => at >= low && at <= high);
  return weights.every((row) => fits(row, -128, 127)) && fits(bias, -(2 ** 31), 2 ** 31 - 1) && fits(shifts, 0, 30);
}
