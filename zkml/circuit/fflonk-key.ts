import type { FflonkProof, FflonkVerifyingKey } from "snarkjs";
import type { Hex } from "viem";
import { concat, keccak256, numberToHex } from "viem";

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

/** The id under which the registry keeps a key of a routed proof system. */
export function routedKeyId(system: number, key: Hex): Hex {
  return keccak256(concat([numberToHex(system, { size: 32 }), key]));
}

function words(values: readonly bigint[]): Hex {
  return concat(values.map((value) => numberToHex(value, { size: 32 })));
}
