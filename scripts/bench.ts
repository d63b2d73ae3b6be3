// Measures what bench/*.bench.ts describe, and compares with, documents or updates the committed baseline.
import { spawnSync } from "node:child_process";
import { Console } from "node:console";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readBaseline, updateBaseline, writeBaseline } from "../bench/harness/baseline.ts";
import { compareWithBaseline } from "../bench/harness/compare.ts";
import { renderDocument } from "../bench/harness/document.ts";
import { benchesUnder, loadBenches, runBenches } from "../bench/harness/run.ts";
import type { Baseline, Bench, Metrics } from "../bench/harness/types.ts";
import { print, say } from "./lib/output.ts";
import { ROOT } from "./lib/tool.ts";

const BASELINE = join(ROOT, "bench/baseline.json");

const DOCUMENTS = [
  { kind: "gas", path: "docs/gas.md", title: "Gas and bytecode" },
  { kind: "constraints", path: "docs/constraints.md", title: "Circuits: constraints and proving cost" },
] as const;

/** Builds in a process of its own, because the build prints on stdout. */
function build(): void {
  const args = ["node_modules/hardhat/dist/src/cli.js", "build", "--no-tests"];
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error("The contracts do not build; nothing was measured.");
}

function printTable(benches: readonly Bench[], metrics: Metrics, baseline: Baseline): void {
  const width = Math.max(...Object.keys(metrics).map((id) => id.length));
  for (const bench of benches) {
    for (const [id, value] of Object.entries(metrics).filter(([id]) => id.startsWith(`${bench.prefix}.`))) {
      const before = baseline[id]?.value;
      const change = before === undefined ? "new" : before === value ? "" : `was ${before.toLocaleString("en-US")}`;
      const figure = value.toLocaleString("en-US").padStart(12);
      print(`${id.padEnd(width)} ${figure} ${bench.unit.padEnd(12)} ${change}`.trimEnd());
    }
  }
}

/** Rewrites the documents that the measured benches feed. */
function writeDocuments(benches: readonly Bench[], metrics: Metrics, baseline: Baseline): void {
  for (const { kind, path, title } of DOCUMENTS) {
    const text = renderDocument(
      title,
      benches.filter((bench) => bench.document === kind),
      metrics,
      baseline,
    );
    if (readOrEmpty(join(ROOT, path)) !== text) {
      writeFileSync(join(ROOT, path), text);
      say(`Wrote ${path}`);
    }
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

async function main(): Promise<number> {
  const { values: flags } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      only: { type: "string" },
      check: { type: "boolean", default: false },
      update: { type: "boolean", default: false },
    },
  });
  if (flags.check && flags.update) {
    say("--check compares with the baseline and --update replaces it; choose one.");
    return 2;
  }
  // Libraries that log would otherwise write between the figures.
  globalThis.console = new Console(process.stderr);
  const baseline = readBaseline(BASELINE);
  const benches = await loadBenches(ROOT);
  const nothing = (): number => {
    const prefixes = benches.map((bench) => bench.prefix).join(", ");
    say(`No metric begins with "${flags.only ?? ""}". The benches are: ${prefixes}`);
    return 1;
  };
  // Said before the build, which takes minutes.
  if (benchesUnder(benches, flags.only).length === 0) return nothing();
  build();
  const metrics = await runBenches(benches, flags.only, { root: ROOT, log: say });
  if (Object.keys(metrics).length === 0) return nothing();
  const { failures, notes } = compareWithBaseline(metrics, baseline, flags.only);
  if (flags.json) print(JSON.stringify(metrics, null, 2));
  else printTable(benches, metrics, baseline);
  if (flags.update) {
    writeBaseline(BASELINE, updateBaseline(baseline, metrics, benches, flags.only));
    say("Wrote bench/baseline.json");
  }
  if (!flags.json && !flags.check && flags.only === undefined) writeDocuments(benches, metrics, baseline);
  if (flags.check) {
    for (const note of notes) say(note);
    for (const failure of failures) say(failure);
    say(failures.length === 0 ? "No figure grew beyond its tolerance." : `${failures.length} figures failed.`);
    return failures.length === 0 ? 0 : 1;
  }
  return 0;
}

let exitCode: number;
try {
  exitCode = await main();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  exitCode = 1;
}
// Worker threads of proving libraries must not keep the process alive.
process.exit(exitCode);
