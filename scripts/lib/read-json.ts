import { readFile } from "node:fs/promises";

import { UserError } from "./user-error.ts";

/** Reads a JSON file that somebody named. @throws UserError when it cannot be read, or is not JSON */
export async function readJsonFile(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`${file}: not readable as JSON (${reason}).`, { cause });
  }
}
