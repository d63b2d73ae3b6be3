import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";

import { parseTable } from "../../zkml/data/table.ts";
import type { CompiledModel } from "../../zkml/network/compile-onnx.ts";
import { compileOnnx } from "../../zkml/network/compile-onnx.ts";
import type { Encoding } from "../../zkml/network/input-encoding.ts";
import type { RuntimeComparison } from "../../zkml/onnx/compare-runtime.ts";
import { compareRuntime } from "../../zkml/onnx/compare-runtime.ts";
import { UserError } from "../lib/user-error.ts";
import { compileTrees, isTreeFile } from "./compile-trees.ts";
import type { PackageModel } from "./package-model.ts";
import { networkModel } from "./package-model.ts";
import { accuracyLines, networkLines, runtimeLines, treeLines } from "./words.ts";

/** Larger files are no models for circuits. */
const MAX_FILE_BYTES = 100_000_000;

/** What the command line says about a compilation; numbers are texts still. */
export interface CompileArguments {
  readonly model: string;
  readonly calibration: string | undefined;
  readonly name: string | undefined;
  readonly result: string | undefined;
  readonly argmax: boolean;
  readonly inputBits: string | undefined;
  readonly inputDecimals: string | undefined;
  readonly inputOffset: string | undefined;
  readonly outputDecimals: string | undefined;
  readonly weightBits: string | undefined;
  readonly activationBits: string | undefined;
}

/** The bytes of a file. @throws UserError when there are none to be had */
export function readBytes(path: string): Uint8Array {
  let size: number;
  try {
    size = statSync(path).size;
  } catch (cause) {
    throw new UserError(`${path} cannot be read: give the path of a file.`, { cause });
  }
  if (size > MAX_FILE_BYTES) throw new UserError(`${path} has ${size} bytes, more than ${MAX_FILE_BYTES}.`);
  try {
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    throw new UserError(`${path} cannot be read: give the path of a file.`, { cause });
  }
}

/** Rows of numbers from a CSV file. @throws {DataFileError} naming the line */
export function readRows(path: string, columns: number): number[][] {
  return parseTable(new TextDecoder().decode(readBytes(path)), columns, path);
}

/** A compiled model with what there is to say about it. */
export interface CompiledFile {
  readonly model: PackageModel;
  /** For machines: costs, accuracy and notes, as far as they are known of its kind. */
  readonly report: Readonly<Record<string, unknown>>;
  /** The same for people. */
  readonly lines: readonly string[];
}

/** Compiles a network or trees as the command line says. @throws UserError and the compiler's errors */
export async function compileFile(args: CompileArguments): Promise<CompiledFile> {
  const input: { -readonly [Key in keyof Encoding]?: Encoding[Key] } = {};
  const [bits, decimals, offset] = [
    whole(args.inputBits, "input-bits"),
    whole(args.inputDecimals, "input-decimals"),
    whole(args.inputOffset, "input-offset"),
  ];
  if (bits !== undefined) input.bits = bits;
  if (decimals !== undefined) input.decimals = decimals;
  if (offset !== undefined) input.offset = offset;
  const { calibration, model: path, result, argmax } = args;
  const bytes = readBytes(path);
  const rowsOf = (columns: number) => (calibration === undefined ? [] : readRows(calibration, columns));
  const name = args.name === undefined ? nameFrom(path) : checkName(args.name);
  const outputDecimals = whole(args.outputDecimals, "output-decimals");
  if (isTreeFile(bytes)) {
    refuseForTrees(args);
    const compiled = compileTrees(bytes, path, rowsOf, { name, argmax, input, outputDecimals });
    const { model, ...report } = compiled;
    return { model, report, lines: [...treeLines(compiled), ...accuracyLines(report.accuracy)] };
  }
  const weightBits = whole(args.weightBits, "weight-bits");
  const activationBits = whole(args.activationBits, "activation-bits");
  const options = { name, result, argmax, input, outputDecimals, weightBits, activationBits };
  const compiled = compileOnnx(bytes, path, rowsOf, options);
  const runtime = await checkReading(args, compiled);
  const { network, cost, accuracy } = compiled;
  return {
    model: networkModel(network),
    report: { cost, accuracy, runtime, notes: network.notes },
    lines: [...networkLines(network, cost), ...accuracyLines(accuracy), ...runtimeLines(runtime)],
  };
}

/** What is about layers and several outputs of a graph. */
function refuseForTrees({ result, weightBits, activationBits }: CompileArguments): void {
  const given = Object.entries({ result, "weight-bits": weightBits, "activation-bits": activationBits });
  const [wrong] = given.find(([, value]) => value !== undefined) ?? [];
  if (wrong !== undefined) throw new UserError(`--${wrong} means nothing for trees: leave it out.`);
}

/** Runs the calibration rows in ONNX Runtime as well; undefined without rows. */
async function checkReading(
  { model, calibration }: CompileArguments,
  { float }: CompiledModel,
): Promise<RuntimeComparison | string | undefined> {
  if (calibration === undefined) return undefined;
  return compareRuntime(readBytes(model), float, readRows(calibration, float.inputCount));
}

function nameFrom(path: string): string {
  const name = basename(path)
    .replace(/\.(onnx|json)$/i, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "")
    .slice(0, 60);
  return name === "" ? "model" : name;
}

/** Names are of files, too. */
function checkName(name: string): string {
  if (/^[a-z][a-z0-9-]{0,59}$/.test(name)) return name;
  throw new UserError(
    `--name "${name}" is no name: begin with a small letter, then small letters, digits and hyphens.`,
  );
}

function whole(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new UserError(`--${option} ${text} is no whole number.`);
  return Number(text);
}
