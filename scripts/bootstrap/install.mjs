import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { forwardSignals } from "./signals.mjs";
import { withInstallLock } from "./install-lock.mjs";
import { say, showProgress } from "./say.mjs";

/** An installation that failed, with the sentence for the person who started it. */
export class InstallError extends Error {
  /**
   * @param {string} sentence
   * @param {number} exitCode
   */
  constructor(sentence, exitCode) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

/** What npm's error codes mean for the person at the keyboard, first match wins. */
const FAILURES = [
  {
    pattern:
      /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED)\b/,
    sentence:
      "The first installation needs the npm registry, and it cannot be reached. Connect to the network (or check " +
      "`npm config get registry` and your proxy) and run the same command again.",
  },
  {
    pattern: /\b(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+)\b/,
    sentence:
      "The npm registry shows a certificate that is not trusted here, as behind a company proxy. Tell npm its authority " +
      "(`npm config set cafile <file>`) and run the same command again.",
  },
  {
    pattern: /\b(ENOSPC|EDQUOT)\b/,
    sentence: "The disk is full. The dependencies need about 1 GB; free some space and run the same command again.",
  },
  {
    pattern: /\bEUSAGE\b|can only install packages when/,
    sentence:
      "package.json and package-lock.json do not agree. Restore both with git (`git checkout package.json " +
      "package-lock.json`), or run `npm install --loglevel=notice` if you changed a dependency on purpose.",
  },
  {
    pattern: /\b(EINTEGRITY|Z_BUF_ERROR|Z_DATA_ERROR)\b/,
    sentence:
      "A downloaded package is damaged or is not the one in package-lock.json. Run `npm cache clean --force` and then " +
      "the same command again; if it stays, a proxy changes the downloads.",
  },
  {
    pattern: /\b(EACCES|EPERM|EROFS)\b/,
    sentence: "npm may not write here. Make this folder and the npm cache (`npm config get cache`) writable for you.",
  },
];

const UNKNOWN_FAILURE = "npm could not install the dependencies; its own words are above. Run the same command again.";

/**
 * Installs the dependencies from the lockfile unless that is done already. The stamp is written last, so an interrupted
 * installation has none and is repaired by the next run.
 *
 * @param {string} root
 */
export async function ensureInstalled(root) {
  const wanted = stampOf(root);
  if (readStamp(root) === wanted) return;
  await withInstallLock(join(root, ".install.lock"), async () => {
    // Another run may have done it while this one waited; so may the user's own `npm ci`.
    if (readStamp(root) === wanted) return;
    if (!isInstalledByHand(root)) await install(root);
    writeStamp(root, wanted);
  });
}

/** @param {string} root */
function stampOf(root) {
  const lockfile = readFileSync(join(root, "package-lock.json"));
  return `${createHash("sha256").update(lockfile).digest("hex")} ${process.platform}-${process.arch}\n`;
}

/** @param {string} root */
function stampPath(root) {
  return join(root, "node_modules", ".opg-lock");
}

/** @param {string} root */
function readStamp(root) {
  try {
    return readFileSync(stampPath(root), "utf8");
  } catch {
    return undefined;
  }
}

/**
 * @param {string} root
 * @param {string} stamp
 */
function writeStamp(root, stamp) {
  mkdirSync(join(root, "node_modules"), { recursive: true });
  const temporary = `${stampPath(root)}.${process.pid}`;
  writeFileSync(temporary, stamp);
  renameSync(temporary, stampPath(root));
}

/**
 * Whether a finished `npm ci` or `npm install` left exactly what the lockfile asks for. npm writes its record
 * node_modules/.package-lock.json when it is done; packages for other platforms are missing from it.
 *
 * @param {string} root
 */
function isInstalledByHand(root) {
  const wanted = readPackages(join(root, "package-lock.json"));
  const found = readPackages(join(root, "node_modules", ".package-lock.json"));
  if (wanted === undefined || found === undefined) return false;
  const missing = Object.entries(wanted).some(([path, entry]) => path !== "" && !entry.optional && !(path in found));
  const different = Object.entries(found).some(([path, entry]) => wanted[path]?.version !== entry.version);
  return !missing && !different;
}

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, optional?: boolean }> | undefined}
 */
function readPackages(path) {
  try {
    /** @type {unknown} */
    const lockfile = JSON.parse(readFileSync(path, "utf8"));
    return /** @type {{ packages?: Record<string, { version?: string, optional?: boolean }> }} */ (lockfile).packages;
  } catch {
    return undefined;
  }
}

/** @param {string} root */
async function install(root) {
  rmSync(stampPath(root), { force: true });
  const stopProgress = showProgress("Installing the dependencies from package-lock.json");
  const { code, signal, errors } = await runNpmCi(root);
  const seconds = stopProgress();
  if (signal !== null) throw new InstallError("The installation was interrupted; the next run repairs it.", 130);
  if (code === 0) {
    say(`Dependencies installed in ${seconds} s.`);
    return;
  }
  process.stderr.write(errors);
  const failure = FAILURES.find(({ pattern }) => pattern.test(errors));
  throw new InstallError(failure === undefined ? UNKNOWN_FAILURE : failure.sentence, 1);
}

/**
 * @param {string} root
 * @returns {Promise<{ code: number | null, signal: string | null, errors: string }>}
 */
function runNpmCi(root) {
  const flags = ["ci", "--loglevel=error", "--no-audit", "--no-fund", "--no-progress", "--prefer-offline"];
  // Fail within seconds when there is no network, unless the caller's own settings say otherwise.
  const env = { npm_config_fetch_retry_mintimeout: "1000", npm_config_fetch_retry_maxtimeout: "5000", ...process.env };
  const { npm_execpath: npmPath } = process.env;
  const startedByNpm = npmPath !== undefined && basename(npmPath).startsWith("npm-cli");
  const child = startedByNpm
    ? spawn(process.execPath, [npmPath, ...flags], { cwd: root, env, stdio: ["ignore", "ignore", "pipe"] })
    : spawn("npm", flags, { cwd: root, env, stdio: ["ignore", "ignore", "pipe"], shell: process.platform === "win32" });
  const signals = forwardSignals(child);
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (errors += text));
  return new Promise((resolve) => {
    child.on("error", (error) => {
      signals.stop();
      resolve({ code: 1, signal: null, errors: `npm could not be started: ${error.message}\n` });
    });
    // A grandchild may hold the pipe open after npm was stopped; nothing it says matters then.
    child.on("exit", () => {
      if (signals.received() !== undefined) child.stderr.destroy();
    });
    child.on("close", (code, signal) => {
      signals.stop();
      resolve({ code, signal: signals.received() ?? signal, errors });
    });
  });
}
