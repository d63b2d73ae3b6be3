// The entry of every npm script. Plain JavaScript without dependencies, because it runs on the machine's own Node before
// anything is installed: it checks that Node and the flags, installs from the lockfile when needed, and then runs the real
// command on the Node that the lockfile brings along.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { checkArguments, COMMANDS, findCommand, usage } from "./bootstrap/commands.mjs";
import { ensureInstalled, InstallError } from "./bootstrap/install.mjs";
import { findNode, runCommand } from "./bootstrap/run.mjs";
import { say } from "./bootstrap/say.mjs";

const OLDEST_NODE = 20;
const GET_NODE =
  "On Debian 13: `sudo apt install nodejs npm`; elsewhere take the current LTS from https://nodejs.org/en/download.";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @param {string[]} argv */
async function main([name, ...args]) {
  if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
    say(`This is Node ${process.versions.node}, and Node ${OLDEST_NODE} or newer is needed. ${GET_NODE}`);
    return 1;
  }
  const command = findCommand(name);
  if (name === undefined || command === undefined) {
    say(`Unknown command "${name ?? ""}". There are: ${Object.keys(COMMANDS).join(", ")}`);
    return 2;
  }
  const verdict = checkArguments(name, command, args, process.env);
  if (verdict.kind === "help") {
    process.stdout.write(usage(name, command));
    return 0;
  }
  if (verdict.kind === "refuse") {
    say(verdict.sentence);
    return 2;
  }
  try {
    await ensureInstalled(root);
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    say(error.message);
    return error.exitCode;
  }
  const node = findNode(root);
  if (node === undefined) {
    say(
      `The bundled Node 24 does not run here, and your own Node ${process.versions.node} is older than 22.18. ` +
        "Install Node 22.18 or newer and run the same command again.",
    );
    return 1;
  }
  return runCommand(root, node, [...command.run, ...args], command.env ?? {});
}

process.exitCode = await main(process.argv.slice(2));
