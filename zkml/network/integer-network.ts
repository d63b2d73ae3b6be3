/** One weighted sum: Σ kernels[kernel][i] · wires[i] + bias. Rows of one convolution share a kernel. */
export interface IntegerRow {
  readonly kernel: number;
  readonly bias: number;
  readonly wires: readonly number[];
}

/**
 * What a node does with its sums a, b, …; `>>` rounds down:
 * - sum: a;
 * - shift: a >> shift;
 * - relu: max(0, a) >> shift;
 * - clip: min(max(0, a), limit) >> shift;
 * - step: 1 if a ≥ 0, else 0;
 * - product: (a · b + half a unit) >> shift;
 * - max: the greatest sum.
 */
export type IntegerOperation = "sum" | "shift" | "relu" | "clip" | "step" | "product" | "max";

/** One node; it gives one wire. */
export interface IntegerNode {
  readonly op: IntegerOperation;
  readonly rows: readonly IntegerRow[];
  /** 0 for sum, step and max. */
  readonly shift: number;
  /** Of clip only; 0 otherwise. */
  readonly limit: number;
}

/**
 * How one side's values become integers: a value v is v · 10^decimals + offset in [0, 2^bits), rounded. Integers are
 * packed into words; a side of one word is a public signal as it is, and the signal of a longer one is the Poseidon hash
 * of its words and a salt.
 */
export interface NetworkSide {
  readonly name: string;
  readonly count: number;
  readonly bits: number;
  readonly decimals: number;
  readonly offset: number;
}

/**
 * A quantised network of any topology: wires 0 to n − 1 are the input integers, wire n + i is the value of node i, which
 * depends on earlier wires. Golden reference and circuit agree on it bit for bit.
 */
export interface IntegerNetwork {
  readonly name: string;
  /** SHA-256 of the ONNX file that it was made from. */
  readonly onnxSha256: string;
  readonly input: NetworkSide;
  readonly output: NetworkSide;
  readonly kernels: readonly (readonly number[])[];
  readonly nodes: readonly IntegerNode[];
  /** Wires that are the outputs, before the output side's offset is added. */
  readonly outputs: readonly number[];
  /** With "argmax" the one output is the index of the greatest of `outputs`, the lowest of equal ones. */
  readonly head?: "argmax";
  /** What was left out or approximated, in sentences. */
  readonly notes: readonly string[];
}
