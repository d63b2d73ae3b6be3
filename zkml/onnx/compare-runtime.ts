import * as ort from "onnxruntime-web";

import type { FloatNetwork } from "../ir/float-network.ts";
import { traceFloat } from "../ir/float-network.ts";
import { sizeOf } from "../ir/shape.ts";

/** How the network that was read compares with what ONNX Runtime makes of the file, both in floating point. */
export interface RuntimeComparison {
  readonly rows: number;
  /** Of an output; null where an ending was left out or the answer is an index. */
  readonly greatestDifference: number | null;
  /** Part of the rows with the same greatest output; null for one output. */
  readonly agreement: number | null;
}

/** More rows say no more about whether the file was understood. */
const MAX_ROWS = 50;

/**
 * Runs the file in ONNX Runtime (WebAssembly, one thread) on rows of input values.
 *
 * @returns The comparison, or the reason why there is none: the runtime has not every operator and type either.
 */
export async function compareRuntime(
  bytes: Uint8Array,
  network: FloatNetwork,
  rows: readonly (readonly number[])[],
): Promise<RuntimeComparison | string> {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "error";
  try {
    const session = await ort.InferenceSession.create(bytes, { executionProviders: ["wasm"] });
    try {
      const outputs: (readonly number[])[] = [];
      const some = rows.slice(0, MAX_ROWS);
      for (const row of some) outputs.push(await runRow(session, network, row));
      return compared(network, some, outputs);
    } finally {
      await session.release();
    }
  } catch (error) {
    return `ONNX Runtime did not run it: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`;
  }
}

async function runRow(
  session: ort.InferenceSession,
  network: FloatNetwork,
  row: readonly number[],
): Promise<readonly number[]> {
  let first = 0;
  const feeds: Record<string, ort.Tensor> = {};
  for (const { name, shape } of network.inputs) {
    const values = row.slice(first, first + sizeOf(shape));
    first += values.length;
    const declared = session.inputMetadata.find((input) => input.name === name);
    feeds[name] = tensorOf(declared?.isTensor === true ? declared.type : "float32", values, shape);
  }
  const results = await session.run(feeds, [network.output.name]);
  const data = results[network.output.name]?.data;
  if (data === undefined || Array.isArray(data)) throw new Error("its output is no tensor of numbers");
  return Array.from(data, Number);
}

function tensorOf(type: string, values: readonly number[], shape: readonly number[]): ort.Tensor {
  switch (type) {
    case "int64":
      return new ort.Tensor(
        "int64",
        BigInt64Array.from(values, (value) => BigInt(Math.round(value))),
        shape,
      );
    case "int32":
      return new ort.Tensor("int32", Int32Array.from(values, Math.round), shape);
    case "bool":
      return new ort.Tensor(
        "bool",
        Uint8Array.from(values, (value) => (value === 0 ? 0 : 1)),
        shape,
      );
    case "float32":
      return new ort.Tensor("float32", Float32Array.from(values), shape);
    default:
      throw new Error(`an input is of the type ${type}`);
  }
}

function compared(
  network: FloatNetwork,
  rows: readonly (readonly number[])[],
  outputs: readonly (readonly number[])[],
): RuntimeComparison {
  const count = network.output.elements.length;
  let [greatest, agreeing, isComparable] = [0, 0, network.ending === undefined];
  rows.forEach((row, index) => {
    const own = traceFloat(network, row).outputs;
    const given = outputs[index] ?? [];
    const isIndex = given.length === 1 && count > 1;
    if ((isIndex ? given[0] : indexOfGreatest(given)) === indexOfGreatest(own)) agreeing += 1;
    isComparable &&= given.length === count;
    own.forEach((value, at) => (greatest = Math.max(greatest, Math.abs(value - (given[at] ?? value)))));
  });
  return {
    rows: rows.length,
    greatestDifference: isComparable ? greatest : null,
    agreement: count > 1 && rows.length > 0 ? agreeing / rows.length : null,
  };
}

function indexOfGreatest(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > (values[best] ?? -Infinity) ? index : best), 0);
}
