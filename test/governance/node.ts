import { spawn } from "node:child_process";
import { createServer } from "node:net";

const HARDHAT = "node_modules/hardhat/dist/src/cli.js";

/** How a command ended. */
export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A test node in a process of its own. */
export interface TestNode {
  readonly url: string;
  /** Runs `npx hardhat …` against the node, without a terminal. */
  readonly hardhat: (...args: readonly string[]) => Promise<CommandResult>;
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
  return {
    url,
    hardhat: (...command) => run([...command, "--network", "local"], { OPG_LOCAL_RPC_URL: url }),
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}

/** Runs `npx hardhat …` without a terminal. */
export function hardhat(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
  return run(args, environment);
}
