// Serves proofs of this repository's circuits over HTTP: npx node scripts/serve-proving.ts [--port <n>] [--workers <n>].
import { parseArgs } from "node:util";

import { openProvingPool, SMALL_POOL } from "../nodes/proving/proving-pool.ts";
import { serveProving } from "../nodes/proving/server.ts";
import { print, say } from "./lib/output.ts";
import { runPlainly } from "./lib/sentence.ts";
import { UserError } from "./lib/user-error.ts";

/** A whole number in [low, high]. */
function whole(text: string, flag: string, low: number, high: number): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw new UserError(`${flag} is "${text}": give a whole number from ${low} to ${high}.`);
}

function readFlags() {
  try {
    const options = { port: { type: "string", default: "8645" }, workers: { type: "string", default: "1" } } as const;
    return parseArgs({ options }).values;
  } catch (cause) {
    throw new UserError("Unknown flags: --port <n> and --workers <n> are known.", { cause });
  }
}

async function serve(): Promise<void> {
  const flags = readFlags();
  const workers = whole(flags.workers, "--workers", 1, 64);
  const port = whole(flags.port, "--port", 1, 65_535);
  const pool = openProvingPool({ ...SMALL_POOL, workers });
  const server = await serveProving({ pool, port });
  print(`Proving on ${server.url} with ${workers} at a time, up to ${SMALL_POOL.waiting} waiting. Ctrl-C ends it.`);
  process.once("SIGINT", () => {
    say("Ending; jobs that are not done are lost.");
    void Promise.all([server.close(), pool.close()]).then(() => process.exit());
  });
}

await runPlainly(say, serve);
