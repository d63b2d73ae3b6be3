// Line and statement coverage of the contracts by both kinds of tests: a summary here, lcov and HTML under coverage/.
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { ROOT } from "./lib/tool.ts";

// Counting what was executed costs gas itself, so limits of gas are not asked about here.
const files = globSync(["test/contracts/**/*.t.sol", "test/**/*.test.ts"], {
  cwd: ROOT,
  exclude: ["**/*.gas.t.sol"],
}).sort();
const { status } = spawnSync(
  process.execPath,
  ["node_modules/hardhat/dist/src/cli.js", "test", "--coverage", ...files],
  { cwd: ROOT, stdio: "inherit" },
);
process.exitCode = status ?? 1;
