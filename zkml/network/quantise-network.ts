import { ModelFileError } from "../errors.ts";
import type { Expression } from "../ir/expression.ts";
import type { FloatNetwork, FloatNode } from "../ir/float-network.ts";
import { traceFloat } from "../ir/float-network.ts";
import type { Interval, NodeBounds } from "./analyse-network.ts";
import { analyseNetwork, COMPARED_BITS, nodeBounds, signedWidth, widthRefusal } from "./analyse-network.ts";
import type { IntegerNetwork, IntegerNode, IntegerOperation, IntegerRow, NetworkSide } from "./integer-network.ts";
import { decodeRow, encodeRow } from "./encode.ts";

/** What quantisation takes besides the float network. */
export interface QuantiseNetworkOptions {
  readonly name: string;
  readonly onnxSha256: string;
  readonly input: Omit<NetworkSide, "name" | "count">;
  /** Decimals of the outputs; without effect when the answer is an index. */
  readonly outputDecimals: number;
  /** Magnitudes of weights are below 2^(weightBits − 1). */
  readonly weightBits: number;
  /** Values between layers are brought to about so many bits. */
  readonly activationBits: number;
  /** Rows of input values, in natural units; scales are chosen for them, bounds never depend on them. */
  readonly calibration: readonly (readonly number[])[];
}

/** What is known of a wire of the float network. */
type WireState =
  | { readonly kind: "constant"; readonly value: number }
  /** The wire's value is (integer − offset) / gain. */
  | {
      readonly kind: "integer";
      readonly wire: number;
      readonly gain: number;
      readonly offset: number;
      /** The operator behind it, "" for inputs. */
      readonly source: string;
    };

/** An expression over integers: real value = Σ ratio · (integer − offset) + constant. */
interface Row {
  readonly wires: readonly number[];
  readonly ratios: readonly number[];
  readonly offsets: readonly number[];
  readonly sources: readonly string[];
  readonly constant: number;
}

/** Numbers this close to a whole one are taken for it: weights come in single precision. */
const SNAP = 1e-6;

/** Sums of outputs keep more bits than other weights have: they are not stored anywhere but in the circuit. */
const EXTRA_OUTPUT_BITS = 6;

/** A quantisation under way. */
interface Draft {
  readonly network: FloatNetwork;
  readonly options: QuantiseNetworkOptions;
  /** By wire of the float network. */
  readonly states: (WireState | undefined)[];
  /** Greatest magnitude of every float wire over the calibration rows; empty without them. */
  readonly peaks: Float64Array | undefined;
  readonly nodes: IntegerNode[];
  /** By wire of the integer network. */
  readonly bounds: Interval[];
  readonly kernels: number[][];
  readonly kernelNumbers: Map<string, number>;
}

/**
 * Turns a float network into an integer network. Every group of nodes (one operator, one channel) has a scale that makes
 * its weights fill their width, or one that makes them exact where that is possible, and a shift that brings its values
 * to `activationBits`. relu(s·a) = s·relu(a), so later weights take the scales back and only powers of two are dropped.
 * Widths come from interval analysis over every admissible input.
 *
 * @throws {ModelFileError} when no scale keeps a node or an output within its bounds.
 */
export function quantiseNetwork(network: FloatNetwork, options: QuantiseNetworkOptions): IntegerNetwork {
  const draft = startDraft(network, options);
  const groups = new Map<number, number[]>();
  network.nodes.forEach(({ group }, index) => {
    const members = groups.get(group);
    if (members) members.push(index);
    else groups.set(group, [index]);
  });
  network.nodes.forEach(({ group, kind }, index) => {
    if (draft.states[network.inputCount + index] !== undefined) return;
    const batch = (groups.get(group) ?? []).filter((member) => isReady(draft, member, kind));
    quantiseBatch(draft, batch, kind);
  });
  return finish(draft);
}

function startDraft(network: FloatNetwork, options: QuantiseNetworkOptions): Draft {
  const { bits, decimals, offset } = options.input;
  const side: NetworkSide = { ...options.input, name: "inputs", count: network.inputCount };
  let peaks: Float64Array | undefined;
  for (const row of options.calibration) {
    const { wires } = traceFloat(network, decodeRow(side, encodeRow(side, row).integers));
    const known: Float64Array = (peaks ??= new Float64Array(wires.length));
    wires.forEach((value, wire) => (known[wire] = Math.max(known[wire] ?? 0, Math.abs(value))));
  }
  const inputs = Array.from({ length: network.inputCount }, (_, wire) => wire);
  return {
    network,
    options,
    states: inputs.map((wire) => ({ kind: "integer", wire, gain: 10 ** decimals, offset, source: "" })),
    peaks,
    nodes: [],
    bounds: inputs.map(() => ({ low: 0n, high: (1n << BigInt(bits)) - 1n })),
    kernels: [],
    kernelNumbers: new Map(),
  };
}

/** Whether a node of this kind waits and everything it depends on is done. */
function isReady({ network, states }: Draft, index: number, kind: FloatNode["kind"]): boolean {
  const node = network.nodes[index];
  if (node?.kind !== kind || states[network.inputCount + index] !== undefined) return false;
  return node.operands.every(({ wires }) => wires.every((wire) => states[wire] !== undefined));
}

function rowOf({ states }: Draft, { wires, factors, constant }: Expression): Row {
  const row = { wires: [] as number[], ratios: [] as number[], offsets: [] as number[], sources: [] as string[] };
  let known = constant;
  wires.forEach((wire, index) => {
    const state = states[wire];
    const factor = factors[index] ?? 0;
    if (state?.kind === "constant") known += factor * state.value;
    if (state?.kind !== "integer") return;
    row.wires.push(state.wire);
    row.ratios.push(factor / state.gain);
    row.offsets.push(state.offset);
    row.sources.push(state.source);
  });
  return { ...row, constant: known };
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) <= SNAP * Math.max(1, Math.abs(value));
}

/** The scale for rows: the smallest that makes all weights whole if there is one, else one that fills their width. */
function scaleFor(rows: readonly Row[], weightMax: number, isThreshold: boolean): number {
  const magnitudes = rows.flatMap(({ ratios }) => ratios.map(Math.abs)).filter((ratio) => ratio > 0);
  if (magnitudes.length === 0) return 1;
  const largest = magnitudes.reduce((most, ratio) => Math.max(most, ratio));
  const smallest = magnitudes.reduce((least, ratio) => Math.min(least, ratio));
  const isExact = largest / smallest <= weightMax && magnitudes.every((ratio) => isWhole(ratio / smallest));
  if (!isExact) return weightMax / Math.max(finestSource(rows), largest / MAX_IMBALANCE);
  let scale = 1 / smallest;
  if (isThreshold || rows.every(({ constant }) => isWhole(constant * scale))) return scale;
  // Larger weights say no more, but a finer unit rounds the constants less.
  while (largest * scale * 2 <= weightMax) scale *= 2;
  return scale;
}

/** How much larger than others weights may be where a sum joins values of different scales. */
const MAX_IMBALANCE = 16;

/** The largest weight of the operator whose weights are smallest: its values, too, shall keep all bits of precision. */
function finestSource(rows: readonly Row[]): number {
  const largest = new Map<string, number>();
  for (const { ratios, sources } of rows) {
    ratios.forEach((ratio, index) => {
      const source = sources[index] ?? "";
      largest.set(source, Math.max(largest.get(source) ?? 0, Math.abs(ratio)));
    });
  }
  return Math.min(...[...largest.values()].filter((ratio) => ratio > 0));
}

/** How a constant becomes part of a bias. */
type Rounding = (value: number) => number;

const nearest: Rounding = Math.round;
const atLeastZero: Rounding = (value) => (isWhole(value) ? Math.round(value) : Math.floor(value));
const aboveZero: Rounding = (value) => (isWhole(value) ? Math.round(value) : Math.ceil(value)) - 1;

function integerRow(draft: Draft, row: Row, scale: number, rounding: Rounding, added = 0): IntegerRow {
  const weights: number[] = [];
  const wires: number[] = [];
  let offsets = 0;
  row.ratios.forEach((ratio, index) => {
    const weight = Math.round(ratio * scale);
    if (weight === 0) return;
    weights.push(weight);
    wires.push(row.wires[index] ?? 0);
    offsets += weight * (row.offsets[index] ?? 0);
  });
  return { kernel: kernelNumber(draft, weights), bias: rounding(row.constant * scale) - offsets + added, wires };
}

function kernelNumber({ kernels, kernelNumbers }: Draft, weights: number[]): number {
  const key = weights.join();
  const known = kernelNumbers.get(key);
  if (known !== undefined) return known;
  kernelNumbers.set(key, kernels.length);
  return kernels.push(weights) - 1;
}

/** A node of a batch in integers, before it is added. */
interface Candidate {
  readonly node: IntegerNode;
  readonly bounds: NodeBounds;
}

function candidate(draft: Draft, op: IntegerOperation, rows: readonly IntegerRow[], shift = 0, limit = 0): Candidate {
  const node: IntegerNode = { op, rows, shift, limit };
  return { node, bounds: nodeBounds(draft.kernels, node, draft.bounds) };
}

/** Quantises nodes of one kind and group with one scale, smaller and smaller until every sum fits its width. */
function quantiseBatch(draft: Draft, batch: readonly number[], kind: FloatNode["kind"]): void {
  const { network, options } = draft;
  const nodes = batch.flatMap((index) => network.nodes[index] ?? []);
  const rows = nodes.map(({ operands }) => operands.map((operand) => rowOf(draft, operand)));
  const weightMax = 2 ** (options.weightBits - 1) - 1;
  const sides = kind === "product" ? [0, 1].map((side) => rows.flatMap((pair) => pair[side] ?? [])) : [rows.flat()];
  const scales = sides.map((side) => scaleFor(side, weightMax, kind === "step"));
  const peak = batch.reduce((most, index) => Math.max(most, draft.peaks?.[network.inputCount + index] ?? 0), 0);
  for (let shrink = 1; ; shrink /= 2) {
    const [scale = 1, second = scale] = scales.map((full) => full * shrink);
    const gain = kind === "product" ? scale * second : kind === "step" ? 1 : scale;
    const build = (shift: number) =>
      nodes.map((node, index) => candidateOf(draft, node, rows[index] ?? [], [scale, second], shift));
    const plain = build(0);
    const shift = shiftFor(draft, kind, plain, peak * gain);
    const made = shift === 0 ? plain : build(shift);
    const refusal = made.map(({ node, bounds }) => widthRefusal(node, bounds)).find((reason) => reason !== undefined);
    if (refusal !== undefined) {
      if (shrink * weightMax * MAX_IMBALANCE < 2) {
        throw new ModelFileError(`${nodes[0]?.label ?? kind} ${refusal}: use fewer bits for inputs or activations.`);
      }
      continue;
    }
    made.forEach((one, index) => {
      place(draft, network.inputCount + (batch[index] ?? 0), one, gain / 2 ** shift);
    });
    return;
  }
}

function candidateOf(
  draft: Draft,
  node: FloatNode,
  rows: readonly Row[],
  [scale, second]: readonly [number, number],
  shift: number,
): Candidate {
  const half = shift > 0 ? 2 ** (shift - 1) : 0;
  const [row = { wires: [], ratios: [], offsets: [], sources: [], constant: 0 }] = rows;
  switch (node.kind) {
    case "relu":
      return rectified(candidate(draft, "relu", [integerRow(draft, row, scale, nearest, half)], shift));
    case "round":
      return simplified(candidate(draft, "shift", [integerRow(draft, row, scale, nearest, half)], shift));
    case "clip": {
      const limit = Math.round(node.limit * scale) + half;
      return rectified(candidate(draft, "clip", [integerRow(draft, row, scale, nearest, half)], shift, limit));
    }
    case "step":
      return candidate(draft, "step", [integerRow(draft, row, scale, node.strict ? aboveZero : atLeastZero)]);
    case "product": {
      const [, other = row] = rows;
      const pair = [integerRow(draft, row, scale, nearest), integerRow(draft, other, second, nearest)];
      return candidate(draft, "product", pair, shift);
    }
    case "max":
      return candidate(
        draft,
        "max",
        rows.map((operand) => integerRow(draft, operand, scale, nearest)),
      );
  }
}

/** A clip that cannot reach its limit is a relu, and a relu of what is never negative a shift. */
function rectified({ node, bounds }: Candidate): Candidate {
  const [{ low, high } = { low: 0n, high: 0n }] = bounds.rows;
  if (node.op === "clip" && high > BigInt(node.limit)) return { node, bounds };
  const relu: IntegerNode = { ...node, op: "relu", limit: 0 };
  return low < 0n ? { node: relu, bounds } : simplified({ node: { ...relu, op: "shift" }, bounds });
}

function simplified({ node, bounds }: Candidate): Candidate {
  return node.shift === 0 ? { node: { ...node, op: "sum" }, bounds } : { node, bounds };
}

/** How far values are shifted to have about `activationBits`: by the calibration rows, or else by the bounds. */
function shiftFor({ options }: Draft, kind: FloatNode["kind"], batch: readonly Candidate[], peak: number): number {
  if (kind === "step" || kind === "max") return 0;
  const widest = batch.reduce((most, { bounds: { value } }) => {
    const magnitude = -value.low > value.high ? -value.low : value.high;
    return magnitude > most ? magnitude : most;
  }, 0n);
  // A product costs nothing until it is shifted, and squares of small sums stay small enough.
  const room = kind === "product" ? options.activationBits + 8 : options.activationBits;
  if (widest < 1n << BigInt(room)) return 0;
  const reach = peak > 0 ? Math.min(peak, Number(widest)) : Number(widest);
  let shift = 0;
  while (reach / 2 ** shift >= 2 ** options.activationBits) shift += 1;
  return shift;
}

/** Adds a node, or notes that its wire is a constant. */
function place(draft: Draft, wire: number, { node, bounds }: Candidate, gain: number): void {
  const source = draft.network.nodes[wire - draft.network.inputCount]?.label ?? "";
  const { low, high } = bounds.value;
  if (low === high) {
    draft.states[wire] = { kind: "constant", value: Number(low) / gain };
    return;
  }
  draft.states[wire] = { kind: "integer", wire: draft.bounds.length, gain, offset: 0, source };
  draft.nodes.push(node);
  draft.bounds.push(bounds.value);
}

function finish(draft: Draft): IntegerNetwork {
  const { network, options } = draft;
  const rows = network.output.elements.map((element) => rowOf(draft, element));
  const { scale, shift } = network.argmax ? { scale: argmaxScale(draft, rows), shift: 0 } : outputScale(draft, rows);
  const outputs = rows.map((row) => {
    const made = outputCandidate(draft, row, scale, shift);
    draft.nodes.push(made.node);
    return draft.bounds.push(made.bounds.value) - 1;
  });
  const named = network.inputs.length === 1 ? network.inputs[0]?.name : undefined;
  const result: IntegerNetwork = {
    name: options.name,
    onnxSha256: options.onnxSha256,
    input: { name: named ?? "inputs", count: network.inputCount, ...options.input },
    output: outputSide(draft, outputs),
    kernels: draft.kernels,
    nodes: draft.nodes,
    outputs,
    ...(network.argmax ? { head: "argmax" as const } : {}),
    notes: network.notes,
  };
  const live = withoutIdleNodes(result);
  analyseNetwork(live);
  return live;
}

function outputCandidate(draft: Draft, row: Row, scale: number, shift: number): Candidate {
  const half = shift > 0 ? 2 ** (shift - 1) : 0;
  return simplified(candidate(draft, "shift", [integerRow(draft, row, scale, nearest, half)], shift));
}

/** Whether every output fits a compared sum at this scale. */
function fits(draft: Draft, rows: readonly Row[], scale: number, shift: number): boolean {
  return rows.every((row) => {
    const { bounds } = outputCandidate(draft, row, scale, shift);
    const [{ low, high } = { low: 0n, high: 0n }] = bounds.rows;
    return signedWidth(low, high) <= COMPARED_BITS;
  });
}

function argmaxScale(draft: Draft, rows: readonly Row[]): number {
  let scale = scaleFor(rows, 2 ** (draft.options.weightBits - 1) - 1, false);
  for (let attempt = 0; attempt < draft.options.weightBits; attempt += 1) {
    if (fits(draft, rows, scale, 0)) return scale;
    scale /= 2;
  }
  throw new ModelFileError(
    `The scores need more than ${COMPARED_BITS} bits: use fewer bits for inputs or activations.`,
  );
}

/** The unit of the outputs is 10^−outputDecimals; a shift makes room for finer weights. */
function outputScale({ options, ...draft }: Draft, rows: readonly Row[]): { scale: number; shift: number } {
  const unit = 10 ** options.outputDecimals;
  const isExact = rows.every(
    ({ ratios, constant }) => isWhole(constant * unit) && ratios.every((ratio) => isWhole(ratio * unit)),
  );
  const largest = isExact ? 0 : finestSource(rows);
  const weightMax = 2 ** (options.weightBits + EXTRA_OUTPUT_BITS - 1) - 1;
  let shift = 0;
  while (!isExact && largest > 0 && largest * unit * 2 ** (shift + 1) <= weightMax) shift += 1;
  for (; shift >= 0; shift -= 1) {
    const scale = unit * 2 ** shift;
    if (fits({ options, ...draft }, rows, scale, shift)) return { scale, shift };
  }
  throw new ModelFileError(
    `Outputs with ${options.outputDecimals} decimals need more than ${COMPARED_BITS} bits: use fewer decimals.`,
  );
}

function outputSide({ network, options, bounds }: Draft, outputs: readonly number[]): NetworkSide {
  const name = network.output.name;
  if (network.argmax) {
    return { name, count: 1, bits: Math.ceil(Math.log2(outputs.length)), decimals: 0, offset: 0 };
  }
  const intervals = outputs.map((wire) => bounds[wire] ?? { low: 0n, high: 0n });
  const low = intervals.reduce((least, interval) => (interval.low < least ? interval.low : least), 0n);
  const high = intervals.reduce((most, interval) => (interval.high > most ? interval.high : most), 0n);
  const width = Math.max(2, signedWidth(low, high));
  const [bits, offset] = low < 0n ? [width, 2 ** (width - 1)] : [width - 1, 0];
  return { name, count: outputs.length, bits, decimals: options.outputDecimals, offset };
}

/** The network without nodes on which no output depends any more: rounding made their weights zero. */
function withoutIdleNodes(network: IntegerNetwork): IntegerNetwork {
  const { nodes } = network;
  const inputs = network.input.count;
  const used = new Uint8Array(inputs + nodes.length).fill(1, 0, inputs);
  for (const wire of network.outputs) used[wire] = 1;
  nodes.toReversed().forEach((node, index) => {
    if (used[inputs + nodes.length - 1 - index] !== 1) return;
    for (const row of node.rows) for (const wire of row.wires) used[wire] = 1;
  });
  const numbers: number[] = [];
  let next = 0;
  used.forEach((isUsed) => numbers.push(isUsed === 1 ? next++ : -1));
  const kernels: (readonly number[])[] = [];
  const kernelNumbers = new Map<number, number>();
  const renumber = (row: IntegerRow): IntegerRow => {
    const kernel = kernelNumbers.get(row.kernel) ?? kernels.push(network.kernels[row.kernel] ?? []) - 1;
    kernelNumbers.set(row.kernel, kernel);
    return { ...row, kernel, wires: row.wires.map((wire) => numbers[wire] ?? 0) };
  };
  const kept = nodes.filter((_, index) => used[inputs + index] === 1);
  return {
    ...network,
    nodes: kept.map((node) => ({ ...node, rows: node.rows.map(renumber) })),
    kernels,
    outputs: network.outputs.map((wire) => numbers[wire] ?? 0),
  };
}
