import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "./error-code.mjs";
import { say } from "./say.mjs";

// The holder touches the file every BEAT_MS. Without a beat for STALE_MS it counts as dead even if its process number is
// alive: the number may belong to somebody else by now.
const BEAT_MS = 2_000;
const STALE_MS = 60_000;
const POLL_MS = 250;

/**
 * Runs `work` while no other bootstrap of this tree does. Waits for a living holder and takes over from a dead one.
 *
 * @template T
 * @param {string} path the lock file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withInstallLock(path, work) {
  await acquire(path);
  const beat = setInterval(() => touch(path), BEAT_MS);
  const release = () => rmSync(path, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.removeListener("exit", release);
    release();
  }
}

/** @param {string} path */
async function acquire(path) {
  let told = false;
  for (;;) {
    if (tryCreate(path)) return;
    const holder = readHolder(path);
    if (holder === undefined) continue;
    if (!holder.alive) {
      removeStale(path, holder.content);
      continue;
    }
    if (!told) say(`Another run (process ${holder.content}) is installing the dependencies; waiting for it.`);
    told = true;
    await sleep(POLL_MS);
  }
}

/** @param {string} path */
function tryCreate(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** @param {string} path */
function readHolder(path) {
  try {
    const content = readFileSync(path, "utf8").trim();
    const age = Date.now() - statSync(path).mtimeMs;
    // An empty file is one that its owner is about to fill.
    const alive = age < STALE_MS && (content === "" || isRunning(Number(content)));
    return { content, alive };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/**
 * Removes the lock of a dead holder. Two waiters may find it dead at once, and the slower one must not remove the lock
 * that the faster one has just taken: the file is moved aside first, and put back if it is not the one that was judged.
 *
 * @param {string} path
 * @param {string} judged the content that was found dead
 */
function removeStale(path, judged) {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  const taken = readFileSync(aside, "utf8").trim();
  if (taken === judged) rmSync(aside);
  else renameSync(aside, path);
}

/** @param {string} path */
function touch(path) {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Somebody deleted the file by hand: the work goes on without it.
  }
}
