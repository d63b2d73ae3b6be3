import { SignalError } from "../errors.ts";
import type { SignalLayout } from "./layout.ts";
import { MAX_PACKED_BITS } from "./layout.ts";
import { packIntegers } from "./signal-codec.ts";

/** The most words of inputs that circuits and executor take. */
export const MAX_INPUT_WORDS = 30;

/** Values of `bits` bits that one word holds. */
export function valuesPerWord(bits: number): number {
  return Math.floor(MAX_PACKED_BITS / bits);
}

/** Words that so many values of so many bits take. */
export function wordCount({ count, bits }: { readonly count: number; readonly bits: number }): number {
  return Math.ceil(count / valuesPerWord(bits));
}

/** Words that the inputs of a model take. More than one word is more than one signal: see {@link isWide}. */
export function inputWords(layout: Pick<SignalLayout, "inputCount" | "inputBits">): number {
  return wordCount({ count: layout.inputCount, bits: layout.inputBits });
}

/**
 * Whether the inputs take several words. The circuit of such a model publishes a hash of them instead of the words, and
 * tensors of the inference interface, which become one signal, do not reach it.
 */
export function isWide(layout: Pick<SignalLayout, "inputCount" | "inputBits">): boolean {
  return inputWords(layout) > 1;
}

/**
 * Packs unsigned integers of `bits` bits into words: as many to a word as fit, value 0 in the lowest bits of word 0.
 *
 * @throws {SignalError} when an integer does not fit.
 */
export function packWords(values: readonly bigint[], bits: number): bigint[] {
  const perWord = valuesPerWord(bits);
  return Array.from({ length: Math.ceil(values.length / perWord) }, (_, word) => {
    const part = values.slice(word * perWord, (word + 1) * perWord);
    const bad = part.findIndex((value) => value < 0n || value >> BigInt(bits) !== 0n);
    if (bad >= 0) throw new SignalError(`Value ${word * perWord + bad} is ${part[bad]}: it must be in [0, 2^${bits}).`);
    return packIntegers(part, bits);
  });
}
