import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { FflonkVerifyingKey, Groth16VerifyingKey } from "snarkjs";
import type { Hex } from "viem";
import { z } from "zod";

import { FFLONK_KEY_FILE, makeDevelopmentFflonkKeys } from "../../zkml/circuit/build-fflonk.ts";
import { makeDevelopmentKeys } from "../../zkml/circuit/development-keys.ts";
import { encodeFflonkKey, FFLONK_SYSTEM, routedKeyId } from "../../zkml/circuit/fflonk-key.ts";
import { fflonkSize } from "../../zkml/circuit/fflonk-size.ts";
import type { ProofSystemName } from "../../zkml/circuit/proof-system.ts";
import { parseR1cs } from "../../zkml/circuit/r1cs.ts";
import type { VerifyingKey } from "../../zkml/circuit/verifying-key.ts";
import { verifyingKeyId, verifyingKeyOf } from "../../zkml/circuit/verifying-key.ts";
import { UserError } from "../lib/user-error.ts";

/** Development setups of Groth16 beyond 2^15 constraints take minutes. */
const MAX_POWER = 15;

/** With FFLONK a proof over 2^13 rows takes half a minute of CPU, and twice as long for each power more. */
const MAX_FFLONK_POWER = 13;

/** A package's verifying key, in snarkjs's form and as the registry takes it. */
export type PackageKeys =
  | {
      readonly proofSystem: "groth16";
      readonly keyId: Hex;
      readonly snarkjsKey: Groth16VerifyingKey;
      readonly verifyingKey: VerifyingKey;
    }
  | {
      readonly proofSystem: "fflonk";
      readonly keyId: Hex;
      readonly snarkjsKey: FflonkVerifyingKey;
      readonly encodedKey: Hex;
    };

/**
 * Refuses circuits whose development keys would take too long, before anything is compiled.
 *
 * @throws UserError
 */
export function checkSize(constraints: number): void {
  if (groth16Power(constraints) <= MAX_POWER) return;
  throw new UserError(
    `The circuit has ${constraints} constraints; development keys are made for up to ${2 ** MAX_POWER}. ` +
      "Use fewer bits or a smaller network, or compile it with quantise and make keys in a ceremony.",
  );
}

/** The setup also has a place for every public signal and the constant one. */
function groth16Power(constraints: number): number {
  return Math.ceil(Math.log2(constraints + 4));
}

/** Makes insecure development keys of the circuit `name` in `folder`. @throws UserError when it is too large */
export async function makePackageKeys(
  proofSystem: ProofSystemName,
  circuit: { readonly name: string; readonly folder: string; readonly r1cs: string; readonly constraints: number },
  onProgress: (message: string) => void,
): Promise<PackageKeys> {
  const { name, folder, r1cs, constraints } = circuit;
  if (proofSystem === "groth16") {
    await makeDevelopmentKeys(name, folder, groth16Power(constraints), onProgress);
    return readPackageKeys(proofSystem, folder);
  }
  const { gates, power } = fflonkSize(parseR1cs(new Uint8Array(readFileSync(r1cs))));
  if (power > MAX_FFLONK_POWER) {
    throw new UserError(
      `The circuit has ${gates} gates in FFLONK; these keys are made for up to ${2 ** MAX_FFLONK_POWER}. ` +
        "Use fewer bits, a smaller network or --proof-system groth16.",
    );
  }
  onProgress(`${name}: making the insecure universal setup for ${gates} gates, and the FFLONK key`);
  await makeDevelopmentFflonkKeys(r1cs, join(folder, `${name}.zkey`), folder);
  return readPackageKeys(proofSystem, folder);
}

const decimal = z.string().regex(/^\d{1,78}$/);
const g1Point = z.tuple([decimal, decimal, decimal]);
const pair = z.tuple([decimal, decimal]);
const g2Point = z.tuple([pair, pair, pair]);
const groth16Schema = z.object({
  nPublic: z.number().int(),
  vk_alpha_1: g1Point,
  vk_beta_2: g2Point,
  vk_gamma_2: g2Point,
  vk_delta_2: g2Point,
  IC: z.array(g1Point),
});
const fflonkSchema = z.object({
  protocol: z.literal("fflonk"),
  curve: z.string(),
  nPublic: z.number().int(),
  power: z.number().int(),
  k1: decimal,
  k2: decimal,
  w: decimal,
  w3: decimal,
  w4: decimal,
  w8: decimal,
  wr: decimal,
  X_2: g2Point,
  C0: g1Point,
});

/** Reads the verifying key in `folder`. @throws UserError when there is none */
export function readPackageKeys(proofSystem: ProofSystemName, folder: string): PackageKeys {
  if (proofSystem === "groth16") {
    const snarkjsKey = readKey(join(folder, "verifying-key.json"), groth16Schema.passthrough());
    const verifyingKey = verifyingKeyOf(snarkjsKey);
    return { proofSystem, snarkjsKey, verifyingKey, keyId: verifyingKeyId(verifyingKey) };
  }
  const snarkjsKey = readKey(join(folder, FFLONK_KEY_FILE), fflonkSchema.passthrough());
  const encodedKey = encodeFflonkKey(snarkjsKey);
  return { proofSystem, snarkjsKey, encodedKey, keyId: routedKeyId(FFLONK_SYSTEM, encodedKey) };
}

/** Everything else in the file is snarkjs's own and stays. */
function readKey<Key>(path: string, schema: z.ZodType<Key, z.ZodTypeDef, unknown>): Key {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new UserError(`${path} cannot be read: build the model again.`, { cause });
  }
  const parsed = schema.safeParse(raw);
  if (!parsed.success) throw new UserError(`${path} is not a verifying key: build the model again.`);
  return parsed.data;
}
