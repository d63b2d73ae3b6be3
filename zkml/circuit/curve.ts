/** Order of the BN254 scalar field; every signal is below it. */
export const FIELD_MODULUS = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** Order of BN254's base field, which coordinates are in. */
export const BASE_MODULUS = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;

/** Files store coordinates times 2^256; a product with this undoes it. */
export const FROM_MONTGOMERY = 20988524275117001072002809824448087578619730785600314334253784976379291040311n;

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
