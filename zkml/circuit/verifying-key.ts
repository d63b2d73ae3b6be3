import type { Groth16Proof, Groth16VerifyingKey } from "snarkjs";
import type { Hex } from "viem";
import { concat, keccak256, numberToHex } from "viem";

type Words<Count extends 2 | 4> = Count extends 2
  ? readonly [bigint, bigint]
  : readonly [bigint, bigint, bigint, bigint];

/** The struct `VerifyingKey` of IVerifierRegistry. */
export interface VerifyingKey {
  readonly alpha1: Words<2>;
  readonly beta2: Words<4>;
  readonly gamma2: Words<4>;
  readonly delta2: Words<4>;
  readonly ic: readonly Words<2>[];
}

/** The struct `Proof` of IVerifierRegistry. */
export interface Proof {
  readonly a: Words<2>;
  readonly b: Words<4>;
  readonly c: Words<2>;
}

/** A snarkjs key in the registry's form. */
export function verifyingKeyOf(key: Groth16VerifyingKey): VerifyingKey {
  return {
    alpha1: g1(key.vk_alpha_1),
    beta2: g2(key.vk_beta_2),
    gamma2: g2(key.vk_gamma_2),
    delta2: g2(key.vk_delta_2),
    ic: key.IC.map(g1),
  };
}

/** A proof in snarkjs's form. */
export function snarkjsProofOf({ a, b, c }: Proof): Groth16Proof {
  const [xImaginary, xReal, yImaginary, yReal] = b;
  return {
    pi_a: [`${a[0]}`, `${a[1]}`, "1"],
    pi_b: [
      [`${xReal}`, `${xImaginary}`],
      [`${yReal}`, `${yImaginary}`],
      ["1", "0"],
    ],
    pi_c: [`${c[0]}`, `${c[1]}`, "1"],
  };
}

/** The id under which the registry stores a key: the hash of its points, 32 bytes per coordinate, in struct order. */
export function verifyingKeyId(key: VerifyingKey): Hex {
  const words = [...key.alpha1, ...key.beta2, ...key.gamma2, ...key.delta2, ...key.ic.flat()];
  return keccak256(concat(words.map((word) => numberToHex(word, { size: 32 }))));
}

function g1(point: readonly [string, string, string]): Words<2> {
  return [BigInt(point[0]), BigInt(point[1])];
}

/** EIP-197 puts the imaginary part first, snarkjs the real one. */
function g2(point: Groth16VerifyingKey["vk_beta_2"]): Words<4> {
  const [[xReal, xImaginary], [yReal, yImaginary]] = point;
  return [BigInt(xImaginary), BigInt(xReal), BigInt(yImaginary), BigInt(yReal)];
}
