/** A version; 0.0 means "no release". */
export interface Version {
  readonly major: number;
  readonly minor: number;
}

/** The version as people write it, for example "1.01". */
export function versionText({ major, minor }: Version): string {
  return `${major}.${String(minor).padStart(2, "0")}`;
}

/** The version that the contract gives the next release. */
export function nextVersion({ major, minor }: Version, majorBump: boolean): Version {
  return major === 0 || majorBump ? { major: major + 1, minor: 0 } : { major, minor: minor + 1 };
}
