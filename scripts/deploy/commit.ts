import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

let known: Promise<string | null> | undefined;

/** The commit checked out when this process first asked, with "-dirty" when tracked files differed; null outside git. */
export function currentCommit(): Promise<string | null> {
  return (known ??= readCommit());
}

async function readCommit(): Promise<string | null> {
  try {
    const head = await run("git", ["rev-parse", "HEAD"]);
    const status = await run("git", ["status", "--porcelain", "--untracked-files=no"]);
    return head.stdout.trim() + (status.stdout.trim() === "" ? "" : "-dirty");
  } catch {
    return null;
  }
}
