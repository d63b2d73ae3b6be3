/** Order of the BN254 scalar field; every signal is below it. */
export const FIELD_MODULUS = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

let users = 0;

/**
 * Runs `work`, which may use snarkjs or ffjavascript, and stops their worker threads when the last user is done: left
 * alone, they keep the process alive for ever.
 */
export async function usingCurve<Result>(work: () => Promise<Result>): Promise<Result> {
  users += 1;
  try {
    return await work();
  } finally {
    users -= 1;
    if (users === 0) {
      const shared = globalThis as { curve_bn128?: { terminate(): Promise<void> } | null };
      await shared.curve_bn128?.terminate();
    }
  }
}
