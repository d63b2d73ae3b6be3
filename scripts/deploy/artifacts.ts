import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Abi, Hex } from "viem";

import { UserError } from "../lib/user-error.ts";

/** A range of the runtime code that the constructor fills in. */
interface CodeRange {
  readonly start: number;
  readonly length: number;
}

/** What the compiler says about a contract. */
export interface ContractArtifact {
  readonly contractName: string;
  readonly sourceName: string;
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

/** Where the compiled contracts are found. */
export interface ArtifactSource {
  /** @throws UserError when the contract was not compiled */
  readonly read: (sourceName: string, contractName: string) => Promise<ContractArtifact>;
  /** The compiler of an artifact; null when its build info is gone. */
  readonly compilerOf: (artifact: ContractArtifact) => Promise<CompilerRecord | null>;
}

interface BuildInfo {
  readonly solcLongVersion: string;
  readonly input: {
    readonly settings: {
      readonly evmVersion?: string;
      readonly optimizer?: { readonly enabled?: boolean; readonly runs?: number };
    };
  };
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
  return {
    read: async (sourceName, contractName) => {
      const file = path.join(directory, sourceName, `${contractName}.json`);
      const artifact = await readJson<ContractArtifact>(file);
      if (artifact === undefined) {
        throw new UserError(`${contractName} is not compiled (no ${file}). Run: npx hardhat build`);
      }
      return artifact;
    },
    compilerOf: async (artifact) => {
      if (artifact.buildInfoId === undefined) return null;
      const info = await readJson<BuildInfo>(path.join(directory, "build-info", `${artifact.buildInfoId}.json`));
      if (info === undefined) return null;
      const { evmVersion, optimizer } = info.input.settings;
      return {
        version: info.solcLongVersion,
        evmVersion: evmVersion ?? "default",
        optimizerRuns: optimizer?.enabled === true ? (optimizer.runs ?? 200) : null,
      };
    },
  };
}
