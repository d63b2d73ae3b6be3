import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

import { CircuitError } from "../errors.ts";
import type { IntegerNetwork } from "../network/integer-network.ts";
import { repositoryPath } from "../paths.ts";
import type { CompiledCircuit, Simplification } from "./compile.ts";
import { compileMain } from "./compile.ts";
import { countConstraints } from "./count-constraints.ts";
import { generateNetworkCircuit } from "./generate-network.ts";
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
 * that were counted beforehand, and that they leave the prover no freedom.
 *
 * @param simplification How the circuit that is proven is compiled; it is counted fully simplified.
 * @throws {CircuitError} when it does not compile, the counts differ or a wire is not determined by the inputs.
 */
export async function compileNetwork(
  network: IntegerNetwork,
  folder: string,
  simplification: Simplification = 2,
): Promise<CompiledNetwork> {
  const counted = countConstraints(network).total;
  const circuit = { name: network.name, text: generateNetworkCircuit(network), counted };
  return compileSource(circuit, folder, simplification);
}

/**
 * Compiles the text of a circuit into `folder` as {@link compileNetwork} does.
 *
 * @param circuit.counted How many constraints there must be when it is fully simplified, where that is known.
 * @throws {CircuitError} as there.
 */
export async function compileSource(
  { name, text, counted }: { readonly name: string; readonly text: string; readonly counted: number | undefined },
  folder: string,
  simplification: Simplification,
): Promise<CompiledNetwork> {
  const source = relative(repositoryPath(), join(folder, `${name}.circom`));
  writeFileSync(repositoryPath(source), text);
  const compiled = await compileMain(source, folder);
  const constraints = constraintsWithoutFreedom(name, compiled.r1cs);
  if (counted !== undefined && constraints !== counted) {
    throw new CircuitError(`The circuit of "${name}" has ${constraints} constraints instead of ${counted}.`);
  }
  const found = { ...compiled, source: repositoryPath(source), constraints };
  if (simplification === 2) return found;
  // Counted in its shortest form; what is proven is the longer one, which takes its place.
  const longer = await compileMain(source, folder, simplification);
  return { ...found, ...longer, constraints: constraintsWithoutFreedom(name, longer.r1cs) };
}

/** The number of constraints of a circuit in which the inputs decide every wire. @throws {CircuitError} */
function constraintsWithoutFreedom(name: string, r1cs: string): number {
  const system = parseR1cs(new Uint8Array(readFileSync(r1cs)));
  const open = undeterminedWires(system).length;
  if (open > 0) throw new CircuitError(`The circuit of "${name}" leaves ${open} wires open: do not use it.`);
  return system.constraints.length;
}
