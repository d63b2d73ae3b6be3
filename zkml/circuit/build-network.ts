import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";

import { CircuitError } from "../errors.ts";
import type { IntegerNetwork } from "../network/integer-network.ts";
import { repositoryPath } from "../paths.ts";
import type { CompiledCircuit } from "./compile.ts";
import { compileMain } from "./compile.ts";
import { countConstraints } from "./count-constraints.ts";
import { generateNetworkCircuit } from "./generate-network.ts";
import type { ConstraintSystem } from "./r1cs.ts";
import { parseR1cs } from "./r1cs.ts";
import { undeterminedWires } from "./uniqueness.ts";

/** A compiled network in a folder of its own. */
export interface CompiledNetwork extends CompiledCircuit {
  /** The circom text. */
  readonly source: string;
  readonly constraints: number;
}

/** A new folder in the repository (the compiler sees nothing outside) for one build; the caller removes it. */
export function buildFolder(): string {
  const parent = repositoryPath("build", "zkml");
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, "network-"));
}

/**
 * Compiles a network's circuit into `folder` (see {@link buildFolder}) and checks that it has exactly the constraints
 * that were counted beforehand.
 *
 * @throws {CircuitError} when it does not compile or the counts differ.
 */
export async function compileNetwork(network: IntegerNetwork, folder: string): Promise<CompiledNetwork> {
  const source = writeSource(network, folder);
  const compiled = await compileMain(source, network.name, folder);
  const constraints = parseR1cs(new Uint8Array(readFileSync(compiled.r1cs))).constraints.length;
  const { total } = countConstraints(network);
  if (constraints !== total) {
    throw new CircuitError(`The circuit of "${network.name}" has ${constraints} constraints instead of ${total}.`);
  }
  return { ...compiled, source: repositoryPath(source), constraints };
}

/**
 * Shows that the network's circuit leaves the prover no freedom (see {@link undeterminedWires}).
 *
 * @throws {CircuitError} when a wire does not follow from the inputs.
 */
export async function proveUniqueness(network: IntegerNetwork, folder: string): Promise<void> {
  const open = undeterminedWires(await plainConstraints(network, folder));
  if (open.length > 0) {
    throw new CircuitError(`The circuit of "${network.name}" leaves ${open.length} wires open: do not use it.`);
  }
}

/**
 * The constraints of the network's circuit before simplification, where every decomposition still is one equation. The
 * compiler simplifies by replacing equals by equals, so what holds here holds for the circuit that is used.
 */
export async function plainConstraints(network: IntegerNetwork, folder: string): Promise<ConstraintSystem> {
  const plain = mkdtempSync(join(folder, "plain-"));
  try {
    const source = writeSource(network, folder);
    const libraries = ["node_modules/circomlib/circuits", "circuits/lib"].flatMap((library) => ["-l", library]);
    const compiler = join("node_modules", "circom2", "cli.js");
    const flags = [compiler, source, "--r1cs", "--O0", ...libraries, "-o", plain];
    await promisify(execFile)(process.execPath, flags, { cwd: repositoryPath() });
    return parseR1cs(new Uint8Array(readFileSync(join(plain, `${network.name}.r1cs`))));
  } finally {
    rmSync(plain, { recursive: true });
  }
}

function writeSource(network: IntegerNetwork, folder: string): string {
  const source = join(folder, `${network.name}.circom`);
  writeFileSync(source, generateNetworkCircuit(network));
  return relative(repositoryPath(), source);
}
