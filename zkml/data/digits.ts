import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import { DataFileError } from "../errors.ts";

/** Cells of one image. */
export const DIGIT_CELLS = 64;

/** Classes: the digits 0 to 9. */
export const DIGIT_CLASSES = 10;

/** Width of one feature in bits. */
export const DIGIT_BITS = 3;

/** The greatest cell: all of its 16 pixels are dark. */
const CELL_MAX = 16;

/** One image: 64 features in [0, 7] and the digit that it shows. */
export interface DigitSample {
  readonly features: readonly number[];
  readonly digit: number;
}

/** The images of one file, and the SHA-256 of the uncompressed file. */
export interface DigitFile {
  readonly sha256: string;
  readonly samples: readonly DigitSample[];
}

/**
 * Reads a gzipped file of digits and checks every row.
 *
 * @throws {DataFileError} naming the file and the row when it is missing or damaged.
 */
export function readDigits(path: string): DigitFile {
  let bytes: Buffer;
  try {
    bytes = gunzipSync(readFileSync(path));
  } catch (cause) {
    throw new DataFileError(`${path} cannot be read as a gzip file: restore it from the repository.`, { cause });
  }
  return { sha256: createHash("sha256").update(bytes).digest("hex"), samples: parseDigits(bytes.toString(), path) };
}

/** Parses the text of a file of digits: a header, then 64 cells and the digit per row. @throws {DataFileError} */
export function parseDigits(text: string, source: string): DigitSample[] {
  const [header = "", ...rows] = text.trim().split(/\r?\n/);
  if (!header.startsWith("Block 1,") || rows.length === 0) {
    throw new DataFileError(`${source} does not begin with the header of a file of digits and rows after it.`);
  }
  return rows.map((row, index) => {
    const values = row.split(",").map((cell) => (/^\d{1,2}$/.test(cell) ? Number(cell) : Number.NaN));
    const digit = values.pop() ?? Number.NaN;
    const valid = values.length === DIGIT_CELLS && values.every((cell) => cell <= CELL_MAX) && digit < DIGIT_CLASSES;
    if (!valid) throw new DataFileError(`${source}, row ${index + 1}: not 64 cells of 0 to 16 and a digit.`);
    return { features: values.map(featureOf), digit };
  });
}

/** A cell in three bits: half of its dark pixels, rounded down, and 15 and 16 alike. */
export function featureOf(cell: number): number {
  return Math.min(2 ** DIGIT_BITS - 1, cell >> 1);
}
