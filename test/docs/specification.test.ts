import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";

import { ROOT } from "../../scripts/lib/tool.ts";
import { findTests } from "../../scripts/lib/trees.ts";

const FOLDER = "docs/specification";
const README = readFileSync(path.join(ROOT, FOLDER, "README.md"), "utf8");

/** A guarantee of a specification table. */
interface Row {
  readonly document: string;
  readonly id: string;
  readonly sentence: string;
  /** As `<file> › <test>`. */
  readonly tests: readonly string[];
}

function cellsOf(line: string): readonly string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function rowsOf(document: string): readonly Row[] {
  const lines = readFileSync(path.join(ROOT, FOLDER, document), "utf8").split("\n");
  return lines
    .filter((line) => /^\| [A-Z]+-\d/.test(line))
    .map((line) => {
      const [id = "", sentence = "", tests = ""] = cellsOf(line);
      return { document, id, sentence, tests: tests.split("<br>").map((name) => name.replaceAll("`", "").trim()) };
    });
}

/** The text below a heading of the README. */
function sectionOf(heading: string): string {
  return README.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
}

const idsIn = (text: string): readonly string[] => text.match(/\b[A-Z]+-\d{2}\b/g) ?? [];

const solidityFiles = new Map(
  globSync("test/contracts/**/*.t.sol", { cwd: ROOT }).map((file) => [path.basename(file), file]),
);

/** The titles of a TypeScript test file, as they stand in its source. */
function titlesOf(source: string): readonly string[] {
  return [...source.matchAll(/\b(?:it|test)\(\s*(["`])((?:\\.|(?!\1)[^\\])*)\1/g)].map(([, , title]) => title ?? "");
}

const known = new Map<string, readonly string[]>();

/** The tests of a file as a row names it; undefined when there is no such file. */
function testsOf(name: string): readonly string[] | undefined {
  const file = name.endsWith(".t.sol") ? solidityFiles.get(name) : path.join("test", name);
  if (file === undefined || !existsSync(path.join(ROOT, file))) return undefined;
  const found = known.get(file) ?? readTests(file);
  known.set(file, found);
  return found;
}

function readTests(file: string): readonly string[] {
  const source = readFileSync(path.join(ROOT, file), "utf8");
  return file.endsWith(".sol") ? findTests(source) : titlesOf(source);
}

function faultOf(reference: string): string | undefined {
  const [file = "", test = ""] = reference.split(" › ");
  const tests = testsOf(file);
  if (tests === undefined) return `${file}: there is no such file`;
  return tests.includes(test) ? undefined : `${file}: there is no test "${test}"`;
}

describe("the specification", () => {
  const documents = globSync("*.md", { cwd: path.join(ROOT, FOLDER) })
    .filter((document) => document !== "README.md")
    .sort();
  const rows = documents.flatMap(rowsOf);
  const retired = idsIn(sectionOf("Retired ids"));

  it("names tests that exist, two words and more about each guarantee", () => {
    assert(rows.length > 100, `${rows.length} rows`);
    for (const { id, sentence, tests } of rows) {
      assert(sentence.includes(" "), `${id} says nothing`);
      assert.deepEqual(
        tests.map(faultOf).filter((fault) => fault !== undefined),
        [],
        id,
      );
    }
  });

  it("gives every id once, in order, and none that was retired", () => {
    for (const document of documents) {
      const ids = rows.filter((row) => row.document === document).map(({ id }) => id);
      const [prefix = ""] = (ids[0] ?? "").split("-");
      const used = [...ids, ...retired.filter((id) => id.startsWith(`${prefix}-`))].sort();
      const numbers = Array.from(
        { length: used.length },
        (_none, index) => `${prefix}-${String(index + 1).padStart(2, "0")}`,
      );
      assert.deepEqual(used, numbers, `${document}: every number up to the last is a row or retired`);
      assert(README.includes(`[${document}](${document})`), `${document} is not in the README`);
    }
  });

  it("guarantees everything that must hold", () => {
    const asked = sectionOf("What must hold")
      .split("\n")
      .filter((line) => line.startsWith("| ") && !/^\| (Property|-)/.test(line));
    assert(asked.length >= 30, `${asked.length} properties`);
    const given = new Set(rows.map(({ id }) => id));
    for (const line of asked) {
      const ids = idsIn(cellsOf(line)[1] ?? "");
      assert(ids.length > 0, line);
      assert.deepEqual(
        ids.filter((id) => !given.has(id)),
        [],
        line,
      );
    }
  });
});
