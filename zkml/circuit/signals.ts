import { CircuitError } from "../errors.ts";
import type { CatalogueEntry } from "./catalogue.ts";
import { CATALOGUE, circuitEntries, classEntries } from "./catalogue.ts";
import { CLASS_INPUT_BITS, CLASS_OUTPUT_BITS } from "./class-shape.ts";

/** Repository path of the generated Solidity library of the signals' places. */
export const CIRCUIT_SIGNALS = "contracts/zkml/libraries/CircuitSignals.sol";

/** Names that mean the same place in every circuit, whether inputs are packed or committed to. */
const PLACES: Readonly<Record<string, string>> = {
  packedOutputs: "OUTPUTS",
  packedInputs: "INPUTS",
  inputCommitment: "INPUTS",
  callBinding: "CALL_BINDING",
  data: "CLASS_DATA",
  modelHash: "CLASS_MODEL_HASH",
};

/** The place of the signal called `name` in the circuit's proofs. @throws {CircuitError} when it has no such signal. */
export function signalIndex(entry: CatalogueEntry, name: string): number {
  const index = entry.publicSignals.indexOf(name);
  if (index < 0) {
    throw new CircuitError(`Circuit "${entry.name}" has no signal "${name}": ${entry.publicSignals.join(", ")}.`);
  }
  return index;
}

/**
 * The Solidity library with the places of all circuits' signals, from circuits/circuits.json.
 *
 * @throws {CircuitError} when circuits disagree about a place or differ in number.
 */
export function circuitSignalsLibrary(): string {
  const places = new Map<string, number>();
  const entries = [...circuitEntries(), ...classEntries()];
  const [count = 0] = entries.map(({ publicSignals }) => publicSignals.length);
  for (const entry of entries) {
    for (const [index, signal] of entry.publicSignals.entries()) {
      const name = PLACES[signal];
      const agreed = name === undefined ? undefined : (places.get(name) ?? index);
      if (name === undefined || agreed !== index || entry.publicSignals.length !== count) {
        throw new CircuitError(`${CATALOGUE}: signal "${signal}" of "${entry.name}" has another place elsewhere.`);
      }
      places.set(name, index);
    }
  }
  return [
    "// SPDX-License-Identifier: MIT",
    "pragma solidity 0.8.34;",
    "",
    "/// @title Places of the public signals of circuits",
    `/// @notice Generated from ${CATALOGUE} by scripts/generate-circuits.ts; a test compares the two.`,
    "library CircuitSignals {",
    `    uint256 internal constant COUNT = ${count};`,
    ...[...places].map(([name, index]) => `    uint256 internal constant ${name} = ${index};`),
    "",
    "    /// @notice Width of the outputs in {CLASS_DATA}; the inputs stand above them.",
    `    uint256 internal constant CLASS_OUTPUT_BITS = ${CLASS_OUTPUT_BITS};`,
    "",
    "    /// @notice Width of the inputs in {CLASS_DATA}.",
    `    uint256 internal constant CLASS_INPUT_BITS = ${CLASS_INPUT_BITS};`,
    "}",
    "",
  ].join("\n");
}
