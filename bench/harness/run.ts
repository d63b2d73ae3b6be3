import { globSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isUnder } from "./compare.ts";
import type { Bench, BenchContext, Metrics } from "./types.ts";

/** Loads every `bench/*.bench.ts`, sorted by prefix. */
export async function loadBenches(root: string): Promise<readonly Bench[]> {
  const files = globSync("bench/*.bench.ts", { cwd: root }).sort();
  const benches = await Promise.all(
    files.map(async (file) => {
      const module = (await import(pathToFileURL(join(root, file)).href)) as { default?: Bench };
      if (module.default === undefined) throw new Error(`${file} has no default export`);
      return module.default;
    }),
  );
  return benches.toSorted((a, b) => (a.prefix < b.prefix ? -1 : 1));
}

/** The benches that can contribute figures under `only`. */
export function benchesUnder(benches: readonly Bench[], only: string | undefined): readonly Bench[] {
  if (only === undefined) return benches;
  return benches.filter(({ prefix }) => isUnder(prefix, only) || isUnder(only, prefix));
}

/**
 * Runs the benches that can contribute to `only`, one after the other, and returns the figures under it.
 *
 * @throws Error when a bench yields an id outside its prefix, an id twice, or something that is not a number
 */
export async function runBenches(
  benches: readonly Bench[],
  only: string | undefined,
  context: BenchContext,
): Promise<Metrics> {
  const metrics: Record<string, number> = {};
  for (const bench of benchesUnder(benches, only)) {
    context.log(`Measuring ${bench.prefix}`);
    for (const [id, value] of Object.entries(await bench.run(context))) {
      if (!isUnder(id, bench.prefix)) throw new Error(`The bench "${bench.prefix}" yielded the foreign id ${id}`);
      if (Object.hasOwn(metrics, id)) throw new Error(`The metric ${id} was measured twice`);
      if (!Number.isFinite(value) || value < 0) throw new Error(`${id} is not a figure: ${value}`);
      if (isUnder(id, only)) metrics[id] = value;
    }
  }
  return Object.fromEntries(Object.entries(metrics).sort(([a], [b]) => (a < b ? -1 : 1)));
}
