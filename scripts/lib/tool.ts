import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The root of the repository, with a slash at the end. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** How a child process ended. */
export interface ToolResult {
  /** The exit code; 1 when a signal ended the process. */
  readonly exitCode: number;
  /** What it wrote to stdout and stderr, in the order of arrival. */
  readonly output: string;
}

/**
 * Runs a Node program of this repository or of node_modules in the root, and captures what it prints.
 *
 * @param args the path of the program relative to the root, then its arguments
 * @param env variables on top of our own
 */
export function runTool(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const collect = (text: string): void => {
      output += text;
    };
    child.stdout.setEncoding("utf8").on("data", collect);
    child.stderr.setEncoding("utf8").on("data", collect);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (signal !== null) output += `\nended by signal ${signal}\n`;
      resolve({ exitCode: code ?? 1, output });
    });
  });
}
