import { execFile } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";

import { CircuitError } from "../errors.ts";
import { repositoryPath } from "../paths.ts";

/** Files that the compiler makes of a circuit. */
export interface CompiledCircuit {
  readonly r1cs: string;
  readonly symbols: string;
  readonly wasm: string;
}

/** Where the files of the circuit called `name` are in `folder`. */
export function compiledFiles(folder: string, name: string): CompiledCircuit {
  const file = (suffix: string) => join(folder, `${name}${suffix}`);
  return { r1cs: file(".r1cs"), symbols: file(".sym"), wasm: file(".wasm") };
}

/**
 * How far the compiler eliminates linear constraints: 2, all of them, which is best for Groth16, where sums of any
 * length are free; 1, only plain equalities, which is best for FFLONK, where every further term costs a gate.
 */
export type Simplification = 1 | 2;

/**
 * Compiles a main circuit.
 *
 * @param main   Repository path of the circuit; its file name without the ending is the circuit's name.
 * @param folder Existing folder in the repository (the compiler sees nothing outside) that receives the files.
 * @throws {CircuitError} when it does not compile.
 */
export async function compileMain(
  main: string,
  folder: string,
  simplification: Simplification = 2,
): Promise<CompiledCircuit> {
  const name = basename(main, ".circom");
  const libraries = ["node_modules/circomlib/circuits", "circuits/lib"].flatMap((library) => ["-l", library]);
  const flags = ["--r1cs", "--wasm", "--sym", `--O${simplification}`, ...libraries, "-o", folder];
  const compiler = join("node_modules", "circom2", "cli.js");
  try {
    await promisify(execFile)(process.execPath, [compiler, main, ...flags], { cwd: repositoryPath() });
  } catch (cause) {
    const output = cause instanceof Error && "stdout" in cause ? `\n${String(cause.stdout)}` : "";
    throw new CircuitError(`${main} does not compile: correct the circuit.${output}`, { cause });
  }
  const wasmFolder = join(folder, `${name}_js`);
  if (!existsSync(wasmFolder)) throw new CircuitError(`The compiler wrote nothing for ${main}.`);
  renameSync(join(wasmFolder, `${name}.wasm`), join(folder, `${name}.wasm`));
  rmSync(wasmFolder, { recursive: true });
  return compiledFiles(folder, name);
}
