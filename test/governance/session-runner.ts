// Runs tasks one after the other in this process, as `npx hardhat` would in one each, for a parent that talks over IPC.
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { isResult } from "hardhat/utils/result";

import config from "../../hardhat.config.ts";
import type { SessionReply, SessionRequest } from "./session.ts";

const hre = await createHardhatRuntimeEnvironment(config, { network: "local" });

/** Runs a task and keeps what it writes. */
async function run({ task, args }: SessionRequest): Promise<SessionReply> {
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
    const result: unknown = await hre.tasks.getTask([...task]).run(args);
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
