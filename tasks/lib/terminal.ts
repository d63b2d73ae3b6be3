import { toJson } from "../../scripts/lib/json.ts";

/** Prints a line that was asked for. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Prints a line for the person watching; never part of the output that programs read. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Prints a result as JSON for programs, or as lines for people. */
export function printResult(json: boolean, value: unknown, lines: readonly string[]): void {
  if (json) print(toJson(value));
  else lines.forEach(print);
}
