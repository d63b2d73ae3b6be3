import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

import { UserError } from "../lib/user-error.ts";

/**
 * Refuses, before any work, a path that cannot be written: one that exists, or whose folder is missing or closed to us.
 *
 * @param makesFolders Whether missing folders on the way will be made.
 * @throws UserError
 */
export function checkTarget(path: string, makesFolders = false): void {
  if (path.trim() === "") throw new UserError("--output is empty: give a path.");
  if (existsSync(path)) throw new UserError(`${path} exists already: choose a new name or remove it.`);
  let folder = dirname(resolve(path));
  while (makesFolders && !existsSync(folder)) folder = dirname(folder);
  if (!(statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false)) {
    throw new UserError(`${path} cannot be written: ${folder} is not a folder.`);
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw new UserError(`${path} cannot be written: you may not write to ${folder}.`, { cause });
  }
}
