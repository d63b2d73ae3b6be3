import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import type * as snarkjs from "snarkjs";
import type { Hex } from "viem";

import { CircuitError } from "../errors.ts";
import type { CircuitModel } from "../model/circuit-model.ts";
import { repositoryPath } from "../paths.ts";
import type { CatalogueEntry, CircuitEntry } from "./catalogue.ts";
import { anyEntry, CATALOGUE, circuitEntry, circuitModel } from "./catalogue.ts";
import type { CompiledCircuit } from "./compile.ts";
import { compiledFiles, compileMain } from "./compile.ts";
import { BEACON_ITERATIONS_EXPONENT, DEVELOPMENT_BEACON, makeDevelopmentKeys } from "./development-keys.ts";
import { parseR1cs } from "./r1cs.ts";
import type { VerifyingKey } from "./verifying-key.ts";
import { verifyingKeyId, verifyingKeyOf } from "./verifying-key.ts";

/** A circuit with its development keys, ready to prove. */
export interface BuiltCircuit extends CompiledCircuit {
  readonly entry: CircuitEntry;
  readonly model: CircuitModel;
  /** Folder of all files. */
  readonly folder: string;
  readonly zkey: string;
  readonly snarkjsKey: snarkjs.Groth16VerifyingKey;
  readonly verifyingKey: VerifyingKey;
  readonly keyId: Hex;
  readonly constraints: number;
}

/** Options of {@link buildCircuit}. */
export interface BuildOptions {
  readonly onProgress?: (message: string) => void;
  /** Cache folder; `build/circuits` by default. It must lie in the repository: the compiler sees nothing outside. */
  readonly cache?: string;
}

/** Folders that a process is writing are left alone for so long even before they name the process. */
const CLAIM_GRACE_MS = 10_000;
const POLL_MS = 200;

/** End of the name of a folder that holds a compiled circuit without keys. */
const COMPILED_ONLY = "-compiled";

/**
 * Compiles the circuit called `name` and makes its insecure development keys, or takes both from the cache. The cache
 * is keyed by all sources, settings and tool versions; a build happens in a folder of its own that is renamed when it
 * is complete, so interrupted builds leave nothing that a later one would use. Concurrent builds wait for the first.
 *
 * @throws {CircuitError} when the circuit is unknown, does not compile, or differs from what circuits.json pins.
 */
export async function buildCircuit(name: string, options: BuildOptions = {}): Promise<BuiltCircuit> {
  const entry = circuitEntry(name);
  const onProgress = options.onProgress ?? (() => undefined);
  const parent = join(options.cache ?? repositoryPath("build", "circuits"), name);
  const folder = join(parent, cacheKey(entry));
  await once(entry, folder, onProgress, async (partial) => {
    const compiled = `${folder}${COMPILED_ONLY}`;
    if (existsSync(compiled)) cpSync(compiled, partial, { recursive: true });
    else await compile(entry, partial, onProgress);
    await makeDevelopmentKeys(entry.name, partial, entry.power, onProgress);
  });
  return load(entry, folder);
}

/**
 * Compiles the circuit called `name`, without keys, or takes it from the cache: for circuits whose keys take long.
 *
 * @throws {CircuitError} as {@link buildCircuit}.
 */
export async function compileCircuit(name: string, options: BuildOptions = {}): Promise<CompiledCircuit> {
  const entry = anyEntry(name);
  const onProgress = options.onProgress ?? (() => undefined);
  const complete = join(options.cache ?? repositoryPath("build", "circuits"), name, cacheKey(entry));
  const folder = existsSync(complete) ? complete : `${complete}${COMPILED_ONLY}`;
  await once(entry, folder, onProgress, (partial) => compile(entry, partial, onProgress));
  const files = compiledFiles(folder, name);
  checkPin(entry, "constraints", entry.constraints, countConstraints(files.r1cs));
  return files;
}

/** Makes `folder` unless it exists; concurrent calls and processes wait for the first. */
export async function once(
  entry: CatalogueEntry,
  folder: string,
  onProgress: (message: string) => void,
  make: (partial: string) => Promise<void>,
): Promise<void> {
  const partial = `${folder}.partial`;
  while (!existsSync(folder)) {
    if (!claim(dirname(folder), partial)) {
      onProgress(`${entry.name}: waiting for the process that builds it`);
      while (existsSync(partial) && !isAbandoned(partial)) await wait(POLL_MS);
      continue;
    }
    try {
      await make(partial);
      rmSync(join(partial, "pid"));
      renameSync(partial, folder);
    } catch (error) {
      rmSync(partial, { recursive: true, force: true });
      throw error;
    }
  }
}

async function compile(entry: CatalogueEntry, partial: string, onProgress: (message: string) => void): Promise<void> {
  onProgress(`${entry.name}: compiling ${entry.main}`);
  await compileMain(entry.main, partial);
}

/** Everything that decides the outcome of a build, as a short hash. */
export function cacheKey(entry: CatalogueEntry): string {
  const hash = createHash("sha256");
  for (const file of [entry.main, ...entry.library]) hash.update(file).update(readFileSync(repositoryPath(file)));
  for (const tool of ["circom2", "circomlib", "ffjavascript", "snarkjs"]) {
    const text = readFileSync(repositoryPath("node_modules", tool, "package.json"), "utf8");
    hash.update(`${tool}@${(JSON.parse(text) as { version: string }).version}`);
  }
  return hash.update(`${entry.power}/${DEVELOPMENT_BEACON}/${BEACON_ITERATIONS_EXPONENT}`).digest("hex").slice(0, 16);
}

/** Takes the build folder for this process; false when another process is at work in it. */
function claim(parent: string, partial: string): boolean {
  mkdirSync(parent, { recursive: true });
  if (existsSync(partial) && isAbandoned(partial)) rmSync(partial, { recursive: true, force: true });
  try {
    mkdirSync(partial);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
  writeFileSync(join(partial, "pid"), String(process.pid));
  return true;
}

/** Whether the process that claimed the folder is gone. */
function isAbandoned(partial: string): boolean {
  try {
    const pid = Number(readFileSync(join(partial, "pid"), "utf8"));
    if (pid > 0) {
      process.kill(pid, 0);
      return false;
    }
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ESRCH") return true;
    if (code !== "ENOENT") return false;
  }
  const age = statSync(partial, { throwIfNoEntry: false })?.mtimeMs;
  return age !== undefined && Date.now() - age > CLAIM_GRACE_MS;
}

function load(entry: CircuitEntry, folder: string): BuiltCircuit {
  const file = (suffix: string) => join(folder, `${entry.name}${suffix}`);
  // Written by setUp above, in a folder that is only ever renamed into place complete.
  const snarkjsKey = JSON.parse(
    readFileSync(join(folder, "verifying-key.json"), "utf8"),
  ) as snarkjs.Groth16VerifyingKey;
  const verifyingKey = verifyingKeyOf(snarkjsKey);
  const keyId = verifyingKeyId(verifyingKey);
  const files = compiledFiles(folder, entry.name);
  const constraints = countConstraints(files.r1cs);
  checkPin(entry, "constraints", entry.constraints, constraints);
  if (entry.developmentKeyId !== undefined) checkPin(entry, "developmentKeyId", entry.developmentKeyId, keyId);
  return {
    entry,
    model: circuitModel(entry),
    folder,
    ...files,
    zkey: file(".zkey"),
    snarkjsKey,
    verifyingKey,
    keyId,
    constraints,
  };
}

function countConstraints(r1cs: string): number {
  return parseR1cs(new Uint8Array(readFileSync(r1cs))).constraints.length;
}

function checkPin(entry: CatalogueEntry, pin: string, pinned: string | number, found: string | number): void {
  if (pinned !== found) {
    throw new CircuitError(
      `Circuit "${entry.name}": ${CATALOGUE} pins ${pin} ${pinned}, the sources give ${found}. ` +
        `If the change is intended, pin the new value.`,
    );
  }
}
