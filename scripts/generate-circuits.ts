// Regenerates the main circuits from their integer models: node scripts/generate-circuits.ts
import { writeFileSync } from "node:fs";

import { circuitEntries, anyCircuitModel } from "../zkml/circuit/catalogue.ts";
import { generateModelCircuit } from "../zkml/model/circuit-model.ts";
import { repositoryPath } from "../zkml/paths.ts";
import { print } from "./lib/output.ts";

for (const entry of circuitEntries()) {
  writeFileSync(repositoryPath(entry.main), generateModelCircuit(anyCircuitModel(entry), entry.model));
  print(`Written ${entry.main} from ${entry.model}`);
}
