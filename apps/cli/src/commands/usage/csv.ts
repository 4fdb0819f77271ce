/**
 * Rows as CSV of RFC 4180, with a head. A cell that a spreadsheet would take for a formula cannot occur: the cells are names,
 * days and numbers.
 *
 * @param columns what the head says if there are no rows
 */
export const csvOf = (rows: readonly Readonly<Record<string, string | null>>[], columns: readonly string[] = []): string => {
  const head = rows[0] ? Object.keys(rows[0]) : columns;
  const lines = rows.map((row) => head.map((name) => cellOf(row[name] ?? '')));
  return [head, ...lines].map((cells) => `${cells.join(',')}\r\n`).join('');
};

const cellOf = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
