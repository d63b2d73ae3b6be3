import { ArgumentType } from "hardhat/types/arguments";
import type { Task, TaskManager } from "hardhat/types/tasks";

/** What a command line asks for: a task, and its arguments by their names in the task's definition. */
export interface Command {
  readonly task: Task;
  readonly args: Readonly<Record<string, unknown>>;
}

/** The longest run of first words that names a task, as Hardhat's own command line looks for it. */
function findTask(tasks: TaskManager, words: readonly string[]): { task: Task; rest: readonly string[] } | undefined {
  for (let length = words.length; length > 0; length -= 1) {
    try {
      return { task: tasks.getTask(words.slice(0, length)), rest: words.slice(length) };
    } catch {
      continue;
    }
  }
  return undefined;
}

/**
 * Reads the words after `npx hardhat` as Hardhat would, without a process of their own.
 *
 * @throws Error saying what Hardhat would not take: an unknown task or option, too few or too many words
 */
export function readCommand(tasks: TaskManager, words: readonly string[]): Command {
  const found = findTask(tasks, words);
  if (found === undefined || found.task.isEmpty) throw new Error("there is no such task");
  const { task, rest } = found;
  const args: Record<string, unknown> = {};
  const positional: string[] = [];
  for (let index = 0; index < rest.length; index += 1) {
    const word = rest[index] ?? "";
    if (!word.startsWith("--")) {
      positional.push(word);
      continue;
    }
    const name = word.slice(2).replaceAll(/-(.)/g, (_dash, letter: string) => letter.toUpperCase());
    const option = task.options.get(name);
    if (option === undefined) throw new Error(`it has no option ${word}`);
    if (option.type === ArgumentType.FLAG) {
      args[name] = true;
      continue;
    }
    const value = rest[++index];
    if (value === undefined) throw new Error(`${word} needs a value`);
    args[name] = option.type === ArgumentType.INT ? Number(value) : value;
  }
  const definitions = task.positionalArguments;
  const least = definitions.filter(({ defaultValue }) => defaultValue === undefined).length;
  const most = definitions.some(({ isVariadic }) => isVariadic) ? Infinity : definitions.length;
  if (positional.length < least || positional.length > most) {
    throw new Error(`it takes ${least} to ${most} words, not ${positional.length}`);
  }
  definitions.forEach(({ name, isVariadic }, index) => {
    if (index >= positional.length) return;
    args[name] = isVariadic ? positional.slice(index) : positional[index];
  });
  return { task, args };
}
