// The rules of versions, "newest stable" and price notice, written down a second time and as plainly as possible: as
// lists that are searched, where the contract has packed numbers, links and two slots.

/** What a call costs; null means "not offered". */
export type Terms = readonly [perCall: bigint, perInput: bigint, perOutput: bigint] | null;

/** Terms and the time from which they hold, Unix seconds. */
interface Change {
  readonly from: bigint;
  readonly terms: Terms;
}

/** A release. */
export interface Release {
  readonly major: number;
  readonly minor: number;
  readonly stable: boolean;
  deprecated: boolean;
  yanked: boolean;
  /** By mode; in order of time. */
  readonly changes: Map<number, Change[]>;
}

/** A repository, its releases oldest first. */
export interface Repository {
  readonly releases: Release[];
  retired: boolean;
}

const DAY = 86_400n;

/** The next release of a repository. */
export function publish({ releases }: Repository, major: boolean, stable: boolean): Release {
  const highest = Math.max(0, ...releases.map((release) => release.major));
  const minors = releases.filter((release) => release.major === highest).map(({ minor }) => minor);
  const version =
    highest === 0 || major ? { major: highest + 1, minor: 0 } : { major: highest, minor: Math.max(...minors) + 1 };
  const release = { ...version, stable, deprecated: false, yanked: false, changes: new Map<number, Change[]>() };
  releases.push(release);
  return release;
}

/** The release that the plain name means. */
export function newestStable({ releases }: Repository): Release | undefined {
  return releases
    .filter(({ stable, yanked }) => stable && !yanked)
    .sort((a, b) => a.major - b.major || a.minor - b.minor)
    .at(-1);
}

/** The terms of a mode at a time. */
export function termsAt({ changes }: Release, mode: number, time: bigint): Terms {
  return (changes.get(mode) ?? []).findLast(({ from }) => from <= time)?.terms ?? null;
}

/** The change that is announced for a mode, if any. */
export function announcedAt({ changes }: Release, mode: number, time: bigint): Change | undefined {
  return (changes.get(mode) ?? []).find(({ from }) => from > time);
}

/** Sets terms: what is dearer in any respect, or the end of an offer, waits a day; an announced change is dropped. */
export function change(release: Release, mode: number, terms: Terms, time: bigint): void {
  const now = termsAt(release, mode, time);
  const worse = now !== null && (terms === null || terms.some((rate, index) => rate > (now[index] ?? 0n)));
  const kept = (release.changes.get(mode) ?? []).filter(({ from }) => from <= time);
  release.changes.set(mode, [...kept, { from: worse ? time + DAY : time, terms }]);
}
