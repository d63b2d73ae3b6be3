import Table from "cli-table3";

import type { FloatNetwork } from "../../zkml/ir/float-network.ts";
import type { Accuracy } from "../../zkml/network/accuracy.ts";
import type { CostReport } from "../../zkml/network/cost.ts";
import type { RuntimeComparison } from "../../zkml/onnx/compare-runtime.ts";
import type { IntegerNetwork, NetworkSide } from "../../zkml/network/integer-network.ts";
import type { CompiledTrees } from "./compile-trees.ts";
import type { PackageModel } from "./package-model.ts";

/** A table without lines: names on the left. */
function table(rows: readonly (readonly [string, string])[]): string[] {
  const drawn = new Table({
    chars: {
      top: "",
      "top-mid": "",
      "top-left": "",
      "top-right": "",
      bottom: "",
      "bottom-mid": "",
      "bottom-left": "",
      "bottom-right": "",
      left: "  ",
      "left-mid": "",
      mid: "",
      "mid-mid": "",
      right: "",
      "right-mid": "",
      middle: "  ",
    },
    style: { border: [], head: [], "padding-left": 0, "padding-right": 0 },
  });
  drawn.push(...rows.map((row) => [...row]));
  return drawn
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
}

function counted(kinds: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(", ") || "none: the network is linear";
}

/** What was read from an ONNX file. */
export function floatLines(network: FloatNetwork): string[] {
  const shapeText = (shape: readonly number[]) => `[${shape.join(", ")}]`;
  return [
    ...table([
      ["inputs", network.inputs.map(({ name, shape }) => `${name} ${shapeText(shape)}`).join("; ")],
      ["output", `${network.output.name} ${shapeText(network.output.shape)}${network.argmax ? ", its greatest" : ""}`],
      ["non-linear nodes", counted(network.nodes.map(({ kind }) => kind))],
    ]),
    ...network.notes.map((note) => `  Note: ${note}`),
  ];
}

function sideText({ name, count, bits, decimals, offset }: NetworkSide): string {
  const unit = decimals === 0 ? "whole" : `of ${decimals} decimals`;
  return `${name}: ${count} x ${bits} bits, ${unit}${offset === 0 ? "" : `, offset ${offset}`}`;
}

/** An integer network with its costs. */
export function networkLines(network: IntegerNetwork, cost: CostReport): string[] {
  const { constraints, executor, proof } = cost;
  const parts = `inputs ${constraints.inputs}, nodes ${constraints.nodes + constraints.argmax}, hashes ${constraints.commitments}`;
  const executorText =
    "gas" in executor ? `about ${executor.gas} gas a run, ${executor.bytes} bytes` : `no: ${executor.reason}`;
  return [
    ...table([
      ["inputs", sideText(network.input)],
      [
        "outputs",
        `${sideText(network.output)}${network.head === undefined ? "" : ` (index of ${network.outputs.length})`}`,
      ],
      ["nodes", counted(network.nodes.map(({ op }) => op))],
      ["constraints", `${constraints.total} (${parts})`],
      ["proof", `about ${proof.seconds.toFixed(1)} CPU s; ${proof.gas} gas, ${proof.batchGas} in a batch of 64`],
      ["inside the EVM", executorText],
      ["advice", `${cost.advice}: ${cost.why}`],
    ]),
    ...network.notes.map((note) => `  Note: ${note}`),
  ];
}

/** A model of either kind, as far as all of them have it. */
function modelRows(model: PackageModel): (readonly [string, string])[] {
  const blob = model.executor();
  return [
    ["inputs", sideText(model.input)],
    ["outputs", sideText(model.output)],
    ["inside the EVM", typeof blob === "string" ? `no: ${blob}` : `yes, ${blob.length} bytes`],
  ];
}

/** An integer model of trees. */
export function treeLines({ model, trees, questions }: CompiledTrees): string[] {
  return table([...modelRows(model), ["trees", `${trees} with ${questions} different questions`]]);
}

/** A model in a package. */
export function packageLines(model: PackageModel, constraints: number | undefined): string[] {
  return table([...modelRows(model), ["constraints", constraints === undefined ? "not built" : `${constraints}`]]);
}

/** How the file was understood, in the eyes of ONNX Runtime. */
export function runtimeLines(comparison: RuntimeComparison | string | undefined): string[] {
  if (comparison === undefined) return [];
  if (typeof comparison === "string") return [`  ${comparison}.`];
  const { rows, greatestDifference, agreement } = comparison;
  const parts = [
    ...(greatestDifference === null
      ? []
      : [`differs by at most ${greatestDifference.toPrecision(2)} before quantisation`]),
    ...(agreement === null ? [] : [`same greatest output on ${(100 * agreement).toFixed(2)} % of ${rows} rows`]),
  ];
  return parts.length === 0 ? [] : table([["ONNX Runtime", parts.join("; ")]]);
}

/** How integers compare with floating point. */
export function accuracyLines({ rows, clamped, meanError, greatestError, agreement }: Accuracy): string[] {
  if (rows === 0) return ["  No --calibration rows: accuracy was not measured, and scales are for the worst case."];
  return table([
    ["rows", `${rows}${clamped > 0 ? `, ${clamped} values out of range` : ""}`],
    ...(greatestError > 0
      ? [["error", `mean ${meanError.toPrecision(3)}, greatest ${greatestError.toPrecision(3)}`] as const]
      : []),
    ...(agreement === null ? [] : [["same greatest output", `${(100 * agreement).toFixed(2)} % of the rows`] as const]),
  ]);
}
