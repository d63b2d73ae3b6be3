import { readTestDepth } from "../../scripts/lib/test-depth.ts";

/** Whether this is the deep run, in which everything goes to the chain. */
export const DEEP = readTestDepth(process.env).fuzzRuns > readTestDepth({}).fuzzRuns;

/** Gas for calls that verify P-384: naming it saves the many runs in which a node estimates it. */
export const HEAVY = { gas: 16_000_000n } as const;

/**
 * Of cases that the twin judges all, those that go to the chain too: all in the deep run, otherwise every `step`-th from
 * the first on. A verification with P-384 takes a test node a third of a second.
 */
export function sample<T>(cases: readonly T[], step: number): readonly T[] {
  return DEEP ? cases : cases.filter((_, index) => index % step === 0);
}
