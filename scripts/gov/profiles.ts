import { fileURLToPath } from "node:url";
import { isHex, parseEther, type Hex } from "viem";

import { readJsonFile } from "../lib/read-json.ts";
import { UserError } from "../lib/user-error.ts";
import { printable } from "./words.ts";

/** Processor technologies in the order of `TeeKind`; no profile has the first. */
export const CPU_TEES = ["NONE", "NITRO", "TDX", "SEV_SNP"] as const;
/** States of a platform's firmware in the order of `TcbStatus`. */
export const TCB_STATUSES = [
  "NOT_APPLICABLE",
  "UP_TO_DATE",
  "SW_HARDENING_NEEDED",
  "CONFIGURATION_NEEDED",
  "CONFIGURATION_AND_SW_HARDENING_NEEDED",
  "OUT_OF_DATE",
  "OUT_OF_DATE_CONFIGURATION_NEEDED",
  "REVOKED",
] as const;
/** Accelerator generations in the order of `IHardwarePolicy.GpuArchitecture`. */
export const GPU_ARCHITECTURES = ["NONE", "HOPPER", "BLACKWELL"] as const;
/** Accelerator modes in the order of `IHardwarePolicy.GpuMode`. */
export const GPU_MODES = ["NONE", "SINGLE_PASSTHROUGH", "MULTI_PASSTHROUGH"] as const;
/** Whose word is needed for accelerators, in the order of `IHardwarePolicy.GpuAssurance`. */
export const GPU_ASSURANCES = ["MEASURED_CODE", "NVIDIA_TOKEN"] as const;
/** Profile states in the order of `IHardwarePolicy.ProfileStatus`. */
export const PROFILE_STATUSES = ["unknown", "accepted", "suspended"] as const;
/** Operator roles by bit, as in contracts/libraries/OperatorRoles.sol. */
export const OPERATOR_ROLES = ["INFERENCE", "JUDGE", "STORAGE", "DATA"] as const;

/** A hardware profile as the contract takes it. */
export interface HardwareProfile {
  readonly name: string;
  readonly cpuTee: number;
  /** 32 bytes each, as the verifier reports them; empty accepts every class. */
  readonly platformClasses: readonly Hex[];
  readonly gpuArchitecture: number;
  readonly gpuMode: number;
  readonly gpuBoards: readonly string[];
  readonly minimumGpuDriver: number;
  readonly gpuAssurance: number;
  /** Set of {@link TCB_STATUSES}. */
  readonly acceptedTcb: number;
  /** Seconds. */
  readonly tcbGrace: number;
  readonly minimumTcbEvaluation: number;
  readonly minimumSnpTcb: bigint;
  /** Set of operator roles. */
  readonly roles: number;
  /** Seconds. */
  readonly maxEnclaveAge: number;
  /** Seconds. */
  readonly heartbeatInterval: number;
  /** OPG base units. */
  readonly minimumStake: bigint;
}

/** A row of the profile file: the profile, whether it is meant to be accepted now, and where its facts come from. */
export interface ProfileFile {
  readonly id: string;
  /** `active`: for a new deployment to accept; `off`: described, for a vote to decide later. */
  readonly state: "active" | "off";
  readonly profile: HardwareProfile;
  readonly source: string;
}

/** The profiles that come with the repository. */
export const PROFILES_FILE = fileURLToPath(new URL("../../deployments/profiles.json", import.meta.url));

const KEYS = [
  "id",
  "state",
  "name",
  "cpuTee",
  "platformClasses",
  "gpuArchitecture",
  "gpuMode",
  "gpuBoards",
  "minimumGpuDriver",
  "gpuAssurance",
  "acceptedTcb",
  "tcbGraceDays",
  "minimumTcbEvaluation",
  "minimumSnpTcb",
  "roles",
  "maxEnclaveAgeDays",
  "heartbeatMinutes",
  "minimumStake",
  "source",
] as const;

/**
 * Reads one profile. What the values mean is checked by the contract; here only their form.
 *
 * @param where the file and row, for messages
 * @throws UserError naming the first value that has the wrong form
 */
export function parseProfile(json: unknown, where: string): ProfileFile {
  const fail = (problem: string): never => {
    throw new UserError(`${where}: ${problem}.`);
  };
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

  const bytes = (key: string, length: number): readonly Hex[] =>
    texts(key).map((item) =>
      isHex(item) && item.length === 2 + 2 * length ? item : fail(`"${key}" must be ${length} bytes in hex`),
    );
  const snpTcb = text_("minimumSnpTcb");
  if (!/^0x[0-9a-f]{16}$/i.test(snpTcb)) fail('"minimumSnpTcb" must be 8 bytes in hex');
  const stake = text_("minimumStake");
  if (!/^\d+$/.test(stake)) fail('"minimumStake" must be whole OPG as a text');
  const state = text_("state");
  if (state !== "active" && state !== "off") return fail('"state" must be active or off');
  const tcb = texts("acceptedTcb").map((status) => 1 << indexIn(TCB_STATUSES, status, "acceptedTcb"));
  const roles = texts("roles").map((role) => 1 << indexIn(OPERATOR_ROLES, role, "roles"));
  const profile: HardwareProfile = {
    name: text_("name"),
    cpuTee: indexIn(CPU_TEES.slice(1), text_("cpuTee"), "cpuTee") + 1,
    platformClasses: bytes("platformClasses", 32),
    gpuArchitecture: indexIn(GPU_ARCHITECTURES, text_("gpuArchitecture"), "gpuArchitecture"),
    gpuMode: indexIn(GPU_MODES, text_("gpuMode"), "gpuMode"),
    gpuBoards: texts("gpuBoards"),
    minimumGpuDriver: count("minimumGpuDriver"),
    gpuAssurance: indexIn(GPU_ASSURANCES, text_("gpuAssurance"), "gpuAssurance"),
    acceptedTcb: tcb.reduce((set, status) => set | status, 0),
    tcbGrace: count("tcbGraceDays") * 86_400,
    minimumTcbEvaluation: count("minimumTcbEvaluation"),
    minimumSnpTcb: BigInt(snpTcb),
    roles: roles.reduce((set, role) => set | role, 0),
    maxEnclaveAge: count("maxEnclaveAgeDays") * 86_400,
    heartbeatInterval: count("heartbeatMinutes") * 60,
    minimumStake: parseEther(stake),
  };
  return { id: text_("id"), state, profile, source: text_("source") };
}

/**
 * Reads every profile of a file.
 *
 * @throws UserError when the file is not a list of profiles, or an id is there twice
 */
export async function readProfiles(file = PROFILES_FILE): Promise<readonly ProfileFile[]> {
  const json = await readJsonFile(file);
  if (!Array.isArray(json)) throw new UserError(`${file}: not a list of profiles.`);
  const rows = json.map((row: unknown, index) => parseProfile(row, `${file}, row ${index}`));
  const twice = rows.find(({ id }, index) => rows.findIndex((row) => row.id === id) !== index);
  if (twice !== undefined) throw new UserError(`${file}: the profile "${twice.id}" is there twice.`);
  return rows;
}

/**
 * Reads a profile by its id in deployments/profiles.json, or as `file.json#id` in another file.
 *
 * @throws UserError when there is no such profile; the message lists those there are
 */
export async function readProfile(name: string): Promise<ProfileFile> {
  const [file, id] = name.includes("#") ? name.split("#") : [PROFILES_FILE, name];
  const rows = await readProfiles(file);
  const found = rows.find((row) => row.id === id);
  if (found !== undefined) return found;
  throw new UserError(`There is no profile "${id}". Known profiles: ${rows.map((row) => row.id).join(", ")}.`);
}

/** A profile in one line of words. */
export function describeProfile(profile: HardwareProfile): string {
  const roles = OPERATOR_ROLES.filter((_role, bit) => (profile.roles & (1 << bit)) !== 0);
  const tcb = TCB_STATUSES.filter((_status, bit) => (profile.acceptedTcb & (1 << bit)) !== 0);
  const gpu =
    profile.gpuArchitecture === 0
      ? "no accelerator"
      : `${GPU_ARCHITECTURES[profile.gpuArchitecture] ?? "?"} ${profile.gpuBoards.join(", ")} in ` +
        `${GPU_MODES[profile.gpuMode] ?? "?"} mode with driver ${profile.minimumGpuDriver} or newer` +
        (profile.gpuAssurance === 0 ? "" : " and NVIDIA's token for each registration");
  return printable(
    `"${profile.name}": ${CPU_TEES[profile.cpuTee] ?? "?"} with TCB ${tcb.join(" or ")}, ${gpu}, for ${roles.join(" and ")}, ` +
      `attested every ${profile.maxEnclaveAge / 86_400} days, alive every ${profile.heartbeatInterval / 60} minutes`,
  );
}
