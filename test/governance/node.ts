import { spawn } from "node:child_process";
import { createServer } from "node:net";

import type { CommandResult } from "../support/command-result.ts";
import { startSession, type Session } from "./session.ts";

const HARDHAT = "node_modules/hardhat/dist/src/cli.js";

/** A test node in a process of its own. */
export interface TestNode {
  readonly url: string;
  /** Runs what follows `npx hardhat` against the node, in one session for all commands. */
  readonly hardhat: (...words: readonly string[]) => Promise<CommandResult>;
  /** That session; it ends with the node. */
  readonly session: () => Promise<Session>;
  readonly stop: () => Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

function run(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [HARDHAT, ...args], {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => void (output.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => void (output.stderr += text));
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, ...output }));
  });
}

/** Starts `hardhat node` with the simulated Base on a free port of this machine. */
export async function startNode(chainId = 31337): Promise<TestNode> {
  const port = await freePort();
  const args = ["node", "--chain-type", "op", "--chain-id", String(chainId)];
  args.push("--hostname", "127.0.0.1", "--port", String(port));
  const child = spawn(process.execPath, [HARDHAT, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.includes("Started HTTP")) resolve();
    });
    child.on("error", reject);
    child.on("close", (code) => reject(new Error(`hardhat node ended with code ${code}: ${output}`)));
  });
  const url = `http://127.0.0.1:${port}`;
  let started: Promise<Session> | undefined;
  const session = (): Promise<Session> => (started ??= startSession("local", { OPG_LOCAL_RPC_URL: url }));
  return {
    url,
    session,
    hardhat: async (...words) => (await session()).hardhat(...words),
    stop: async () => {
      await (await started)?.stop();
      child.kill();
      await ended;
    },
  };
}

/** Runs `npx hardhat …` in a process of its own, without a terminal. */
export function hardhat(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
  return run(args, environment);
}
