import type { FeePoint } from "./tell.ts";

const WIDTH = 860;
const HEIGHT = 360;
const MARGIN = { left: 64, right: 64, top: 48, bottom: 56 };
const BLOCKS = "▁▂▃▄▅▆▇█";

/** A line of blocks, one per value, the largest value the highest. */
export function sparkline(values: readonly number[]): string {
  const top = Math.max(...values);
  return values.map((value) => BLOCKS[Math.min(7, Math.floor((8 * value) / top))] ?? "").join("");
}

/** An SVG picture: the fee as steps over the range that each hour really had, as bars. */
export function feePlot(points: readonly FeePoint[], market: string): string {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) throw new Error("There are no fees to plot.");
  const plotWidth = WIDTH - MARGIN.left - MARGIN.right;
  const plotHeight = HEIGHT - MARGIN.top - MARGIN.bottom;
  const slot = plotWidth / points.length;
  const maxFee = niceCeiling(Math.max(...points.map(({ fee }) => fee / 10_000)));
  const maxRange = niceCeiling(Math.max(...points.map(({ realRange }) => realRange / 10_000)));
  const x = (index: number) => round(MARGIN.left + slot * index);
  const y = (value: number, max: number) => round(MARGIN.top + plotHeight * (1 - value / max));

  const bars = points.map(({ realRange }, index) => {
    const top = y(realRange / 10_000, maxRange);
    const height = round(MARGIN.top + plotHeight - top);
    return `<rect x="${round(x(index) + 2)}" y="${top}" width="${round(slot - 4)}" height="${height}" fill="#cfd8e3"/>`;
  });
  const steps = points.map(({ fee }, index) => {
    const level = y(fee / 10_000, maxFee);
    return `${index === 0 ? "M" : "L"}${x(index)} ${level} L${x(index + 1)} ${level}`;
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const level = y(part, 1);
    return [
      `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${level}" y2="${level}" stroke="#e6e9ee"/>`,
      text(MARGIN.left - 8, level + 4, `${round(part * maxFee)} %`, "end", "#b3420f"),
      text(WIDTH - MARGIN.right + 8, level + 4, `${round(part * maxRange)} %`, "start", "#5b6b80"),
    ].join("");
  });
  const hours = points.flatMap(({ time }, index) => {
    if (index % 4 !== 0) return [];
    const label = new Date(time).toISOString().slice(11, 16);
    return [text(x(index), HEIGHT - MARGIN.bottom + 18, label, "middle", "#5b6b80")];
  });
  const day = (time: number) => new Date(time).toISOString().slice(0, 10);
  const title = `${market}, ${day(first.time)} to ${day(last.time)} (UTC): the fee the model set, and the range that came`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>${title}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(MARGIN.left, 24, title, "start", "#1c2733"),
    ...ticks,
    ...bars,
    `<path d="${steps.join(" ")}" fill="none" stroke="#b3420f" stroke-width="2"/>`,
    ...hours,
    text(MARGIN.left, HEIGHT - 12, "line: swap fee (left axis)", "start", "#b3420f"),
    text(WIDTH - MARGIN.right, HEIGHT - 12, "bars: real range of the hour (right axis)", "end", "#5b6b80"),
    "</svg>",
    "",
  ].join("\n");
}

function text(x: number, y: number, content: string, anchor: "start" | "middle" | "end", colour: string): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${colour}">${content}</text>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The next of 1, 2, 4, 5, 8, 10 times a power of ten: ends of axes that divide by four without long decimals. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 4, 5, 8, 10].find((candidate) => candidate * power >= value) ?? 10;
  return step * power;
}
