import { createHash } from "node:crypto";

import { ModelFileError } from "../errors.ts";
import type { FloatNetwork } from "../ir/float-network.ts";
import { importOnnx } from "../onnx/import.ts";
import type { Accuracy } from "./accuracy.ts";
import { accuracyOf } from "./accuracy.ts";
import type { CostReport } from "./cost.ts";
import { costOf } from "./cost.ts";
import type { Encoding } from "./input-encoding.ts";
import { inputEncoding } from "./input-encoding.ts";
import type { IntegerNetwork } from "./integer-network.ts";
import { quantiseNetwork } from "./quantise-network.ts";

/** What a publisher can choose; everything has a default. */
export interface CompileOptions {
  readonly name: string;
  /** Which of several outputs. */
  readonly result?: string | undefined;
  /** Makes the index of the greatest output the answer. */
  readonly argmax?: boolean;
  readonly input?: Partial<Encoding>;
  /** 3 by default, 0 for outputs that are whole numbers. */
  readonly outputDecimals?: number | undefined;
  /** 8 by default. */
  readonly weightBits?: number | undefined;
  /** 12 by default. */
  readonly activationBits?: number | undefined;
}

/** A network with what there is to know about it. */
export interface CompiledModel {
  readonly float: FloatNetwork;
  readonly network: IntegerNetwork;
  readonly cost: CostReport;
  readonly accuracy: Accuracy;
}

/** Calibration by more rows changes no scale any more, and takes its time. */
const CALIBRATION_ROWS = 200;

/**
 * From an ONNX file to an integer network with its accuracy and costs. Pure: nothing is written.
 *
 * @param bytes  The file.
 * @param source Name used in error messages.
 * @param rowsOf Reads the calibration rows once their length is known; an empty list is allowed.
 * @throws {ModelFileError} when the file or an option cannot be used; the message says why.
 */
export function compileOnnx(
  bytes: Uint8Array,
  source: string,
  rowsOf: (columns: number) => readonly (readonly number[])[],
  options: CompileOptions,
): CompiledModel {
  const { weightBits = 8, activationBits = 12 } = options;
  checkRange("weight bits", weightBits, 4, 16);
  checkRange("activation bits", activationBits, 4, 20);
  const read = importOnnx(bytes, source, options.result);
  if (options.argmax === true && read.output.elements.length < 2) {
    throw new ModelFileError(`${source} has one output only: there is no greatest to choose.`);
  }
  const float: FloatNetwork = { ...read, argmax: read.argmax || options.argmax === true };
  const rows = rowsOf(float.inputCount);
  const input = inputEncoding(rows, options.input);
  checkRange("input bits", input.bits, 1, 24);
  checkRange("input decimals", input.decimals, 0, 9);
  checkRange("input offset", input.offset, 0, 2 ** input.bits - 1);
  const outputDecimals = options.outputDecimals ?? (float.output.integral ? 0 : 3);
  checkRange("output decimals", outputDecimals, 0, 9);
  const network = quantiseNetwork(float, {
    name: options.name,
    onnxSha256: createHash("sha256").update(bytes).digest("hex"),
    input,
    outputDecimals,
    weightBits,
    activationBits,
    calibration: rows.slice(0, CALIBRATION_ROWS),
  });
  return { float, network, cost: costOf(network), accuracy: accuracyOf(float, network, rows) };
}

function checkRange(what: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new ModelFileError(`There cannot be ${value} ${what}: give a whole number from ${low} to ${high}.`);
  }
}
