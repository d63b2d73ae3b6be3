/**
 * The only places that write to the terminal: {@link print} for what a command was asked for (stdout), {@link say} and
 * {@link showProgress} for everything a person may want to know meanwhile (stderr).
 */
export { say, showProgress } from "../bootstrap/say.mjs";

// A reader that has seen enough, such as `head`, ends a command as it does for other programs: without a word.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(141);
  throw error;
});

/** Prints `text` and a line end on stdout. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
