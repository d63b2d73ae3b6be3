import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { before, describe, it } from "node:test";
import { ROOT } from "../../scripts/lib/tool.ts";
import { commandsOf } from "../support/markdown.ts";
import { personsEnvironment } from "../support/person.ts";

/**
 * How each command of the README is executed: here as it stands ("run"), in a small copy of the repository ("copy"), or by
 * the named file.
 */
const EXECUTED: Readonly<Record<string, string>> = {
  "npm start": "test/story/start.test.ts",
  "npm start -- --json": "test/story/start.test.ts",
  "npm start -- --keep --port 8545": "test/story/start.test.ts",
  "npm test": ".ci/run",
  "npm test -- --only trees": "run",
  "npm run format": "copy",
  "npm run bench -- --json --only bytecode": "run",
  "npm run bench -- --check --only gas": "run",
  "npm run train -- --only fee": "run",
  "npx hardhat --help": "run",
  "npx hardhat deploy --network local": "test/story/start.test.ts",
  "npx hardhat gov propose-profile nitro-gateway --account 2 --yes --network local": "test/story/start.test.ts",
  "npx hardhat dev time --hours 2 --network local": "test/story/start.test.ts",
  "npx hardhat gov vote latest for --account 2 --yes --network local": "test/story/start.test.ts",
  "npx hardhat dev time --hours 25 --network local": "test/story/start.test.ts",
  "npx hardhat gov queue latest --yes --network local": "test/story/start.test.ts",
  "npx hardhat gov execute latest --yes --network local": "test/story/start.test.ts",
  "npx hardhat gov status latest --network local": "test/story/start.test.ts",
};

const README = readFileSync(join(ROOT, "README.md"), "utf8");

/** Runs a line as a person would type it. */
function type(line: string, cwd = ROOT): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(line, { cwd, env: personsEnvironment(), shell: true, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (exitCode) => {
      resolve({ exitCode, stdout, stderr });
    });
  });
}

/** What formatting takes of the repository; whether all of it is formatted is a section of its own in `npm test`. */
const FORMATTING = [
  ...["package.json", "package-lock.json", ".npmrc", ".prettierrc.json", ".prettierignore"],
  ...["scripts/bootstrap.mjs", "scripts/bootstrap"],
];

/** A copy of the repository that has little to format. */
function smallCopy(): string {
  const folder = mkdtempSync(join(tmpdir(), "opg-format-"));
  for (const path of FORMATTING) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction");
  return folder;
}

/** The anchor that GitHub makes of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function isOutside(target: string): boolean {
  return /^(https?:|mailto:)/.test(target);
}

/** The problems of a document's links to files and headings of this repository. */
function brokenLinks(path: string): readonly string[] {
  const markdown = readFileSync(join(ROOT, path), "utf8").replace(/^ *```[\s\S]*?^ *```$/gm, "");
  const targets = [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? "");
  return targets
    .filter((target) => !isOutside(target))
    .flatMap((target) => {
      const [file = "", anchor] = target.split("#");
      const destination = file === "" ? path : join(dirname(path), file);
      if (!existsSync(join(ROOT, destination))) return [`${path}: ${target} does not exist`];
      if (anchor === undefined) return [];
      const headings = readFileSync(join(ROOT, destination), "utf8").matchAll(/^#+ (.*)$/gm);
      const found = [...headings].some(([, heading]) => anchorOf(heading ?? "") === anchor);
      return found ? [] : [`${path}: ${target} has no such heading`];
    });
}

describe("README", () => {
  const commands = commandsOf(README);

  it("is short enough to be read", () => {
    assert.ok(README.split("\n").length < 220);
  });

  it("begins with what a newcomer types", () => {
    assert.deepEqual(commands.slice(0, 2), ["npm start", "npm test"]);
  });

  it("keeps a place for the story", () => {
    assert.match(README, /<!-- story:begin -->[\s\S]*<!-- story:end -->/);
  });

  it("has only commands that are executed by a test, and all of those", () => {
    assert.deepEqual([...new Set(commands)].sort(), Object.keys(EXECUTED).sort());
  });

  for (const [command, how] of Object.entries(EXECUTED)) {
    if (how === "run") {
      it(`can be followed: ${command}`, async () => {
        const { exitCode, stdout, stderr } = await type(command);
        assert.equal(exitCode, 0, stdout + stderr);
        assert.notEqual(stdout + stderr, "");
        if (command.includes("--json")) assert.equal(typeof JSON.parse(stdout), "object");
      });
    } else if (how === "copy") {
      it(`can be followed: ${command}`, async () => {
        const folder = smallCopy();
        try {
          writeFileSync(join(folder, "crooked.ts"), "export const  a=1\n");
          writeFileSync(join(folder, "Crooked.sol"), "contract  A{}\n");
          const { exitCode, stdout, stderr } = await type(command, folder);
          assert.equal(exitCode, 0, stdout + stderr);
          assert.equal(readFileSync(join(folder, "crooked.ts"), "utf8"), "export const a = 1;\n");
          assert.equal(readFileSync(join(folder, "Crooked.sol"), "utf8"), "contract A {}\n");
        } finally {
          rmSync(folder, { recursive: true });
        }
      });
    } else {
      it(`can be followed: ${command}, by ${how}`, () => {
        const runner = readFileSync(join(ROOT, how), "utf8");
        assert.ok(runner.includes(command), `${how} does not run ${command}`);
      });
    }
  }
});

describe("documents", () => {
  const documents = globSync(["*.md", "docs/**/*.md"], { cwd: ROOT }).sort();
  let tasks: string;
  let scripts: Record<string, unknown>;
  before(async () => {
    tasks = (await type("npx hardhat --help")).stdout;
    const parsed = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, unknown> };
    scripts = parsed.scripts;
  });

  for (const document of documents) {
    it(`${document} links to what exists`, () => {
      assert.deepEqual(brokenLinks(document), []);
    });

    it(`${document} names files that exist`, () => {
      const text = readFileSync(join(ROOT, document), "utf8");
      const missing = [...text.matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.\w+)`/g)]
        .map(([, path]) => path ?? "")
        .filter((path) => path.split("/")[0] !== "node_modules" && !existsSync(join(ROOT, path)));
      assert.deepEqual(missing, []);
    });

    it(`${document} names commands that exist`, () => {
      const text = readFileSync(join(ROOT, document), "utf8");
      const unknownScripts = [...text.matchAll(/\bnpm run ([a-z][\w:-]*)/g)]
        .map(([, name]) => name ?? "")
        .filter((name) => scripts[name] === undefined);
      const unknownTasks = [...text.matchAll(/\bnpx hardhat ([a-z][\w:-]*)/g)]
        .map(([, name]) => name ?? "")
        .filter((name) => !new RegExp(`^  ${name} `, "m").test(tasks));
      assert.deepEqual({ unknownScripts, unknownTasks }, { unknownScripts: [], unknownTasks: [] });
    });
  }

  it("index every document", () => {
    const index = readFileSync(join(ROOT, "docs/README.md"), "utf8");
    const missing = globSync("docs/**/*.md", { cwd: ROOT })
      .map((path) => path.slice("docs/".length))
      .filter((path) => path !== "README.md" && !index.includes(`(${path})`));
    assert.deepEqual(missing, []);
  });
});
