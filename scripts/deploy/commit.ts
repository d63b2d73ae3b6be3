import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The commit checked out here, with "-dirty" when tracked files differ from it; null outside git. */
export async function currentCommit(): Promise<string | null> {
  try {
    const head = await run("git", ["rev-parse", "HEAD"]);
    const status = await run("git", ["status", "--porcelain", "--untracked-files=no"]);
    return head.stdout.trim() + (status.stdout.trim() === "" ? "" : "-dirty");
  } catch {
    return null;
  }
}
