// Regenerates test/vectors/zkml/fflonk-fee.json and test/contracts/zkml/FflonkVectors.sol:
// node scripts/generate-fflonk-vectors.ts [--keep]. A real FFLONK proof of the fee circuit under its development key.
// Proofs are blinded, so every run makes another one; --keep only writes the Solidity file again.
import { readFileSync, writeFileSync } from "node:fs";

import { proveWith } from "../zkml/circuit/prove.ts";
import { FFLONK } from "../zkml/circuit/proof-system.ts";
import { buildFflonkCircuit } from "../zkml/circuit/build-fflonk.ts";
import { repositoryPath } from "../zkml/paths.ts";
import { fflonkVectorLibrary, parseFflonkVector } from "../test/zkml/fflonk-vector.ts";
import { toJson } from "./lib/json.ts";
import { say } from "./lib/output.ts";

const path = repositoryPath("test", "vectors", "zkml", "fflonk-fee.json");
if (!process.argv.includes("--keep")) {
  const circuit = await buildFflonkCircuit("fee", { onProgress: (message) => say(message) });
  const features = [512n, 430n, 455n, 390n, 610n, 575n, 1840n, 127n];
  const { proof, signals } = await proveWith(FFLONK, circuit, features, 0xb1d1n);
  writeFileSync(path, `${toJson({ key: circuit.snarkjsKey, proof, signals: signals.map(String) })}\n`);
}
const vector = parseFflonkVector(readFileSync(path, "utf8"));
writeFileSync(repositoryPath("test", "contracts", "zkml", "FflonkVectors.sol"), fflonkVectorLibrary(vector));
