import { wordCount } from "../codec/packed-words.ts";
import { analyseNetwork } from "../network/analyse-network.ts";
import type { NodeBounds } from "../network/analyse-network.ts";
import type { IntegerNetwork, IntegerNode, NetworkSide } from "../network/integer-network.ts";
import { clipWidth, commonWidth, productWidth, widthFor } from "./generate-network.ts";
import { hashChainConstraints } from "./poseidon.ts";

/** R1CS constraints of a network's circuit, part by part; the compiler's count equals their sum. */
export interface ConstraintCount {
  /** One per bit of the inputs. */
  readonly inputs: number;
  /** Poseidon, where a side takes several words. */
  readonly commitments: number;
  readonly nodes: number;
  readonly argmax: number;
  /** The call's binding. */
  readonly binding: number;
  readonly total: number;
}

/** Counts the constraints without compiling. @throws {ModelFileError} when the network leaves its bounds */
export function countConstraints(network: IntegerNetwork): ConstraintCount {
  const bounds = analyseNetwork(network);
  const { input, output, outputs } = network;
  const inputs = input.count * input.bits;
  const commitments = commitmentConstraints(input) + commitmentConstraints(output);
  const nodes = network.nodes.reduce((sum, node, index) => sum + nodeConstraints(node, bounds[index]), 0);
  const width = commonWidth(outputs.flatMap((wire) => bounds[wire - input.count]?.value ?? []));
  const argmax = network.head === "argmax" ? (outputs.length - 1) * (width + 3) - 2 : 0;
  return { inputs, commitments, nodes, argmax, binding: 1, total: inputs + commitments + nodes + argmax + 1 };
}

/** The hash chain of a side's words and the salt. */
function commitmentConstraints(side: NetworkSide): number {
  const words = wordCount(side);
  return words > 1 ? hashChainConstraints(words + 1) : 0;
}

function nodeConstraints(node: IntegerNode, bounds: NodeBounds | undefined): number {
  const rows = bounds?.rows ?? [];
  const width = widthFor(rows[0], node.shift + 2);
  switch (node.op) {
    case "sum":
      return 0;
    case "shift":
      return width;
    case "relu":
      return width + 1;
    case "clip":
      return width + 1 + clipWidth(node, rows[0]) + 1;
    case "step":
      return widthFor(rows[0], 1);
    case "product":
      return 1 + (node.shift === 0 ? 0 : productWidth(node, rows));
    case "max":
      return (rows.length - 1) * (commonWidth(rows) + 2);
  }
}
