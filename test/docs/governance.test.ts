import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import hre from "hardhat";
import { ArgumentType } from "hardhat/types/arguments";

import { GUARDIAN_FUNCTIONS } from "../../scripts/gov/guardian.ts";

const DOCUMENTS = ["docs/governance.md", ...globSync("docs/runbooks/*.md")];

/** The words of a command line; a text in quotes is one word. */
function wordsOf(command: string): readonly string[] {
  return (command.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""));
}

/** Every `npx hardhat` command of a document, without what it is redirected into. */
function commandsOf(file: string): readonly string[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line) => /^ *npx hardhat (.*?)(?: > \S+)?$/.exec(line)?.[1] ?? []);
}

/** The task that a command names, and the words behind its name. */
function taskOf(command: string) {
  const words = wordsOf(command);
  for (let length = 3; length > 0; length -= 1) {
    const id = words.slice(0, length);
    try {
      return { task: hre.tasks.getTask(id), rest: words.slice(length) };
    } catch {
      continue;
    }
  }
  return undefined;
}

/** What is wrong with a command; undefined when Hardhat would take it. */
function faultOf(command: string): string | undefined {
  const found = taskOf(command);
  if (found === undefined || found.task.isEmpty) return "there is no such task";
  const { task, rest } = found;
  let given = 0;
  for (let index = 0; index < rest.length; index += 1) {
    const word = rest[index] ?? "";
    if (!word.startsWith("--")) {
      given += 1;
      continue;
    }
    const name = word.slice(2).replaceAll(/-(.)/g, (_dash, letter: string) => letter.toUpperCase());
    const option = task.options.get(name);
    if (option === undefined) return `it has no option ${word}`;
    if (option.type !== ArgumentType.FLAG) index += 1;
  }
  const positional = task.positionalArguments;
  const least = positional.filter((argument) => argument.defaultValue === undefined).length;
  const most = positional.some((argument) => argument.isVariadic) ? Infinity : positional.length;
  return given < least || given > most ? `it takes ${least} to ${most} words, not ${given}` : undefined;
}

describe("the commands of docs/governance.md and the runbooks", () => {
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
