import { SignalError, TensorShapeError } from "../errors.ts";
import { halfUnit } from "./analyse-network.ts";
import type { IntegerNetwork, IntegerNode } from "./integer-network.ts";

/**
 * The golden reference: runs the integer network exactly.
 *
 * @param network A checked network.
 * @param inputs  Unsigned integers below 2^bits of the input side.
 * @returns Unsigned integers below 2^bits of the output side.
 * @throws {TensorShapeError} when the number of inputs is wrong.
 * @throws {SignalError} when an input is out of range.
 */
export function evaluateNetwork(network: IntegerNetwork, inputs: readonly bigint[]): bigint[] {
  const wires = traceNetwork(network, inputs);
  const values = network.outputs.map((wire) => wires[wire] ?? 0n);
  if (network.head !== "argmax") return values.map((value) => value + BigInt(network.output.offset));
  return [BigInt(values.reduce((best, value, index) => (value > (values[best] ?? 0n) ? index : best), 0))];
}

/** The value of every wire; errors as in {@link evaluateNetwork}. */
export function traceNetwork(network: IntegerNetwork, inputs: readonly bigint[]): bigint[] {
  const { input } = network;
  if (inputs.length !== input.count) {
    throw new TensorShapeError(`"${input.name}" has ${input.count} values but ${inputs.length} were given.`);
  }
  const outside = inputs.findIndex((value) => value < 0n || value >> BigInt(input.bits) !== 0n);
  if (outside >= 0) {
    throw new SignalError(
      `Value ${outside} of "${input.name}" is ${inputs[outside]}: it must be in [0, 2^${input.bits}).`,
    );
  }
  const wires = [...inputs];
  const kernels = network.kernels.map((kernel) => kernel.map(BigInt));
  for (const node of network.nodes) wires.push(nodeValue(kernels, node, wires));
  return wires;
}

function nodeValue(kernels: readonly (readonly bigint[])[], node: IntegerNode, wires: readonly bigint[]): bigint {
  const sums = node.rows.map(({ kernel, bias, wires: operands }) => {
    const weights = kernels[kernel] ?? [];
    return operands.reduce((sum, wire, index) => sum + (weights[index] ?? 0n) * (wires[wire] ?? 0n), BigInt(bias));
  });
  const [sum = 0n, second = 0n] = sums;
  const shift = BigInt(node.shift);
  const limit = BigInt(node.limit);
  switch (node.op) {
    case "sum":
      return sum;
    case "shift":
      return sum >> shift;
    case "relu":
      return sum > 0n ? sum >> shift : 0n;
    case "clip":
      return (sum < 0n ? 0n : sum > limit ? limit : sum) >> shift;
    case "step":
      return sum >= 0n ? 1n : 0n;
    case "product":
      return (sum * second + halfUnit(node.shift)) >> shift;
    case "max":
      return sums.reduce((most, candidate) => (candidate > most ? candidate : most), sum);
  }
}
