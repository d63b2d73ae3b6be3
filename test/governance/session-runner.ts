// Runs tasks one after the other in this process, as `npx hardhat` would in one each, for a parent that talks over IPC.
// Usage: session-runner.ts <network>
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { isResult } from "hardhat/utils/result";

import config from "../../hardhat.config.ts";
import { readCommand, type Command } from "../support/command-line.ts";
import type { CommandResult } from "../support/command-result.ts";
import type { SessionRequest } from "./session.ts";

const [network = "local"] = process.argv.slice(2);
const hre = await createHardhatRuntimeEnvironment(config, { network });

function commandOf(request: SessionRequest): Command {
  if ("words" in request) return readCommand(hre.tasks, request.words);
  return { task: hre.tasks.getTask([...request.task]), args: request.args };
}

/** Runs a task and keeps what it writes. */
async function run(request: SessionRequest): Promise<CommandResult> {
  const output = { stdout: "", stderr: "" };
  const writers = {
    stdout: process.stdout.write.bind(process.stdout),
    stderr: process.stderr.write.bind(process.stderr),
  };
  for (const name of ["stdout", "stderr"] as const) {
    process[name].write = (text: string | Uint8Array): boolean => {
      output[name] += String(text);
      return true;
    };
  }
  try {
    const { task, args } = commandOf(request);
    const result: unknown = await task.run(args);
    return { exitCode: isResult(result) && result.success ? 0 : 1, ...output };
  } catch (error) {
    return { exitCode: 1, stdout: output.stdout, stderr: `${output.stderr}${String(error)}\n` };
  } finally {
    process.stdout.write = writers.stdout;
    process.stderr.write = writers.stderr;
  }
}

process.on("message", (request: SessionRequest) => {
  void run(request).then((reply) => process.send?.(reply));
});
process.send?.("ready");
