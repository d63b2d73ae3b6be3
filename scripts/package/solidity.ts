import { readFile } from "node:fs/promises";
import path from "node:path";
import { globSync } from "node:fs";

import { ROOT } from "../lib/tool.ts";

/** What integrators inherit, call or read; the rest of the contracts stays in the repository. */
const ENTRIES = [
  "contracts/*/interfaces/*.sol",
  "contracts/pipe/PipeConsumer.sol",
  "contracts/pipe/libraries/TensorLib.sol",
  "contracts/libraries/InferenceMode.sol",
  "contracts/libraries/OperatorRoles.sol",
];

/** The compilers that the packaged sources accept. Ours is pinned; an integrator's need not be the same. */
const PRAGMA = "pragma solidity >=0.8.26 <0.9.0;";

function importsOf(file: string, text: string): readonly string[] {
  const targets = [...text.matchAll(/^import\s+\{[^}]*\}\s+from\s+"([^"]+)";/gm)].map(([, target = ""]) => target);
  return targets
    .filter((target) => target.startsWith("."))
    .map((target) => path.posix.join(path.posix.dirname(file), target));
}

/** The Solidity files of the package by their paths, with everything of ours that they import. */
export async function soliditySources(): Promise<ReadonlyMap<string, string>> {
  const sources = new Map<string, string>();
  const open = globSync(ENTRIES, { cwd: ROOT }).sort();
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (sources.has(file)) continue;
    const text = await readFile(path.join(ROOT, file), "utf8");
    sources.set(file, text.replace(/^pragma solidity [^;]+;/m, PRAGMA));
    open.push(...importsOf(file, text));
  }
  return new Map([...sources].sort(([a], [b]) => (a < b ? -1 : 1)));
}
