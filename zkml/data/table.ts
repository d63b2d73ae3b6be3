import { DataFileError } from "../errors.ts";

/**
 * Reads rows of numbers separated by commas; a first line without any number is a heading.
 *
 * @param text    The file.
 * @param columns Numbers in every row.
 * @param source  Name used in error messages.
 * @throws {DataFileError} naming the line that is wrong.
 */
export function parseTable(text: string, columns: number, source: string): number[][] {
  const rows: number[][] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const cells = line.split(",").map((cell) => cell.trim());
    const numbers = cells.map((cell) => (cell === "" ? Number.NaN : Number(cell)));
    const isNumeric = numbers.every(Number.isFinite);
    // A heading has no number in it, nor what a program writes where one is missing.
    if (index === 0 && numbers.every(Number.isNaN) && !cells.some(isMissing)) continue;
    if (!isNumeric) throw new DataFileError(`${source}, line ${index + 1}: "${line}" is not a row of numbers.`);
    if (numbers.length !== columns) {
      throw new DataFileError(
        `${source}, line ${index + 1}: ${numbers.length} numbers, but the model takes ${columns}: give one row per input.`,
      );
    }
    rows.push(numbers);
  }
  if (rows.length === 0) throw new DataFileError(`${source} holds no rows: give one row of ${columns} numbers per input.`);
  return rows;
}

function isMissing(cell: string): boolean {
  return /^[+-]?(nan|inf|infinity|null)$/i.test(cell);
}
