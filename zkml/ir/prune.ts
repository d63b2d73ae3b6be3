import type { Expression } from "./expression.ts";
import type { FloatNetwork, FloatNode } from "./float-network.ts";

/** The network without the nodes on which the output does not depend. */
export function prune(network: FloatNetwork): FloatNetwork {
  const { inputCount, nodes, output } = network;
  const used = new Uint8Array(inputCount + nodes.length);
  const use = ({ wires }: Expression) => wires.forEach((wire) => (used[wire] = 1));
  output.elements.forEach(use);
  nodes.toReversed().forEach((node, index) => {
    if (used[inputCount + nodes.length - 1 - index] === 1) node.operands.forEach(use);
  });
  if (nodes.every((_, index) => used[inputCount + index] === 1)) return network;
  const numbers = new Int32Array(used.length);
  let next = 0;
  used.forEach((isUsed, wire) => {
    numbers[wire] = next;
    if (isUsed === 1 || wire < inputCount) next += 1;
  });
  const renumber = (expression: Expression): Expression => ({
    ...expression,
    wires: expression.wires.map((wire) => numbers[wire] ?? 0),
  });
  return {
    ...network,
    nodes: nodes.filter((_, index) => used[inputCount + index] === 1).map((node) => withOperands(node, renumber)),
    output: { ...output, elements: output.elements.map(renumber) },
  };
}

function withOperands(node: FloatNode, change: (operand: Expression) => Expression): FloatNode {
  switch (node.kind) {
    case "product":
      return { ...node, operands: [change(node.operands[0]), change(node.operands[1])] };
    case "max":
      return { ...node, operands: node.operands.map(change) };
    default:
      return { ...node, operands: [change(node.operands[0])] };
  }
}
