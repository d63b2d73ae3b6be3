/** Partial rounds for 1 to 16 elements. */
const PARTIAL_ROUNDS = [56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68] as const;

const FULL_ROUNDS = 8;

/**
 * Constraints of circomlib's Poseidon of `elements` elements after full simplification: three per fifth power. The first
 * round raises the constant that begins the state, which costs nothing.
 */
export function poseidonConstraints(elements: number): number {
  return 3 * (FULL_ROUNDS * (elements + 1) + (PARTIAL_ROUNDS[elements - 1] ?? 0) - 1);
}
