// Regenerates the main circuits from their models and classes: node scripts/generate-circuits.ts
import { writeFileSync } from "node:fs";

import { circuitEntries, circuitModel, classEntries } from "../zkml/circuit/catalogue.ts";
import { generateClassCircuit } from "../zkml/circuit/generate.ts";
import { CIRCUIT_SIGNALS, circuitSignalsLibrary } from "../zkml/circuit/signals.ts";
import { generateModelCircuit } from "../zkml/model/circuit-model.ts";
import { repositoryPath } from "../zkml/paths.ts";
import { print } from "./lib/output.ts";

for (const entry of circuitEntries()) {
  writeFileSync(repositoryPath(entry.main), generateModelCircuit(circuitModel(entry), entry.model));
  print(`Written ${entry.main} from ${entry.model}`);
}
writeFileSync(repositoryPath(CIRCUIT_SIGNALS), circuitSignalsLibrary());
print(`Written ${CIRCUIT_SIGNALS}`);
for (const entry of classEntries()) {
  writeFileSync(repositoryPath(entry.main), generateClassCircuit(entry.class));
  print(`Written ${entry.main}`);
}
