import Table, { type HorizontalAlignment } from "cli-table3";

/** How a table is drawn where the defaults do not do. */
export interface TableLayout {
  /** Column by column; left by default. */
  readonly aligns?: readonly HorizontalAlignment[];
  /** Characters, column by column; cells are wrapped at words then. As wide as needed by default. */
  readonly widths?: readonly number[];
  /** Whether lines stand between the rows, for cells of several lines. */
  readonly ruled?: boolean;
}

/** Draws a table without colours, which files and pipes would show as letters. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  { aligns = [], widths = [], ruled = false }: TableLayout = {},
): string {
  const table = new Table({
    head: [...head],
    colAligns: [...aligns],
    colWidths: [...widths],
    wordWrap: widths.length > 0,
    style: { head: [], border: [], compact: !ruled },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}
