import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { isUnder, ownerOf } from "./compare.ts";
import type { Baseline, BaselineEntry, Bench, Metrics } from "./types.ts";

function isEntry(value: unknown): value is BaselineEntry {
  if (typeof value !== "object" || value === null) return false;
  const entry: Partial<Record<keyof BaselineEntry, unknown>> = value;
  return (
    Number.isFinite(entry.value) &&
    Number.isFinite(entry.tolerancePercent) &&
    typeof entry.unit === "string" &&
    typeof entry.label === "string"
  );
}

/**
 * Reads the committed baseline; empty when there is none yet.
 *
 * @throws Error naming the id whose entry is malformed
 */
export function readBaseline(path: string): Baseline {
  if (!existsSync(path)) return {};
  const parsed: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new Error(`${path} must hold one JSON object, metric id → entry`);
  }
  const baseline: Record<string, BaselineEntry> = {};
  for (const [id, entry] of Object.entries(parsed)) {
    if (!isEntry(entry)) throw new Error(`${path}: "${id}" needs value, tolerancePercent, unit and label`);
    baseline[id] = entry;
  }
  return baseline;
}

/**
 * The baseline after an update: measured figures replace old ones, a tolerance that somebody edited stays, and ids under
 * `only` that were not measured disappear.
 */
export function updateBaseline(
  baseline: Baseline,
  metrics: Metrics,
  benches: readonly Bench[],
  only: string | undefined,
): Baseline {
  const kept = Object.entries(baseline).filter(([id]) => !isUnder(id, only));
  const measured = Object.entries(metrics).map(([id, value]): [string, BaselineEntry] => {
    const bench = ownerOf(id, benches);
    if (bench === undefined) throw new Error(`No bench claims the metric ${id}`);
    const tolerancePercent = baseline[id]?.tolerancePercent ?? bench.tolerancePercent;
    return [id, { value, tolerancePercent, unit: bench.unit, label: bench.label(id) }];
  });
  return Object.fromEntries([...kept, ...measured].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Writes the baseline, one entry per line, so that a changed figure is a changed line. */
export function writeBaseline(path: string, baseline: Baseline): void {
  const lines = Object.entries(baseline).map(([id, entry]) => `  ${JSON.stringify(id)}: ${JSON.stringify(entry)}`);
  writeFileSync(path, `{\n${lines.join(",\n")}\n}\n`);
}
