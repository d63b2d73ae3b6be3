/** How thoroughly the tests search. */
export interface TestDepth {
  /** Whether this is the thorough search, for counts that are nobody else's. */
  readonly isDeep: boolean;
  /** Inputs per fuzz test. */
  readonly fuzzRuns: number;
  /** Call sequences per invariant. */
  readonly invariantRuns: number;
  /** Calls per sequence. */
  readonly invariantDepth: number;
  /** Sequences in which the two reference ledgers are compared. */
  readonly referenceRuns: number;
  /** Sequences in which the contract is compared with the reference ledgers. */
  readonly differentialRuns: number;
  /** Random networks of each kind that are compiled to circuits. */
  readonly randomNetworks: number;
}

const DEPTHS: Readonly<Record<string, TestDepth>> = {
  normal: {
    isDeep: false,
    fuzzRuns: 256,
    invariantRuns: 32,
    invariantDepth: 64,
    referenceRuns: 150,
    differentialRuns: 25,
    randomNetworks: 1,
  },
  deep: {
    isDeep: true,
    fuzzRuns: 5_000,
    invariantRuns: 256,
    invariantDepth: 500,
    referenceRuns: 5_000,
    differentialRuns: 1_000,
    randomNetworks: 20,
  },
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
