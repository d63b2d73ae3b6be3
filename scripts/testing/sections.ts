import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { ROOT, runTool } from "../lib/tool.ts";
import { judgeReport, type Outcome, type RunnerReport } from "./counts.ts";

/** An outcome with what the tools printed. */
export interface SectionResult extends Outcome {
  readonly output: string;
}

/** One part of the test command. */
export interface Section {
  /** The name for `--only`. */
  readonly name: string;
  readonly title: string;
  /** Sections that must have passed before this one makes sense. */
  readonly needs: readonly string[];
  run(): Promise<SectionResult>;
}

/** A section that is one program: passed when it exits with 0. */
function check(name: string, title: string, needs: readonly string[], args: readonly string[]): Section {
  return {
    name,
    title,
    needs,
    async run() {
      const { exitCode, output } = await runTool(args);
      const passed = exitCode === 0;
      return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, complaints: [], output };
    },
  };
}

/** A section that is one of Hardhat's test runners. */
function tests(
  name: string,
  title: string,
  needs: readonly string[],
  kind: "solidity" | "nodejs",
  pattern: string,
): Section {
  return {
    name,
    title,
    needs,
    async run() {
      const files = globSync(pattern, { cwd: ROOT }).sort();
      if (files.length === 0) {
        return { passed: 0, failed: 1, complaints: [`No file matches ${pattern}.`], output: "" };
      }
      const folder = mkdtempSync(join(tmpdir(), "opg-test-"));
      try {
        const reportPath = join(folder, "report.json");
        const args = ["scripts/testing/run-hardhat-tests.ts", kind, reportPath, ...files];
        const { exitCode, output } = await runTool(args);
        const report = readReport(reportPath);
        if (report === undefined) {
          const complaint = `The runner ended (exit code ${exitCode}) without a report.`;
          return { passed: 0, failed: 1, complaints: [complaint], output };
        }
        return { ...judgeReport(report, exitCode), output: `${output}\n${report.failureOutput}` };
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  };
}

/** The runner's report, or undefined when it died before writing one. */
function readReport(path: string): RunnerReport | undefined {
  try {
    // Written by run-hardhat-tests.ts a moment ago, from validated counts.
    return JSON.parse(readFileSync(path, "utf8")) as RunnerReport;
  } catch {
    return undefined;
  }
}

const MODULES = "node_modules";
const SOLIDITY = ["contracts/**/*.sol", "test/contracts/**/*.sol", "test/mocks/**/*.sol"];

/** Folders of `test/` whose tests use no contracts, and so can run while those are compiled. */
const WITHOUT_CONTRACTS: ReadonlySet<string> = new Set(["circuits"]);

/** Folders of `test/` whose tests take longest. They start first, so that none of them is what everything waits for at last. */
const LONGEST = ["zkml", "governance", "deploy", "story", "tee", "package"];

/** The TypeScript tests in one section, and so in one process, per folder of `test/`: several can run at a time. */
function typescriptSections(): readonly Section[] {
  const folders = new Set(globSync("test/**/*.test.ts", { cwd: ROOT }).map((path) => path.split(sep)[1] ?? ""));
  const short = [...folders].filter((folder) => !LONGEST.includes(folder)).sort();
  return [...LONGEST.filter((folder) => folders.has(folder)), ...short].map((folder) =>
    tests(
      `test/${folder}`,
      `TypeScript tests: ${folder}`,
      WITHOUT_CONTRACTS.has(folder) ? ["circuits"] : ["build", "circuits"],
      "nodejs",
      `test/${folder}/**/*.test.ts`,
    ),
  );
}

/** Every section in the order of starting, as far as their needs allow: what others wait for, then the longest. */
export const SECTIONS: readonly Section[] = [
  check("build", "Build of the contracts", [], [`${MODULES}/hardhat/dist/src/cli.js`, "build", "--no-tests"]),
  // After the contracts: both write Hardhat's cache.
  check(
    "build-tests",
    "Build of the Solidity tests",
    ["build"],
    [`${MODULES}/hardhat/dist/src/cli.js`, "build", "--no-contracts"],
  ),
  tests("solidity", "Solidity tests", ["build", "build-tests"], "solidity", "test/contracts/**/*.t.sol"),
  // Before the tests: no two of their processes shall build the same circuit.
  check("circuits", "Circuits and their development keys", [], ["scripts/build-circuits.ts"]),
  check(
    "format",
    "Formatting (prettier)",
    [],
    [`${MODULES}/prettier/bin/prettier.cjs`, "--check", "--log-level", "warn", "."],
  ),
  check(
    "solhint",
    "Solidity lint (solhint)",
    [],
    [`${MODULES}/solhint/solhint.js`, "--disc", "--noPoster", "--max-warnings", "0", ...SOLIDITY],
  ),
  check("trees", "Behaviour trees match the tests", [], ["scripts/check-trees.ts"]),
  check(
    "eslint",
    "TypeScript lint (eslint)",
    ["build"],
    [`${MODULES}/eslint/bin/eslint.js`, "--max-warnings", "0", "."],
  ),
  check("types", "Types (tsc)", ["build"], [`${MODULES}/typescript/bin/tsc`, "--noEmit"]),
  check("dapp", "Types of the example dapp (tsc)", [], [`${MODULES}/typescript/bin/tsc`, "-p", "examples/dapp"]),
  ...typescriptSections(),
];
