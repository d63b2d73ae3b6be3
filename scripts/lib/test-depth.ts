/** How thoroughly the Solidity tests search. */
export interface TestDepth {
  /** Inputs per fuzz test. */
  readonly fuzzRuns: number;
  /** Call sequences per invariant. */
  readonly invariantRuns: number;
  /** Calls per sequence. */
  readonly invariantDepth: number;
}

const DEPTHS: Readonly<Record<string, TestDepth>> = {
  normal: { fuzzRuns: 256, invariantRuns: 32, invariantDepth: 64 },
  deep: { fuzzRuns: 5_000, invariantRuns: 256, invariantDepth: 128 },
};

/**
 * Reads the depth from the environment variable OPG_TEST_DEPTH; "normal" when it is not set.
 *
 * @throws Error when the variable holds anything else than a known depth
 */
export function readTestDepth(env: NodeJS.ProcessEnv): TestDepth {
  const name = env.OPG_TEST_DEPTH ?? "normal";
  const depth = Object.hasOwn(DEPTHS, name) ? DEPTHS[name] : undefined;
  if (depth === undefined) {
    throw new Error(`OPG_TEST_DEPTH is "${name}"; set it to ${Object.keys(DEPTHS).join(" or ")}, or unset it.`);
  }
  return depth;
}
