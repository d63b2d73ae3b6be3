import { parseEther } from "viem";

import { UserError } from "../lib/user-error.ts";

/** The modes that a release can be offered in, with their numbers in `InferenceMode`. */
export const MODES = { vanilla: 0, zk: 1, tee: 2, onchain: 3 } as const;

/** A mode that a release can be offered in. */
export type ModeName = keyof typeof MODES;

/** All of them, in the order of their numbers. */
export const MODE_NAMES: readonly ModeName[] = ["vanilla", "zk", "tee", "onchain"];

/** What a call costs; OPG base units. */
export interface Rates {
  readonly perCall: bigint;
  /** For 1,000 tokens of input, on top. */
  readonly perInput: bigint;
  /** For 1,000 tokens of output, on top. */
  readonly perOutput: bigint;
}

/** A price for each call, whatever its tokens. */
export function perCall(price: bigint): Rates {
  return { perCall: price, perInput: 0n, perOutput: 0n };
}

/** @throws UserError when there is no such mode */
export function parseMode(text: string): ModeName {
  const mode = MODE_NAMES.find((name) => name === text);
  if (mode === undefined) throw new UserError(`"${text}" is not a mode; use ${MODE_NAMES.join(", ")}.`);
  return mode;
}

/**
 * Reads a price in OPG, for example "0.25".
 *
 * @returns OPG base units
 * @throws UserError when it is not a decimal number of at most 18 places
 */
export function parsePrice(text: string): bigint {
  if (!/^\d+(\.\d{1,18})?$/.test(text)) {
    throw new UserError(`"${text}" is not a price; write OPG as a decimal number such as 0.25, or 0 for free.`);
  }
  return parseEther(text);
}
