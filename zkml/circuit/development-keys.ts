import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { DEVELOPMENT_SEED } from "./development-ptau.ts";
import { developmentZkey } from "./development-zkey.ts";
import { exportGroth16Key } from "./groth16-key.ts";
import { openCurve } from "./open-curve.ts";
import { parseR1cs } from "./r1cs.ts";

/** Public constant of the development setup's second phase: it only makes delta differ from gamma. */
export const DEVELOPMENT_BEACON = createHash("sha256").update(`${DEVELOPMENT_SEED}/beacon`).digest("hex");
export const BEACON_ITERATIONS_EXPONENT = 10;

/** What lies beside every development key. */
export const INSECURE_NOTICE = `INSECURE DEVELOPMENT KEY
The secrets of this setup are public (zkml/circuit/development-ptau.ts): anyone can forge proofs under this key.
VerifierRegistry refuses it wherever development keys are not allowed.
`;

/**
 * Makes the insecure development keys of a compiled circuit beside its files: `<name>.zkey`, `verifying-key.json` and a
 * notice.
 *
 * @param folder Where `<name>.r1cs` is.
 * @param power  The setup serves 2^power constraints.
 * @throws {CircuitError} when the circuit is larger.
 */
export async function makeDevelopmentKeys(
  name: string,
  folder: string,
  power: number,
  onProgress: (message: string) => void,
): Promise<void> {
  onProgress(`${name}: making the insecure development keys`);
  const file = (suffix: string) => join(folder, `${name}${suffix}`);
  const system = parseR1cs(new Uint8Array(readFileSync(file(".r1cs"))));
  const beacon = { hash: DEVELOPMENT_BEACON, exponent: BEACON_ITERATIONS_EXPONENT };
  writeFileSync(file(".zkey"), developmentZkey(await openCurve(), system, power, beacon));
  const key = exportGroth16Key(file(".zkey"));
  writeFileSync(join(folder, "verifying-key.json"), `${JSON.stringify(key, null, 2)}\n`);
  writeFileSync(join(folder, "INSECURE.txt"), INSECURE_NOTICE);
}
