import { hashChain } from "../circuit/poseidon.ts";
import { packIntegers } from "../codec/signal-codec.ts";
import type { IntegerNetwork, NetworkSide } from "./integer-network.ts";
import { elementCount, valuesPerElement } from "./integer-network.ts";

/** The field elements that hold a side's integers, element 0 lowest in the first. @throws {SignalError} */
export function elementsOf(side: NetworkSide, integers: readonly bigint[]): bigint[] {
  const size = valuesPerElement(side);
  return Array.from({ length: elementCount(side) }, (_, element) =>
    packIntegers(integers.slice(element * size, (element + 1) * size), side.bits),
  );
}

/** The public signal of a side: its only element, or the hash chain of several and the salt. @throws {SignalError} */
export function signalOf(side: NetworkSide, integers: readonly bigint[], salt: bigint): bigint {
  const elements = elementsOf(side, integers);
  const [only] = elements;
  return elements.length === 1 && only !== undefined ? only : hashChain([...elements, salt]);
}

/**
 * The input signals of a network's circuit.
 *
 * @param salt Any field element, random where a commitment's content must not be guessed; without effect when neither
 *             side is hashed.
 * @throws {SignalError} when an integer is out of range.
 */
export function circuitInputs(
  { input, output }: IntegerNetwork,
  integers: readonly bigint[],
  callBinding: bigint,
  salt: bigint,
): Record<string, bigint | readonly bigint[]> {
  const words = elementsOf(input, integers);
  const [packedInputs = 0n] = words;
  const salted = words.length > 1 || elementCount(output) > 1 ? { salt } : {};
  return words.length > 1 ? { words, ...salted, callBinding } : { packedInputs, ...salted, callBinding };
}
