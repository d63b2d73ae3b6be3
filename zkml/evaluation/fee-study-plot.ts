import type { FeeStudy } from "./evaluate-fee.ts";

const WIDTH = 860;
const HEIGHT = 340;
const TOP = 48;
const BOTTOM = 48;
const PANEL = 360;
const COLOURS = { "last hour": "#7a8aa0", HAR: "#2f7d5b", model: "#b3420f", "perfect foresight": "#1c2733" } as const;

/** One panel: where its plot begins, and the values of its left axis. */
interface Panel {
  readonly left: number;
  readonly low: number;
  readonly high: number;
}

/** An SVG picture: revenue over elasticity on the first market, and edge over the constant fee on all of them. */
export function feeStudyPlot(study: FeeStudy): string {
  const [first] = Object.entries(study.markets);
  if (first === undefined) throw new Error("There is no market to plot.");
  const [market, { revenue }] = first;
  const curves = Object.entries(COLOURS).map(([name, colour]) => {
    return { name, colour, values: revenue[name as keyof typeof COLOURS] };
  });
  const values = curves.flatMap((curve) => [...curve.values]);
  const panel: Panel = { left: 56, low: Math.min(0.9, ...values), high: Math.max(...values) };
  const x = (elasticity: number) => round(panel.left + (PANEL * elasticity) / Math.max(...study.elasticities));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    "<title>What the fee model is worth: revenue over elasticity, and edge over constant fees</title>",
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(panel.left, 24, `${market}: revenue at the same mean fee (constant fee = 1)`, "start"),
    ...ticks(panel, (value) => value.toFixed(2)),
    ...study.elasticities.map((elasticity) => text(x(elasticity), HEIGHT - BOTTOM + 18, String(elasticity), "middle")),
    text(panel.left + PANEL / 2, HEIGHT - 8, "elasticity of volume to the fee", "middle"),
    ...curves.flatMap(({ name, colour, values: points }, at) => [
      `<path d="${points.map((value, index) => `${index === 0 ? "M" : "L"}${x(study.elasticities[index] ?? 0)} ${height(panel, value)}`).join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      text(panel.left + PANEL - 4, TOP + 16 + 16 * at, name, "end", colour),
    ]),
    ...edgePanel(study),
    "</svg>",
    "",
  ].join("\n");
}

/** Bars: what the model's fee of mean 30 bps gains in edge over the constant one, with two standard errors. */
function edgePanel(study: FeeStudy): string[] {
  const bars = [
    { name: "challenge", study: study.challenge },
    ...Object.entries(study.markets).flatMap(([market, { realVolatility, realVolume }]) => [
      { name: `${market.slice(0, 3)} vol.`, study: realVolatility },
      { name: `${market.slice(0, 3)} + volume`, study: realVolume },
    ]),
  ].map(({ name, study: { gain } }) => ({ name, ...(gain["30 bps"] ?? { mean: 0, error: 0 }) }));
  const ends = bars.flatMap(({ mean, error }) => [mean - 2 * error, mean + 2 * error]);
  const panel: Panel = { left: 480, low: Math.min(0, ...ends), high: Math.max(0, ...ends) };
  const slot = PANEL / bars.length;
  return [
    text(panel.left, 24, "edge of the model's fee minus constant 30 bps, ± 2 errors", "start"),
    ...ticks(panel, (value) => value.toFixed(0)),
    ...bars.flatMap(({ name, mean, error }, index) => {
      const middle = round(panel.left + slot * (index + 0.5));
      const [top, bottom] = [height(panel, Math.max(0, mean)), height(panel, Math.min(0, mean))];
      return [
        `<rect x="${round(middle - slot / 4)}" y="${top}" width="${round(slot / 2)}" height="${round(bottom - top)}" fill="#b3420f"/>`,
        `<line x1="${middle}" x2="${middle}" y1="${height(panel, mean - 2 * error)}" y2="${height(panel, mean + 2 * error)}" stroke="#1c2733"/>`,
        text(middle, HEIGHT - BOTTOM + 18, name, "middle"),
      ];
    }),
  ];
}

function ticks(panel: Panel, label: (value: number) => string): string[] {
  return [0, 0.25, 0.5, 0.75, 1].flatMap((part) => {
    const value = panel.low + part * (panel.high - panel.low);
    const level = height(panel, value);
    return [
      `<line x1="${panel.left}" x2="${panel.left + PANEL}" y1="${level}" y2="${level}" stroke="#e6e9ee"/>`,
      text(panel.left - 6, level + 4, label(value), "end", "#5b6b80"),
    ];
  });
}

function height({ low, high }: Panel, value: number): number {
  return round(TOP + ((HEIGHT - TOP - BOTTOM) * (high - value)) / (high - low));
}

function text(x: number, y: number, content: string, anchor: "start" | "middle" | "end", colour = "#1c2733"): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${colour}">${content}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
