/**
 * The only places that write to the terminal: {@link print} for what a command was asked for (stdout), {@link say} and
 * {@link showProgress} for everything a person may want to know meanwhile (stderr).
 */
export { say, showProgress } from "../bootstrap/say.mjs";

/** Prints `text` and a line end on stdout. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
