import type { FflonkProof } from "snarkjs";
import * as snarkjs from "snarkjs";
import type { Hex } from "viem";
import { concat, numberToHex } from "viem";

import { usingCurve } from "./curve.ts";
import { encodeFflonkProof } from "./fflonk-key.ts";
import { proveGroth16 } from "./groth16-prover.ts";
import type { Proof } from "./verifying-key.ts";

/** A way to prove what a circuit says; everything else of a model is the same in all of them. */
export interface ProofSystem<P> {
  readonly name: string;
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
}

/** The default: proofs in a second, a setup for every circuit or class of circuits. */
export const GROTH16: ProofSystem<Proof> = {
  name: "groth16",
  prove: proveGroth16,
  encode: ({ a, b, c }) => concat([...a, ...b, ...c].map((word) => numberToHex(word, { size: 32 }))),
};

/** For circuits without a ceremony of their own: one universal setup, dearer proofs. */
export const FFLONK: ProofSystem<FflonkProof> = {
  name: "fflonk",
  prove: (zkey, data) => usingCurve(() => snarkjs.fflonk.prove(zkey, { type: "mem", data })),
  encode: encodeFflonkProof,
};
