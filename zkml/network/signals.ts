import { hashChain } from "../circuit/poseidon.ts";
import { packWords, wordCount } from "../codec/packed-words.ts";
import type { IntegerNetwork, NetworkSide } from "./integer-network.ts";

/** The public signal of a side: its only word, or the hash chain of several and the salt. @throws {SignalError} */
export function signalOf(side: NetworkSide, integers: readonly bigint[], salt: bigint): bigint {
  const words = packWords(integers, side.bits);
  const [only] = words;
  return words.length === 1 && only !== undefined ? only : hashChain([...words, salt]);
}

/**
 * The input signals of a network's circuit.
 *
 * @param salt Any field element, random where a commitment's content must not be guessed; without effect when neither
 *             side is hashed.
 * @throws {SignalError} when an integer is out of range.
 */
export function circuitInputs(
  { input, output }: Pick<IntegerNetwork, "input" | "output">,
  integers: readonly bigint[],
  callBinding: bigint,
  salt: bigint,
): Record<string, bigint | readonly bigint[]> {
  const words = packWords(integers, input.bits);
  const [packedInputs = 0n] = words;
  const salted = words.length > 1 || wordCount(output) > 1 ? { salt } : {};
  return words.length > 1 ? { words, ...salted, callBinding } : { packedInputs, ...salted, callBinding };
}
