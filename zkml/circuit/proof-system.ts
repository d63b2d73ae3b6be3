import type { FflonkProof, FflonkVerifyingKey, Groth16VerifyingKey } from "snarkjs";
import * as snarkjs from "snarkjs";
import type { Hex } from "viem";
import { concat, numberToHex } from "viem";

import { usingCurve } from "./curve.ts";
import { decodeFflonkProof, encodeFflonkProof, wordsOf } from "./fflonk-key.ts";
import { proveGroth16 } from "./groth16-prover.ts";
import type { Proof } from "./verifying-key.ts";
import { snarkjsProofOf } from "./verifying-key.ts";

type EightWords = [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];

/** A way to prove what a circuit says; everything else of a model is the same in all of them. */
export interface ProofSystem<P, K> {
  readonly name: ProofSystemName;
  /**
   * Proves a witness.
   *
   * @param zkey    Path of the proving key.
   * @param witness The bytes of a witness file.
   */
  readonly prove: (
    zkey: string,
    witness: Uint8Array,
  ) => Promise<{ readonly proof: P; readonly publicSignals: readonly string[] }>;
  /** The proof as `VerifierRegistry.verifyProof` takes it. */
  readonly encode: (proof: P) => Hex;
  /** The opposite of `encode`. @throws {CircuitError} when the bytes are of another length */
  readonly decode: (bytes: Hex) => P;
  /** Whether a proof proves its signals under a key in snarkjs's form. */
  readonly verify: (key: K, signals: readonly bigint[], proof: P) => Promise<boolean>;
}

/** The proof systems, the default first. */
export const PROOF_SYSTEMS = ["groth16", "fflonk"] as const;
export type ProofSystemName = (typeof PROOF_SYSTEMS)[number];

/** The default: proofs in a second, a setup for every circuit or class of circuits. */
export const GROTH16: ProofSystem<Proof, Groth16VerifyingKey> = {
  name: "groth16",
  prove: proveGroth16,
  encode: ({ a, b, c }) => concat([...a, ...b, ...c].map((word) => numberToHex(word, { size: 32 }))),
  decode: (bytes) => {
    const [ax, ay, bx, bxReal, by, byReal, cx, cy] = wordsOf(bytes, 8).map(BigInt) as EightWords;
    return { a: [ax, ay], b: [bx, bxReal, by, byReal], c: [cx, cy] };
  },
  verify: (key, signals, proof) =>
    usingCurve(() => snarkjs.groth16.verify(key, signals.map(String), snarkjsProofOf(proof))),
};

/** For circuits without a ceremony of their own: one universal setup, dearer proofs. */
export const FFLONK: ProofSystem<FflonkProof, FflonkVerifyingKey> = {
  name: "fflonk",
  prove: (zkey, data) => usingCurve(() => snarkjs.fflonk.prove(zkey, { type: "mem", data })),
  encode: encodeFflonkProof,
  decode: decodeFflonkProof,
  verify: (key, signals, proof) => usingCurve(() => snarkjs.fflonk.verify(key, signals.map(String), proof)),
};
