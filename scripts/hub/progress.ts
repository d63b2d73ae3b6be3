import { say } from "../lib/output.ts";

const WIDTH = 24;

/** A bar on stderr: rewritten in place on a terminal, one line at the end elsewhere. */
export interface ProgressBar {
  readonly advance: (bytes: number) => void;
  readonly end: () => void;
}

/** A number of bytes for people. */
export function sizeText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** One state of the bar. */
export function drawBar(label: string, done: number, total: number): string {
  const part = total === 0 ? 1 : Math.min(done / total, 1);
  const filled = Math.round(part * WIDTH);
  const bar = "#".repeat(filled) + ".".repeat(WIDTH - filled);
  return `${label} [${bar}] ${Math.floor(part * 100)} % of ${sizeText(total)}`;
}

/** Starts a bar over `total` bytes. */
export function startBar(label: string, total: number): ProgressBar {
  const terminal = process.stderr.isTTY;
  let done = 0;
  let shown = "";
  return {
    advance(bytes) {
      done += bytes;
      const text = drawBar(label, done, total);
      if (!terminal || text === shown) return;
      shown = text;
      process.stderr.write(`\r\x1b[K${text}`);
    },
    end() {
      if (terminal) process.stderr.write("\r\x1b[K");
      say(drawBar(label, done, total));
    },
  };
}
