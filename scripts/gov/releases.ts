import { isHex, padHex, type Hex } from "viem";

import { readJsonFile } from "../lib/read-json.ts";
import { UserError } from "../lib/user-error.ts";
import { OPERATOR_ROLES } from "./profiles.ts";
import { printable } from "./words.ts";

/** Release states in the order of `ICodeReleases.ReleaseStatus`. */
export const RELEASE_STATUSES = ["unknown", "accepted", "revoked"] as const;

/** A code release as the contract takes it. */
export interface CodeRelease {
  readonly measurementId: Hex;
  readonly name: string;
  readonly version: string;
  /** 32 bytes, the commit left-aligned. */
  readonly sourceCommit: Hex;
  /** SHA-256 of the image. */
  readonly buildHash: Hex;
  readonly uri: string;
  /** Set of operator roles. */
  readonly roles: number;
  readonly profileIds: readonly Hex[];
  /** Unix seconds. */
  readonly activeFrom: number;
  /** Unix seconds; 0 is no end. */
  readonly sunset: number;
}

/** A release file: the release, and where its facts come from. */
export interface ReleaseFile {
  readonly release: CodeRelease;
  readonly source: string;
}

/**
 * Reads a release from JSON. What the values mean is checked by the contract; here only their form.
 *
 * @param where the file, for messages
 * @throws UserError naming the first value that has the wrong form
 */
export function parseRelease(json: unknown, where: string): ReleaseFile {
  const fail = (problem: string): never => {
    throw new UserError(`${where}: ${problem}.`);
  };
  if (typeof json !== "object" || json === null || Array.isArray(json)) return fail("not a JSON object");
  const fields = new Map<string, unknown>(Object.entries(json));
  const text = (key: string): string => {
    const value = fields.get(key);
    return typeof value === "string" && value !== "" ? value : fail(`"${key}" must be a text`);
  };
  const list = (key: string): readonly string[] => {
    const value: unknown = fields.get(key);
    if (!Array.isArray(value)) return fail(`"${key}" must be a list of texts`);
    return value.map((item: unknown) => (typeof item === "string" ? item : fail(`"${key}" must be a list of texts`)));
  };
  const word = (value: string, key: string): Hex =>
    isHex(value) && value.length === 66 ? value : fail(`"${key}" must be 32 bytes in hex`);
  const seconds = (key: string): number => {
    const value = fields.get(key) ?? 0;
    return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : fail(`"${key}" must be Unix seconds`);
  };
  const commit = text("sourceCommit");
  if (!/^(0x)?([0-9a-f]{40}|[0-9a-f]{64})$/i.test(commit)) fail('"sourceCommit" must be a full commit hash');
  const roles = list("roles").map((role) => {
    const bit = OPERATOR_ROLES.findIndex((known) => known === role);
    return bit >= 0 ? 1 << bit : fail(`"roles" has "${role}", must be ${OPERATOR_ROLES.join(" or ")}`);
  });
  return {
    release: {
      measurementId: word(text("measurementId"), "measurementId"),
      name: text("name"),
      version: text("version"),
      sourceCommit: padHex(`0x${commit.replace(/^0x/, "")}`, { dir: "right", size: 32 }),
      buildHash: word(text("buildHash"), "buildHash"),
      uri: text("uri"),
      roles: roles.reduce((set, role) => set | role, 0),
      profileIds: list("profileIds").map((id) => word(id, "profileIds")),
      activeFrom: seconds("activeFrom"),
      sunset: seconds("sunset"),
    },
    source: text("source"),
  };
}

/** Reads a release file. @throws UserError when it is not one */
export async function readRelease(file: string): Promise<ReleaseFile> {
  return parseRelease(await readJsonFile(file), file);
}

/** A release in one line of words. */
export function describeRelease(release: CodeRelease): string {
  const roles = OPERATOR_ROLES.filter((_role, bit) => (release.roles & (1 << bit)) !== 0);
  return printable(
    `"${release.name}" ${release.version} from commit ${release.sourceCommit}, build ${release.buildHash}, ` +
      `for ${roles.join(" and ")} on ${release.profileIds.length} profile(s); ${release.uri}`,
  );
}
