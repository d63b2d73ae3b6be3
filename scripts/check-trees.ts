// Fails unless every Solidity test stands in exactly one leaf of the behaviour tree beside its file, and vice versa.
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { print, say } from "./lib/output.ts";
import { ROOT } from "./lib/tool.ts";
import { compareTree } from "./lib/trees.ts";

function read(path: string): string | undefined {
  const full = join(ROOT, path);
  return existsSync(full) ? readFileSync(full, "utf8") : undefined;
}

const stems = new Set(
  globSync(["test/contracts/**/*.t.sol", "test/contracts/**/*.tree"], { cwd: ROOT }).map((path) =>
    path.replace(/(\.t\.sol|\.tree)$/, ""),
  ),
);
const problems = [...stems].sort().flatMap((stem) => {
  const testPath = `${stem}.t.sol`;
  const treePath = `${stem}.tree`;
  return compareTree({ testPath, treePath, solidity: read(testPath), tree: read(treePath) });
});
for (const problem of problems) say(problem);
print(`${stems.size} trees, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
