import type { Baseline, Bench, Metrics } from "./types.ts";

/** The difference between measured figures and the committed baseline. */
export interface Comparison {
  /** Figures that grew beyond their tolerance, and ids that vanished: one sentence each. `--check` fails on these. */
  readonly failures: readonly string[];
  /** New ids, and figures that shrank beyond their tolerance: worth an update of the baseline. */
  readonly notes: readonly string[];
}

/** Whether `id` is `prefix` itself or lies below it: `gas` covers `gas.staking.stake`, but not `gasoline`. */
export function isUnder(id: string, prefix: string | undefined): boolean {
  return prefix === undefined || id === prefix || id.startsWith(prefix.endsWith(".") ? prefix : `${prefix}.`);
}

/** The bench that speaks for a metric: of those whose prefix covers it, the one with the longest. */
export function ownerOf(id: string, benches: readonly Bench[]): Bench | undefined {
  const covering = benches.filter(({ prefix }) => isUnder(id, prefix));
  return covering.toSorted((a, b) => b.prefix.length - a.prefix.length)[0];
}

/** `+5.0 %`; a baseline of zero has no percentage. */
function growth(before: number, now: number): string {
  if (before === 0) return `+${now}`;
  const percent = ((now - before) / before) * 100;
  return `${percent > 0 ? "+" : ""}${percent.toFixed(1)} %`;
}

/**
 * Compares figures with the baseline.
 *
 * @param only compare only ids under this prefix; undefined means all
 */
export function compareWithBaseline(metrics: Metrics, baseline: Baseline, only: string | undefined): Comparison {
  const failures: string[] = [];
  const notes: string[] = [];
  for (const [id, entry] of Object.entries(baseline)) {
    if (!isUnder(id, only)) continue;
    const value = metrics[id];
    if (value === undefined) {
      failures.push(`${id} is in the baseline (${entry.value} ${entry.unit}) but was not measured`);
      continue;
    }
    const limit = entry.value * (1 + entry.tolerancePercent / 100);
    const change = `${id}: ${entry.value} → ${value} ${entry.unit} (${growth(entry.value, value)})`;
    if (value > limit) failures.push(`${change}, more than the tolerance of ${entry.tolerancePercent} %`);
    else if (value < entry.value * (1 - entry.tolerancePercent / 100)) notes.push(`${change}, better`);
  }
  for (const [id, value] of Object.entries(metrics)) {
    if (isUnder(id, only) && !Object.hasOwn(baseline, id)) notes.push(`${id}: ${value}, new`);
  }
  return { failures, notes };
}
