// Builds every circuit of circuits/circuits.json with its insecure development keys, or finds them in the cache.
import { buildAnyCircuit } from "../zkml/circuit/build.ts";
import { circuitEntries } from "../zkml/circuit/catalogue.ts";
import { print, say } from "./lib/output.ts";
import { runPlainly } from "./lib/sentence.ts";

async function build(): Promise<void> {
  for (const { name } of circuitEntries()) {
    const { constraints, keyId } = await buildAnyCircuit(name, { onProgress: say });
    print(`${name}: ${constraints} constraints, key ${keyId}`);
  }
}

await runPlainly(say, build);
// Worker threads of snarkjs must not keep the process alive.
process.exit();
