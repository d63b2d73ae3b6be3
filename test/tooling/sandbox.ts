import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ROOT } from "../../scripts/lib/tool.ts";

/** How a process in the sandbox ended. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running process in the sandbox. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Resolves once stdout or stderr contains `text`. */
  seen(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** A small project in a temporary folder, with our bootstrap and its own tiny lockfile. */
export interface Sandbox {
  readonly root: string;
  write(path: string, content: string): void;
  /** Runs `scripts/bootstrap.mjs` with `args`. */
  bootstrap(args: readonly string[], env?: NodeJS.ProcessEnv, nodeFlags?: readonly string[]): Running;
  remove(): void;
}

function start(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Running {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => {
      resolve({ exitCode, stdout, stderr });
    });
  });
  return {
    pid: child.pid ?? 0,
    ended,
    seen: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if ((stdout + stderr).includes(text)) resolve();
        };
        child.stdout.on("data", look);
        child.stderr.on("data", look);
        void ended.then(() => {
          reject(new Error(`ended without saying "${text}": ${stdout}${stderr}`));
        }, reject);
        look();
      }),
    kill: (signal) => child.kill(signal),
  };
}

/** Makes a sandbox whose `test` command prints the given text. Its only dependency is a folder of its own. */
export function makeSandbox(): Sandbox {
  const root = mkdtempSync(join(tmpdir(), "opg-bootstrap-"));
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  cpSync(join(ROOT, "scripts/bootstrap.mjs"), join(root, "scripts/bootstrap.mjs"));
  cpSync(join(ROOT, "scripts/bootstrap"), join(root, "scripts/bootstrap"), { recursive: true });
  write("package.json", JSON.stringify({ name: "sandbox", version: "1.0.0", dependencies: { dep: "file:dep" } }));
  write("dep/package.json", JSON.stringify({ name: "dep", version: "1.0.0" }));
  write(
    "package-lock.json",
    JSON.stringify({
      name: "sandbox",
      version: "1.0.0",
      lockfileVersion: 3,
      requires: true,
      packages: {
        "": { name: "sandbox", version: "1.0.0", dependencies: { dep: "file:dep" } },
        dep: { version: "1.0.0" },
        "node_modules/dep": { resolved: "dep", link: true },
      },
    }),
  );
  write("scripts/test.ts", 'process.stdout.write(JSON.stringify({ args: process.argv.slice(2) }) + "\\n");');
  return {
    root,
    write,
    bootstrap(args, env = {}, nodeFlags = []) {
      // The npm that runs our own tests must not leave its traces in the sandbox.
      const clean = Object.entries(process.env).filter(
        ([name]) => !name.startsWith("npm_") && !name.startsWith("NODE_") && name !== "HH_TEST",
      );
      const own = { npm_config_cache: join(root, "npm-cache"), npm_config_fetch_retries: "0" };
      const arguments_ = [...nodeFlags, "scripts/bootstrap.mjs", ...args];
      return start(process.execPath, arguments_, root, { ...Object.fromEntries(clean), ...own, ...env });
    },
    remove() {
      rmSync(root, { recursive: true, force: true });
    },
  };
}
