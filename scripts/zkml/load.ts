import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";

import { parseTable } from "../../zkml/data/table.ts";
import type { CompiledModel } from "../../zkml/network/compile-onnx.ts";
import { compileOnnx } from "../../zkml/network/compile-onnx.ts";
import type { Encoding } from "../../zkml/network/input-encoding.ts";
import type { RuntimeComparison } from "../../zkml/onnx/compare-runtime.ts";
import { compareRuntime } from "../../zkml/onnx/compare-runtime.ts";
import { UserError } from "../lib/user-error.ts";

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

/** Compiles as the command line says. @throws UserError and the compiler's errors */
export function compileFile(args: CompileArguments): CompiledModel {
  const input: { -readonly [Key in keyof Encoding]?: Encoding[Key] } = {};
  const [bits, decimals, offset] = [
    whole(args.inputBits, "input-bits"),
    whole(args.inputDecimals, "input-decimals"),
    whole(args.inputOffset, "input-offset"),
  ];
  if (bits !== undefined) input.bits = bits;
  if (decimals !== undefined) input.decimals = decimals;
  if (offset !== undefined) input.offset = offset;
  const { calibration } = args;
  return compileOnnx(
    readBytes(args.model),
    args.model,
    (columns) => (calibration === undefined ? [] : readRows(calibration, columns)),
    {
      name: args.name === undefined ? nameFrom(args.model) : checkName(args.name),
      result: args.result,
      argmax: args.argmax,
      input,
      outputDecimals: whole(args.outputDecimals, "output-decimals"),
      weightBits: whole(args.weightBits, "weight-bits"),
      activationBits: whole(args.activationBits, "activation-bits"),
    },
  );
}

/** Runs the calibration rows in ONNX Runtime as well; undefined without rows. */
export async function checkReading(
  { model, calibration }: CompileArguments,
  { float }: CompiledModel,
): Promise<RuntimeComparison | string | undefined> {
  if (calibration === undefined) return undefined;
  return compareRuntime(readBytes(model), float, readRows(calibration, float.inputCount));
}

function nameFrom(path: string): string {
  const name = basename(path)
    .replace(/\.onnx$/i, "")
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
