import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Abi, Hex } from "viem";

import { UserError } from "../lib/user-error.ts";

/** A range of the runtime code that the constructor fills in. */
export interface CodeRange {
  readonly start: number;
  readonly length: number;
}

/** What the compiler says about a contract. */
export interface ContractArtifact {
  readonly contractName: string;
  readonly sourceName: string;
  /** The source file as the compiler's input names it. */
  readonly inputSourceName?: string;
  readonly abi: Abi;
  /** Creation code without constructor arguments. */
  readonly bytecode: Hex;
  /** Runtime code with zeros for immutables. */
  readonly deployedBytecode: Hex;
  /** Where immutables stand in the runtime code. */
  readonly immutableReferences?: Readonly<Record<string, readonly CodeRange[]>>;
  /** The compilation that made it; names a file in `build-info/`. */
  readonly buildInfoId?: string;
}

/** The compiler and settings behind an artifact. */
export interface CompilerRecord {
  readonly version: string;
  readonly evmVersion: string;
  readonly optimizerRuns: number | null;
}

/** The compiler's standard JSON input, as far as it matters here. */
export interface CompilerInput {
  readonly language: string;
  readonly sources: Readonly<Record<string, { readonly content: string }>>;
  readonly settings: {
    readonly evmVersion?: string;
    readonly optimizer?: { readonly enabled?: boolean; readonly runs?: number };
    readonly remappings?: readonly string[];
    readonly outputSelection?: unknown;
  };
}

/** The compilation behind an artifact. */
export interface Build {
  /** With the commit, for example `0.8.34+commit.80d5c536`. */
  readonly longVersion: string;
  readonly input: CompilerInput;
}

/** Where the compiled contracts are found. */
export interface ArtifactSource {
  /** @throws UserError when the contract was not compiled */
  readonly read: (sourceName: string, contractName: string) => Promise<ContractArtifact>;
  /** The compiler of an artifact; null when its build info is gone. */
  readonly compilerOf: (artifact: ContractArtifact) => Promise<CompilerRecord | null>;
  /** The whole compilation of an artifact; null when its build info is gone. */
  readonly buildOf: (artifact: ContractArtifact) => Promise<Build | null>;
}

interface BuildInfo {
  readonly solcLongVersion: string;
  readonly input: CompilerInput;
}

async function readJson<Shape>(file: string): Promise<Shape | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Shape;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * The artifacts in a directory as Hardhat writes it.
 *
 * @example
 * const artifacts = artifactsIn("artifacts");
 * const { abi } = await artifacts.read("contracts/tee/HardwarePolicy.sol", "HardwarePolicy");
 */
export function artifactsIn(directory: string): ArtifactSource {
  // Read once each: an artifact is asked for by every step, and a build info has megabytes and serves many contracts.
  const artifacts = new Map<string, Promise<ContractArtifact | undefined>>();
  const builds = new Map<string, Promise<BuildInfo | undefined>>();
  const buildOf = async ({ buildInfoId }: ContractArtifact): Promise<Build | null> => {
    if (buildInfoId === undefined) return null;
    const reading =
      builds.get(buildInfoId) ?? readJson<BuildInfo>(path.join(directory, "build-info", `${buildInfoId}.json`));
    builds.set(buildInfoId, reading);
    const info = await reading;
    return info === undefined ? null : { longVersion: info.solcLongVersion, input: info.input };
  };
  return {
    read: async (sourceName, contractName) => {
      const file = path.join(directory, sourceName, `${contractName}.json`);
      const reading = artifacts.get(file) ?? readJson<ContractArtifact>(file);
      artifacts.set(file, reading);
      const artifact = await reading;
      if (artifact === undefined) {
        throw new UserError(`${contractName} is not compiled (no ${file}). Run: npx hardhat build`);
      }
      return artifact;
    },
    compilerOf: async (artifact) => {
      const build = await buildOf(artifact);
      if (build === null) return null;
      const { evmVersion, optimizer } = build.input.settings;
      return {
        version: build.longVersion,
        evmVersion: evmVersion ?? "default",
        optimizerRuns: optimizer?.enabled === true ? (optimizer.runs ?? 200) : null,
      };
    },
    buildOf,
  };
}
