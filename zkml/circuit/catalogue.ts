import { readFileSync } from "node:fs";

import { CircuitError } from "../errors.ts";
import type { CircuitModel } from "../model/circuit-model.ts";
import { parseCircuitModel } from "../model/circuit-model.ts";
import { repositoryPath } from "../paths.ts";
import type { ClassShape } from "./class-shape.ts";

/** What every entry of circuits/circuits.json, the single source of what circuits consist of, has. Repository paths. */
export interface CatalogueEntry {
  readonly name: string;
  readonly description: string;
  readonly main: string;
  readonly library: readonly string[];
  /** Names in the order in which proofs carry the signals. */
  readonly publicSignals: readonly string[];
  /** The setup serves 2^power constraints. Keys of more than 2^{@link SMALL_POWER} take up to half a minute. */
  readonly power: number;
  /** Pinned number of constraints. */
  readonly constraints: number;
  /** Pinned id of the insecure development key; absent where none was ever made. */
  readonly developmentKeyId?: string;
}

/** A circuit of one model, whose weights are constants. */
export interface CircuitEntry extends CatalogueEntry {
  /** The model that `main` is generated from. */
  readonly model: string;
}

/** A circuit of every model of one shape, whose weights are private. */
export interface ClassEntry extends CatalogueEntry {
  readonly class: ClassShape;
  /** The shipped model that stands for the class in benchmarks and examples. */
  readonly example: string;
}

/** The tests make the keys of circuits up to this power only; the others' are made by the benchmark. */
export const SMALL_POWER = 11;

/** Whether keys and proofs of the circuit are a matter of seconds. */
export function isSmall(entry: CatalogueEntry): boolean {
  return entry.power <= SMALL_POWER;
}

/** Repository path of the catalogue. */
export const CATALOGUE = "circuits/circuits.json";

/** The circuits of models. */
export function circuitEntries(): CircuitEntry[] {
  return catalogue().filter((entry): entry is CircuitEntry => "model" in entry);
}

/** The circuits of classes. */
export function classEntries(): ClassEntry[] {
  return catalogue().filter((entry): entry is ClassEntry => "class" in entry);
}

function catalogue(): (CircuitEntry | ClassEntry)[] {
  // The catalogue is a source file of this repository, checked by the circuit tests.
  const entries = JSON.parse(readFileSync(repositoryPath(CATALOGUE), "utf8")) as Record<
    string,
    Omit<CircuitEntry, "name"> | Omit<ClassEntry, "name">
  >;
  return Object.entries(entries).map(([name, entry]) => ({ name, ...entry }));
}

/** The entry called `name`. @throws {CircuitError} naming the known circuits. */
export function circuitEntry(name: string): CircuitEntry {
  return entryOf(circuitEntries(), name);
}

/** The circuit of a model or a class called `name`. @throws {CircuitError} naming the known ones. */
export function anyEntry(name: string): CircuitEntry | ClassEntry {
  return entryOf(catalogue(), name);
}

/** The class circuit called `name`. @throws {CircuitError} naming the known ones. */
export function classEntry(name: string): ClassEntry {
  return entryOf(classEntries(), name);
}

function entryOf<Entry extends CatalogueEntry>(entries: readonly Entry[], name: string): Entry {
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry === undefined) {
    const known = entries.map((candidate) => candidate.name).join(", ");
    throw new CircuitError(`There is no circuit "${name}": choose one of ${known}.`);
  }
  return entry;
}

/** The model behind a circuit. @throws {ModelFileError} */
export function circuitModel(entry: CircuitEntry): CircuitModel {
  return parseCircuitModel(readFileSync(repositoryPath(entry.model), "utf8"), entry.model);
}
