// Trains the shipped models again, all of them or those named with --only, and generates their circuits:
// node scripts/train.ts [--only fee,trees]. Same data and seeds, same files, byte for byte. MNIST takes minutes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";

import { say } from "./lib/output.ts";
import { runPlainly } from "./lib/sentence.ts";
import { ROOT } from "./lib/tool.ts";
import { UserError } from "./lib/user-error.ts";

/** How every model is trained, cheapest first. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  fee: ["scripts/train-fee.ts"],
  trees: ["scripts/train-trees.ts"],
  credit: ["scripts/train-credit.ts"],
  digits: ["scripts/train-digits.ts"],
  mnist4: ["scripts/train-mnist.ts", "mnist4"],
  mnist8: ["scripts/train-mnist.ts", "mnist8"],
};

async function run(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: "inherit" });
  const status: unknown = (await once(child, "close"))[0];
  if (status !== 0) throw new UserError(`${args.join(" ")} failed: see above. The models before it are written.`);
}

/** Trains what is asked for. */
async function train(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: "string" } } });
  const known = Object.keys(PROGRAMS);
  const names = values.only?.split(",") ?? known;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UserError(`There is no model "${unknown}": choose from ${known.join(", ")}.`);
  for (const name of known) {
    if (!names.includes(name)) continue;
    say(`${name}: training`);
    await run(PROGRAMS[name] ?? []);
  }
  await run(["scripts/generate-circuits.ts"]);
}

await runPlainly(say, train);
