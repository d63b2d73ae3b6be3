// The second phase of a circuit's trusted setup: npx node scripts/ceremony.ts says how; docs/ceremony.md says what it is for.
import { Console } from "node:console";
import { parseArgs } from "node:util";
import { encodeFunctionData } from "viem";

import { verifierRegistryAbi } from "../sdk/src/abi/VerifierRegistry.ts";
import { contribute, finishCeremony, startCeremony, verifyCeremony, writeTranscript } from "../zkml/setup/ceremony.ts";
import { print, say } from "./lib/output.ts";
import { runPlainly } from "./lib/sentence.ts";
import { UserError } from "./lib/user-error.ts";

const USAGE = `Usage: npx node scripts/ceremony.ts <command>
  start      <circuit.r1cs> <powers.ptau> <output.zkey>
  contribute <input.zkey> <output.zkey> --name <name> [--entropy <words>]
  finish     <input.zkey> <output.zkey> --beacon <hex> [--exponent <10 to 63>]
  verify     <circuit.r1cs> <powers.ptau> <final.zkey> --circuit <name> [--transcript <output.json>]
Flags: --for-tests accepts powers of tau that are not of the public ceremony; --json prints one object on stdout.`;

const { values: flags, positionals } = parseArguments();

function parseArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        name: { type: "string" },
        entropy: { type: "string", default: "" },
        beacon: { type: "string" },
        exponent: { type: "string", default: "20" },
        circuit: { type: "string" },
        transcript: { type: "string" },
        "for-tests": { type: "boolean", default: false },
        json: { type: "boolean", default: false },
      },
    });
  } catch {
    say(USAGE);
    process.exit(2);
  }
}

/** Prints the outcome: as JSON, or as lines. */
function tell(outcome: Readonly<Record<string, string>>): void {
  if (flags.json) print(JSON.stringify(outcome, null, 2));
  else for (const [key, value] of Object.entries(outcome)) print(`${key}: ${value}`);
}

function needed(value: string | undefined, what: string): string {
  if (value === undefined || value === "") throw new UserError(`${what} is missing.\n${USAGE}`);
  return value;
}

async function run(): Promise<void> {
  const [command, ...files] = positionals;
  const file = (at: number) => needed(files[at], `File ${at + 1} of "${command}"`);
  const forTests = flags["for-tests"];
  switch (command) {
    case "start":
      await startCeremony({ r1cs: file(0), ptau: file(1), forTests }, file(2));
      tell({ written: file(2), next: "hand it to the first contributor" });
      return;
    case "contribute": {
      const hash = await contribute(file(0), file(1), needed(flags.name, "--name"), flags.entropy);
      tell({ written: file(1), contribution: hash, next: "publish the hash, and hand the file on" });
      return;
    }
    case "finish":
      await finishCeremony(file(0), file(1), needed(flags.beacon, "--beacon"), Number(flags.exponent));
      tell({ written: file(1), next: "verify it" });
      return;
    case "verify": {
      const circuit = needed(flags.circuit, "--circuit");
      const ceremony = await verifyCeremony({ r1cs: file(0), ptau: file(1), forTests, circuit }, file(2));
      if (flags.transcript !== undefined) writeTranscript(flags.transcript, ceremony);
      const { transcript, transcriptHash } = ceremony;
      tell({
        keyId: transcript.keyId,
        transcriptHash,
        contributors: transcript.contributions.map(({ name }) => name).join(", "),
        confirm: encodeFunctionData({
          abi: verifierRegistryAbi,
          functionName: "confirmContribution",
          args: [transcript.keyId, transcriptHash],
        }),
      });
      return;
    }
    default:
      throw new UserError(USAGE);
  }
}

// The proving library writes to the console: not between our results.
globalThis.console = new Console(process.stderr);
await runPlainly(say, run);
// Its worker threads must not keep the process alive.
process.exit();
