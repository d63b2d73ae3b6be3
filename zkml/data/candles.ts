import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import { DataFileError } from "../errors.ts";

/** Prices are integers of 10^-8 quote units, so that features are exact. */
export const PRICE_DECIMALS = 8;

/** Milliseconds in one candle. */
export const HOUR_MS = 3_600_000;

/**
 * One hourly candle. `time` is its opening time in Unix milliseconds; prices are integers of 10^-8 quote units;
 * `quoteVolume` is what was traded, in quote units.
 */
export interface Candle {
  readonly time: number;
  readonly open: bigint;
  readonly high: bigint;
  readonly low: bigint;
  readonly close: bigint;
  readonly quoteVolume: number;
}

/** The candles of one market, and the SHA-256 of the uncompressed file they came from. */
export interface CandleFile {
  readonly market: string;
  readonly sha256: string;
  readonly candles: readonly Candle[];
}

const HEADER =
  "timestamp_ms,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore";

/** Openings before the year 5138 in milliseconds are below this; the same hours in microseconds are above it. */
const MICROSECONDS_FROM = 1e14;

/**
 * Reads the gzipped candles of one market and checks every row: column count, plain decimal prices, low ≤ open, close ≤
 * high, low above zero, hours on the hour and strictly increasing. Microsecond timestamps become milliseconds.
 *
 * @param market Name used in reports, for example `ETHUSDT`.
 * @param path   Path of a `.csv.gz` file.
 * @throws {DataFileError} naming the file and the first bad row.
 */
export function readCandles(market: string, path: string): CandleFile {
  let bytes: Buffer;
  try {
    bytes = gunzipSync(readFileSync(path));
  } catch (cause) {
    throw new DataFileError(`Cannot read candles from ${path}: restore the file with "git checkout -- ${path}".`, {
      cause,
    });
  }
  const candles = parseCandles(bytes.toString("utf8"), path);
  return { market, sha256: createHash("sha256").update(bytes).digest("hex"), candles };
}

/**
 * Parses and checks the text of a candle file; see {@link readCandles}.
 *
 * @param text   CSV with the header of the committed files.
 * @param source Name used in error messages.
 * @throws {DataFileError} naming `source` and the first bad row.
 */
export function parseCandles(text: string, source: string): Candle[] {
  const lines = text.split("\n");
  if (lines[0] !== HEADER) throw new DataFileError(`${source}, row 1: expected the header "${HEADER}".`);
  if (lines.at(-1) === "") lines.pop();
  const candles: Candle[] = [];
  for (let row = 1; row < lines.length; row += 1) {
    const candle = parseRow(lines[row] ?? "", `${source}, row ${row + 1}`);
    const previous = candles.at(-1);
    if (previous !== undefined && candle.time <= previous.time) {
      throw new DataFileError(`${source}, row ${row + 1}: hours must increase from row to row.`);
    }
    candles.push(candle);
  }
  if (candles.length === 0) throw new DataFileError(`${source}: there is no candle after the header.`);
  return candles;
}

function parseRow(line: string, place: string): Candle {
  const columns = line.split(",");
  if (columns.length !== 12) throw new DataFileError(`${place}: expected 12 columns, found ${columns.length}.`);
  const [timestamp = "", open = "", high = "", low = "", close = "", , , quoteVolume = ""] = columns;
  const candle: Candle = {
    time: parseTime(timestamp, place),
    open: parsePrice(open, place),
    high: parsePrice(high, place),
    low: parsePrice(low, place),
    close: parsePrice(close, place),
    quoteVolume: parseVolume(quoteVolume, place),
  };
  const inside = (price: bigint) => candle.low <= price && price <= candle.high;
  if (candle.low <= 0n || !inside(candle.open) || !inside(candle.close)) {
    throw new DataFileError(`${place}: prices must satisfy 0 < low <= open, close <= high.`);
  }
  return candle;
}

function parseTime(text: string, place: string): number {
  const raw = /^\d{13,16}$/.test(text) ? Number(text) : Number.NaN;
  const time = raw >= MICROSECONDS_FROM ? raw / 1000 : raw;
  if (!Number.isInteger(time) || time % HOUR_MS !== 0) {
    throw new DataFileError(`${place}: "${text}" is not a whole hour in Unix milliseconds or microseconds.`);
  }
  return time;
}

function parseVolume(text: string, place: string): number {
  if (!/^\d{1,15}(\.\d+)?$/.test(text)) throw new DataFileError(`${place}: "${text}" is not a volume.`);
  return Number(text);
}

function parsePrice(text: string, place: string): bigint {
  const match = /^(\d{1,12})(?:\.(\d{1,8}))?$/.exec(text);
  if (match === null) throw new DataFileError(`${place}: "${text}" is not a price with at most 8 decimals.`);
  const [, whole = "", fraction = ""] = match;
  return BigInt(whole + fraction.padEnd(PRICE_DECIMALS, "0"));
}
