import { z } from "zod";

import { wordCount } from "../codec/packed-words.ts";
import { ModelFileError } from "../errors.ts";
import { analyseNetwork } from "./analyse-network.ts";
import type { IntegerNetwork, IntegerNode } from "./integer-network.ts";

const FORMAT = "opg-integer-network-1";

/** Words of a side that one circuit hashes at most. */
const MAX_WORDS = 1_024;

const integer = z.number().int().safe();
const side = z.object({
  name: z.string().min(1).max(100),
  count: integer.min(1).max(65_536),
  bits: integer.min(1).max(48),
  decimals: integer.min(0).max(18),
  offset: integer.min(0),
});

/** A node as [operation, shift, limit, one [kernel, bias, wires] per sum]. */
const node = z.tuple([
  z.enum(["sum", "shift", "relu", "clip", "step", "product", "max"]),
  integer.min(0).max(62),
  integer.min(0),
  z.array(z.tuple([integer.min(0), integer, z.array(integer.min(0))])).min(1),
]);

const file = z.object({
  format: z.literal(FORMAT),
  name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  onnxSha256: z.string().regex(/^[0-9a-f]{64}$/),
  input: side,
  output: side,
  head: z.literal("argmax").optional(),
  notes: z.array(z.string()),
  outputs: z.array(integer.min(0)).min(1),
  kernels: z.array(z.array(integer)),
  nodes: z.array(node),
});

/** Writes the network as the text of its JSON file: one line for every kernel and node. */
export function formatNetwork(network: IntegerNetwork): string {
  const { kernels, nodes, ...rest } = network;
  const head = JSON.stringify({ format: FORMAT, ...rest }).slice(0, -1);
  const lines = (rows: readonly unknown[]) => rows.map((row) => `\n    ${JSON.stringify(row)}`).join(",");
  const compact = nodes.map(({ op, shift, limit, rows }) => [
    op,
    shift,
    limit,
    rows.map(({ kernel, bias, wires }) => [kernel, bias, wires]),
  ]);
  return `${head},\n  "kernels": [${lines(kernels)}\n  ],\n  "nodes": [${lines(compact)}\n  ]\n}\n`;
}

/**
 * Parses and checks the text of a network file, including the static bounds of every sum.
 *
 * @param text   JSON.
 * @param source Name used in error messages.
 * @throws {ModelFileError} naming what is wrong.
 */
export function parseNetwork(text: string, source: string): IntegerNetwork {
  const fail = (reason: string): never => {
    throw new ModelFileError(`${source}: ${reason}: compile the ONNX file again.`);
  };
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw new ModelFileError(`${source} is not JSON: compile the ONNX file again.`, { cause });
  }
  const parsed = file.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return fail(`${issue?.path.join(".") || "the file"}: ${issue?.message ?? "wrong"}`);
  }
  const { name, onnxSha256, input, output, notes, outputs, kernels, head, nodes } = parsed.data;
  const network: IntegerNetwork = {
    name,
    onnxSha256,
    input,
    output,
    notes,
    outputs,
    kernels,
    ...(head === undefined ? {} : { head }),
    nodes: nodes.map(([op, shift, limit, rows]) => ({
      op,
      shift,
      limit,
      rows: rows.map(([kernel, bias, wires]) => ({ kernel, bias, wires })),
    })),
  };
  const wrong = misfit(network);
  if (wrong !== undefined) fail(wrong);
  analyseNetwork(network);
  return network;
}

/** What does not fit together, or undefined. */
function misfit(network: IntegerNetwork): string | undefined {
  const { input, output, kernels, nodes, outputs, head } = network;
  const tooLong = [input, output].find((packed) => wordCount(packed) > MAX_WORDS);
  if (tooLong !== undefined) return `"${tooLong.name}" is too long`;
  const wires = input.count + nodes.length;
  if (outputs.some((wire) => wire < input.count || wire >= wires)) return "an output is no node";
  const isIndex = head === "argmax";
  if (isIndex && (outputs.length < 2 || outputs.length > 2 ** output.bits)) return "the index does not fit its bits";
  if (isIndex ? output.count !== 1 || output.offset !== 0 : output.count !== outputs.length) {
    return "the outputs are not as many as declared";
  }
  const at = nodes.findIndex((entry, index) => nodeMisfit(entry, kernels, input.count + index) !== undefined);
  const bad = nodes[at];
  return bad && `node ${at} ${nodeMisfit(bad, kernels, input.count + at)}`;
}

const SUMS: Readonly<Partial<Record<IntegerNode["op"], number>>> = { product: 2 };
const UNSHIFTED: readonly IntegerNode["op"][] = ["sum", "step", "max"];

function nodeMisfit(node: IntegerNode, kernels: IntegerNetwork["kernels"], wire: number): string | undefined {
  const { op, rows, shift, limit } = node;
  if (op === "max" ? rows.length < 2 : rows.length !== (SUMS[op] ?? 1)) return "has a wrong number of sums";
  if (UNSHIFTED.includes(op) && shift !== 0) return "has a shift";
  if (op === "shift" && shift === 0) return "has no shift";
  if (op === "clip" ? limit === 0 : limit !== 0) return "has a wrong limit";
  for (const row of rows) {
    if (kernels[row.kernel]?.length !== row.wires.length) return "has a kernel of another length";
    if (row.wires.some((operand) => operand >= wire)) return "depends on a later wire";
  }
  return undefined;
}
