import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import { DataFileError } from "../errors.ts";
import { seededRandom, shuffle } from "../random.ts";

/** Width of one feature in bits: 23 features are one signal of 184 bits. */
export const CREDIT_BITS = 8;

/** The greatest feature integer; larger values are cut to it. */
export const CREDIT_MAX = 2 ** CREDIT_BITS - 1;

/**
 * How a column becomes a feature: floor((value + offset) · times / per), cut to [0, 255]. Every feature spreads over its
 * byte, so that one width serves all of them; a contract computes the same integers.
 */
interface Column {
  readonly name: string;
  readonly offset: number;
  readonly times: number;
  readonly per: number;
}

function months(name: string, numbers: readonly number[], offset: number, times: number, per: number): Column[] {
  return numbers.map((month) => ({ name: `${name}${month}`, offset, times, per }));
}

/** The columns of the file in the order of the models' inputs. */
export const CREDIT_COLUMNS: readonly Column[] = [
  { name: "LIMIT_BAL", offset: 0, times: 1, per: 4_000 },
  { name: "SEX", offset: 0, times: 64, per: 1 },
  { name: "EDUCATION", offset: 0, times: 32, per: 1 },
  { name: "MARRIAGE", offset: 0, times: 64, per: 1 },
  { name: "AGE", offset: 0, times: 2, per: 1 },
  // Months of delay: −2 (nothing to pay) to 8.
  ...months("PAY_", [0, 2, 3, 4, 5, 6], 2, 16, 1),
  ...months("BILL_AMT", [1, 2, 3, 4, 5, 6], 0, 1, 2_000),
  ...months("PAY_AMT", [1, 2, 3, 4, 5, 6], 0, 1, 100),
];

/** The file writes some whole numbers as 1.00E+05. */
const WHOLE = /^(-?\d{1,9}|\d\.00E\+0[56])$/;

/** Where the age stands in a row: behind the id and four columns. */
const AGE_CELL = 5;

const TARGET = "default.payment.next.month";
const HEADER = ["ID", ...CREDIT_COLUMNS.map(({ name }) => name), TARGET].join(",");

/** One credit-card client: 23 features in [0, 255], and whether he did not pay in the next month. */
export interface CreditSample {
  readonly features: readonly number[];
  readonly defaulted: boolean;
}

/** The clients of one file, and the SHA-256 of the uncompressed file. */
export interface CreditFile {
  readonly sha256: string;
  readonly samples: readonly CreditSample[];
}

/** The parts of the clients, each in an order of its own that says nothing. */
export interface CreditSplit {
  readonly train: readonly CreditSample[];
  readonly validation: readonly CreditSample[];
  readonly test: readonly CreditSample[];
}

/** Parts of the clients in percent; the test part is the rest. */
export const CREDIT_TRAIN_PERCENT = 60;
export const CREDIT_VALIDATION_PERCENT = 20;

/** Decides which client is in which part. */
export const CREDIT_SPLIT_SEED = 20260601;

/**
 * Reads the gzipped file of clients and checks every row.
 *
 * @throws {DataFileError} naming the file and the row when it is missing or damaged.
 */
export function readCredit(path: string): CreditFile {
  let bytes: Buffer;
  try {
    bytes = gunzipSync(readFileSync(path));
  } catch (cause) {
    throw new DataFileError(`${path} cannot be read as a gzip file: restore it from the repository.`, { cause });
  }
  return { sha256: createHash("sha256").update(bytes).digest("hex"), samples: parseCredit(bytes.toString(), path) };
}

/**
 * Parses the text of a file of clients: a header, then an id, 23 columns and the outcome. Clients whose age is missing
 * ("nan", two of them) are left out.
 *
 * @throws {DataFileError} naming the first bad row.
 */
export function parseCredit(text: string, source: string): CreditSample[] {
  const [header = "", ...rows] = text.trim().split(/\r?\n/);
  if (header !== HEADER || rows.length === 0) {
    throw new DataFileError(`${source} does not begin with the header of a file of clients and rows after it.`);
  }
  return rows.flatMap((row, index) => {
    const cells = row.split(",");
    if (cells[AGE_CELL] === "nan") return [];
    const values = cells.map((cell) => (WHOLE.test(cell) ? Number(cell) : Number.NaN));
    const outcome = values.at(-1);
    const valid = values.length === CREDIT_COLUMNS.length + 2 && !values.some(Number.isNaN);
    if (!valid || (outcome !== 0 && outcome !== 1)) {
      throw new DataFileError(`${source}, row ${index + 2}: not an id, 23 whole numbers and an outcome of 0 or 1.`);
    }
    return { features: creditFeatures(values.slice(1, -1)), defaulted: outcome === 1 };
  });
}

/** The features of a client from his 23 columns as they stand in the file. */
export function creditFeatures(columns: readonly number[]): number[] {
  return CREDIT_COLUMNS.map(({ offset, times, per }, index) => {
    const units = Math.floor((((columns[index] ?? 0) + offset) * times) / per);
    return Math.min(CREDIT_MAX, Math.max(0, units));
  });
}

/** Cuts the clients into three parts by a seeded shuffle. */
export function splitCredit(samples: readonly CreditSample[]): CreditSplit {
  const order = Uint32Array.from(samples, (_, index) => index);
  shuffle(order, seededRandom(CREDIT_SPLIT_SEED));
  const shuffled = Array.from(order, (index) => samples[index]!);
  const trainEnd = Math.floor((samples.length * CREDIT_TRAIN_PERCENT) / 100);
  const validationEnd = Math.floor((samples.length * (CREDIT_TRAIN_PERCENT + CREDIT_VALIDATION_PERCENT)) / 100);
  return {
    train: shuffled.slice(0, trainEnd),
    validation: shuffled.slice(trainEnd, validationEnd),
    test: shuffled.slice(validationEnd),
  };
}
