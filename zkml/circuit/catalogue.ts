import { readFileSync } from "node:fs";

import { CircuitError } from "../errors.ts";
import type { CircuitModel } from "../model/circuit-model.ts";
import { isTreeModel, parseCircuitModel } from "../model/circuit-model.ts";
import type { IntegerModel } from "../model/integer-model.ts";
import { repositoryPath } from "../paths.ts";

/** One entry of circuits/circuits.json, the single source of what a circuit consists of. Paths are repository paths. */
export interface CircuitEntry {
  readonly name: string;
  readonly description: string;
  readonly main: string;
  /** The integer model that `main` is generated from. */
  readonly model: string;
  readonly library: readonly string[];
  /** Names in the order in which proofs carry the signals. */
  readonly publicSignals: readonly string[];
  /** The setup serves 2^power constraints. */
  readonly power: number;
  /** Pinned number of constraints. */
  readonly constraints: number;
  /** Pinned id of the insecure development key. */
  readonly developmentKeyId: string;
}

/** Repository path of the catalogue. */
export const CATALOGUE = "circuits/circuits.json";

/** All circuits of circuits/circuits.json. */
export function circuitEntries(): CircuitEntry[] {
  // The catalogue is a source file of this repository, checked by the circuit tests.
  const catalogue = JSON.parse(readFileSync(repositoryPath(CATALOGUE), "utf8")) as Record<
    string,
    Omit<CircuitEntry, "name">
  >;
  return Object.entries(catalogue).map(([name, entry]) => ({ name, ...entry }));
}

/** The entry called `name`. @throws {CircuitError} naming the known circuits. */
export function circuitEntry(name: string): CircuitEntry {
  const entries = circuitEntries();
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry === undefined) {
    const known = entries.map((candidate) => candidate.name).join(", ");
    throw new CircuitError(`There is no circuit "${name}": choose one of ${known}.`);
  }
  return entry;
}

/** The model behind a circuit. @throws {ModelFileError} */
export function anyCircuitModel(entry: CircuitEntry): CircuitModel {
  return parseCircuitModel(readFileSync(repositoryPath(entry.model), "utf8"), entry.model);
}

/** The dense network behind a circuit. @throws {CircuitError} when it is a tree ensemble. @throws {ModelFileError} */
export function circuitModel(entry: CircuitEntry): IntegerModel {
  const model = anyCircuitModel(entry);
  if (isTreeModel(model)) throw new CircuitError(`Circuit "${entry.name}" is a tree ensemble, not a dense network.`);
  return model;
}
