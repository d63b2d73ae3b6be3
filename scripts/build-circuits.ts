// Builds the circuits of circuits/circuits.json with their insecure development keys, or finds them in the cache. Those
// whose keys take long are left to whoever proves with them, unless --all is given.
import { parseArgs } from "node:util";

import { buildCircuit } from "../zkml/circuit/build.ts";
import { circuitEntries, isSmall } from "../zkml/circuit/catalogue.ts";
import { print, say } from "./lib/output.ts";
import { runPlainly } from "./lib/sentence.ts";
import { UserError } from "./lib/user-error.ts";

function readFlags() {
  try {
    return parseArgs({ options: { all: { type: "boolean", default: false } } }).values;
  } catch (cause) {
    throw new UserError("Unknown arguments: only --all is known.", { cause });
  }
}

async function build(): Promise<void> {
  const { all } = readFlags();
  for (const entry of circuitEntries()) {
    if (!all && !isSmall(entry)) continue;
    const { constraints, keyId } = await buildCircuit(entry.name, { onProgress: say });
    print(`${entry.name}: ${constraints} constraints, key ${keyId}`);
  }
}

await runPlainly(say, build);
