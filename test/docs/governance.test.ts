import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import hre from "hardhat";

import { GUARDIAN_FUNCTIONS } from "../../scripts/gov/guardian.ts";
import { readCommand } from "../support/command-line.ts";

const DOCUMENTS = ["docs/governance.md", "docs/jury.md", ...globSync("docs/runbooks/*.md")];

/** The words of a command line; a text in quotes is one word. */
function wordsOf(command: string): readonly string[] {
  return (command.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""));
}

/** Every `npx hardhat` command of a document, without what it is redirected into. */
function commandsOf(file: string): readonly string[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line) => /^ *npx hardhat (.*?)(?: > \S+)?$/.exec(line)?.[1] ?? []);
}

/** What is wrong with a command; undefined when Hardhat would take it. */
function faultOf(command: string): string | undefined {
  try {
    readCommand(hre.tasks, wordsOf(command));
    return undefined;
  } catch (error) {
    return String(error);
  }
}

describe("the commands of docs/governance.md, docs/jury.md and the runbooks", () => {
  for (const file of DOCUMENTS) {
    it(`are such as Hardhat takes, in ${file}`, () => {
      const commands = commandsOf(file);
      assert(commands.length >= 3, `${commands.length} commands`);
      const faults = commands.map((command) => [command, faultOf(command)]).filter(([, fault]) => fault !== undefined);
      assert.deepEqual(faults, []);
    });
  }

  it("name nothing that the chain does not have, where the guardian acts", () => {
    const named = DOCUMENTS.flatMap((file) => [...readFileSync(file, "utf8").matchAll(/guardian act ([\w.]+)/g)]);
    assert(named.length >= 4);
    for (const [, name] of named) assert(GUARDIAN_FUNCTIONS.includes(name ?? ""), name);
  });
});
