import { toJson } from "../../scripts/lib/json.ts";
import { print } from "../../scripts/lib/output.ts";

export { print, say } from "../../scripts/lib/output.ts";

/** Prints a result as JSON for programs, or as lines for people. */
export function printResult(json: boolean, value: unknown, lines: readonly string[]): void {
  if (json) print(toJson(value));
  else lines.forEach(print);
}
