/** Rows as CSV of RFC 4180, with a head. */
export const csvOf = <Column extends string>(
  rows: readonly Readonly<Record<Column, string | null>>[],
  columns: readonly Column[],
): string =>
  [columns, ...rows.map((row) => columns.map((column) => cellOf(row[column] ?? '')))]
    .map((cells) => `${cells.join(',')}\r\n`)
    .join('');

const cellOf = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
