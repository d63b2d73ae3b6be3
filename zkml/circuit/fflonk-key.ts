import type { FflonkProof, FflonkVerifyingKey } from "snarkjs";
import type { Hex } from "viem";
import { concat, keccak256, numberToHex, size, slice } from "viem";

import { CircuitError } from "../errors.ts";

/** The number that the registry's router knows FFLONK by. */
export const FFLONK_SYSTEM = 1;

/** The evaluations of a proof in the order of its encoding: at xi, and the last three at xi · w. */
export const EVALUATIONS = [
  "ql",
  "qr",
  "qm",
  "qo",
  "qc",
  "s1",
  "s2",
  "s3",
  "a",
  "b",
  "c",
  "z",
  "zw",
  "t1w",
  "t2w",
] as const;

/** A snarkjs key as `FflonkVerifier` takes it: nine words; roots of unity follow from the power. */
export function encodeFflonkKey(key: FflonkVerifyingKey): Hex {
  const shape = BigInt(key.power) + (BigInt(key.nPublic) << 8n);
  const [[xReal, xImaginary], [yReal, yImaginary]] = key.X_2;
  const points = [key.C0[0], key.C0[1], xImaginary, xReal, yImaginary, yReal];
  return words([shape, ...[key.k1, key.k2, ...points].map(BigInt)]);
}

/** A snarkjs proof as `FflonkVerifier` takes it: 23 words, without the inverse that the verifier computes itself. */
export function encodeFflonkProof({ polynomials, evaluations }: FflonkProof): Hex {
  const { C1, C2, W1, W2 } = polynomials;
  const points = [C1, C2, W1, W2].flatMap(([x, y]) => [x, y]);
  return words([...points, ...EVALUATIONS.map((name) => evaluations[name])].map(BigInt));
}

/** The opposite of {@link encodeFflonkProof}. @throws {CircuitError} when the bytes are of another length */
export function decodeFflonkProof(bytes: Hex): FflonkProof {
  const [c1x, c1y, c2x, c2y, w1x, w1y, w2x, w2y, ...values] = wordsOf(bytes, 8 + EVALUATIONS.length);
  const point = (x = "", y = ""): [string, string, string] => [x, y, "1"];
  const named = Object.fromEntries(EVALUATIONS.map((name, index) => [name, values[index] ?? ""]));
  return {
    polynomials: { C1: point(c1x, c1y), C2: point(c2x, c2y), W1: point(w1x, w1y), W2: point(w2x, w2y) },
    // The inverse is for snarkjs's own contract only.
    evaluations: { ...(named as Record<(typeof EVALUATIONS)[number], string>), inv: "0" },
    protocol: "fflonk",
    curve: "bn128",
  };
}

/** The words of an encoded proof, in decimal. @throws {CircuitError} unless there are so many */
export function wordsOf(bytes: Hex, count: number): string[] {
  if (size(bytes) !== 32 * count) {
    throw new CircuitError(
      `The proof has ${size(bytes)} bytes instead of ${32 * count}: it is of another proof system.`,
    );
  }
  return Array.from({ length: count }, (_, index) => String(BigInt(slice(bytes, 32 * index, 32 * (index + 1)))));
}

/** The id under which the registry keeps a key of a routed proof system. */
export function routedKeyId(system: number, key: Hex): Hex {
  return keccak256(concat([numberToHex(system, { size: 32 }), key]));
}

function words(values: readonly bigint[]): Hex {
  return concat(values.map((value) => numberToHex(value, { size: 32 })));
}
