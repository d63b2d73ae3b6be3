import { ownerOf } from "./compare.ts";
import type { Baseline, Bench, Metrics } from "./types.ts";

const NOTE =
  "Written by `npm run bench`; do not edit. The tolerance says how much a figure may grow before " +
  "`npm run bench -- --check` fails.";

const numbers = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

/** A table of the figures of one bench. */
function table(bench: Bench, metrics: Metrics, baseline: Baseline): readonly string[] {
  const rows = Object.entries(metrics).map(([id, value]) => {
    const tolerance = baseline[id]?.tolerancePercent ?? bench.tolerancePercent;
    return `| \`${id}\` | ${bench.label(id)} | ${numbers.format(value)} | ${tolerance} % |`;
  });
  return [
    `## ${bench.prefix}`,
    "",
    `| id | what | ${bench.unit} | tolerance |`,
    "| --- | --- | ---: | ---: |",
    ...rows,
    "",
  ];
}

/** The Markdown of docs/gas.md or docs/constraints.md. */
export function renderDocument(title: string, benches: readonly Bench[], metrics: Metrics, baseline: Baseline): string {
  const body = benches.flatMap((bench) => {
    const own = Object.entries(metrics).filter(([id]) => ownerOf(id, benches) === bench);
    return own.length === 0 ? [] : table(bench, Object.fromEntries(own), baseline);
  });
  if (body.length === 0) body.push("There are no such figures yet.", "");
  return [`# ${title}`, "", NOTE, "", ...body].join("\n");
}
