import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { UserError } from "../lib/user-error.ts";
import { printable } from "./words.ts";

/** Processor technologies in the order of `IHardwarePolicy.CpuTee`. */
export const CPU_TEES = ["NITRO", "TDX", "SEV_SNP"] as const;
/** Accelerator generations in the order of `IHardwarePolicy.GpuArchitecture`. */
export const GPU_ARCHITECTURES = ["NONE", "HOPPER", "BLACKWELL"] as const;
/** Accelerator modes in the order of `IHardwarePolicy.GpuMode`. */
export const GPU_MODES = ["NONE", "SINGLE_PASSTHROUGH", "MULTI_PASSTHROUGH"] as const;
/** Profile states in the order of `IHardwarePolicy.ProfileStatus`. */
export const PROFILE_STATUSES = ["unknown", "accepted", "suspended"] as const;
/** Operator roles by bit, as in contracts/libraries/OperatorRoles.sol. */
export const OPERATOR_ROLES = ["INFERENCE", "JUDGE", "STORAGE", "DATA"] as const;

/** A hardware profile as the contract takes it. */
export interface HardwareProfile {
  readonly name: string;
  readonly cpuTee: number;
  readonly gpuArchitecture: number;
  readonly gpuMode: number;
  readonly gpuBoards: readonly string[];
  readonly minimumGpuDriver: number;
  /** Set of operator roles. */
  readonly roles: number;
  /** Seconds. */
  readonly maxEnclaveAge: number;
  /** Seconds. */
  readonly heartbeatInterval: number;
}

/** A profile file: the profile in words, and where its facts come from. */
export interface ProfileFile {
  readonly profile: HardwareProfile;
  readonly source: string;
}

/** The folder of the profiles that come with the repository. */
export const PROFILE_FOLDER = fileURLToPath(new URL("../../deployments/profiles/", import.meta.url));

const KEYS = [
  "name",
  "cpuTee",
  "gpuArchitecture",
  "gpuMode",
  "gpuBoards",
  "minimumGpuDriver",
  "roles",
  "maxEnclaveAgeDays",
  "heartbeatMinutes",
  "source",
] as const;

/**
 * Reads the text of a profile file. What the values mean is checked by the contract; here only their form.
 *
 * @throws UserError naming the first value that has the wrong form
 */
export function parseProfile(text: string, file: string): ProfileFile {
  const fail = (problem: string): never => {
    throw new UserError(`${file}: ${problem}.`);
  };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return fail(`not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) return fail("not a JSON object");
  const fields = new Map<string, unknown>(Object.entries(json));
  for (const key of KEYS) if (!fields.has(key)) fail(`"${key}" is missing`);
  for (const key of fields.keys()) if (!KEYS.some((known) => known === key)) fail(`"${key}" is not a known field`);

  const text_ = (key: string): string => {
    const value = fields.get(key);
    return typeof value === "string" && value !== "" ? value : fail(`"${key}" must be a text`);
  };
  const count = (key: string): number => {
    const value = fields.get(key);
    return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : fail(`"${key}" must be a whole number`);
  };
  const texts = (key: string): readonly string[] => {
    const value: unknown = fields.get(key);
    if (!Array.isArray(value)) return fail(`"${key}" must be a list`);
    return value.map((item: unknown) => (typeof item === "string" ? item : fail(`"${key}" must be a list of texts`)));
  };
  const indexIn = (known: readonly string[], value: string, key: string): number => {
    const index = known.indexOf(value);
    return index >= 0 ? index : fail(`"${key}" is "${value}", must be ${known.join(" or ")}`);
  };

  const roles = texts("roles").map((role) => 1 << indexIn(OPERATOR_ROLES, role, "roles"));
  const profile: HardwareProfile = {
    name: text_("name"),
    cpuTee: indexIn(CPU_TEES, text_("cpuTee"), "cpuTee"),
    gpuArchitecture: indexIn(GPU_ARCHITECTURES, text_("gpuArchitecture"), "gpuArchitecture"),
    gpuMode: indexIn(GPU_MODES, text_("gpuMode"), "gpuMode"),
    gpuBoards: texts("gpuBoards"),
    minimumGpuDriver: count("minimumGpuDriver"),
    roles: roles.reduce((set, role) => set | role, 0),
    maxEnclaveAge: count("maxEnclaveAgeDays") * 86_400,
    heartbeatInterval: count("heartbeatMinutes") * 60,
  };
  return { profile, source: text_("source") };
}

/**
 * Reads a profile by its name in deployments/profiles, or by a path ending in `.json`.
 *
 * @throws UserError when there is no such file; the message lists the names there are
 */
export async function readProfile(nameOrPath: string): Promise<ProfileFile> {
  const file = nameOrPath.endsWith(".json") ? nameOrPath : path.join(PROFILE_FOLDER, `${nameOrPath}.json`);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch {
    const known = (await readdir(PROFILE_FOLDER)).map((entry) => path.parse(entry).name).sort();
    throw new UserError(`There is no profile "${nameOrPath}". Known profiles: ${known.join(", ")}.`);
  }
  return parseProfile(text, file);
}

/** A profile in one line of words. */
export function describeProfile(profile: HardwareProfile): string {
  const roles = OPERATOR_ROLES.filter((_role, bit) => (profile.roles & (1 << bit)) !== 0);
  const gpu =
    profile.gpuArchitecture === 0
      ? "no accelerator"
      : `${GPU_ARCHITECTURES[profile.gpuArchitecture] ?? "?"} ${profile.gpuBoards.join(", ")} in ` +
        `${GPU_MODES[profile.gpuMode] ?? "?"} mode with driver ${profile.minimumGpuDriver} or newer`;
  return printable(
    `"${profile.name}": ${CPU_TEES[profile.cpuTee] ?? "?"}, ${gpu}, for ${roles.join(" and ")}, ` +
      `attested every ${profile.maxEnclaveAge / 86_400} days, alive every ${profile.heartbeatInterval / 60} minutes`,
  );
}
