import { CsvError, parse } from 'csv-parse/sync';
import { type SourceItem, withOneValue } from './source-item';
import { BadText } from './json-text';

/** Bytes of one line: a value and what describes it. */
const MAX_RECORD = 1024 * 1024;
const TAG = 'tag:';

/**
 * Secrets of a file in the form of RFC 4180. The first line names the columns: `name` and `value`, `description` if there is one,
 * and `tag:<key>` for tags; an empty tag is none. Other columns are an error, so that a misspelt one is not lost.
 *
 * @throws BadText
 */
export const parseCsvSecrets = (text: string): SourceItem[] => {
  const [header, ...rows] = read(text);
  if (header === undefined) throw new BadText('It is empty: the first line must name the columns.');
  const columns = header.map((column) => column.trim());
  const at = (column: string) => columns.indexOf(column);
  for (const needed of ['name', 'value']) if (at(needed) < 0) throw new BadText(`It has no column "${needed}".`);
  columns.forEach((column, index) => {
    if (columns.indexOf(column) !== index) throw new BadText(`It has the column "${column.slice(0, 80)}" twice.`);
    if (['name', 'value', 'description'].includes(column) || (column.startsWith(TAG) && column.length > TAG.length)) return;
    throw new BadText(`It has a column "${column.slice(0, 80)}": name, value, description and tag:<key> are known.`);
  });
  const tagColumns = columns.flatMap((column, index) =>
    column.startsWith(TAG) ? [[column.slice(TAG.length), index] as const] : [],
  );
  return rows.map((row) => {
    const tags = tagColumns.flatMap(([key, index]) => (row[index] === '' ? [] : [[key, row[index]!] as const]));
    const description = row[at('description')] || undefined;
    const name = row[at('name')]!;
    return withOneValue(
      { name, description, tags: tagColumns.length === 0 ? undefined : new Map(tags) },
      { secretString: row[at('value')]! },
    );
  });
};

const read = (text: string): string[][] => {
  try {
    return parse(text, { bom: true, skip_empty_lines: true, max_record_size: MAX_RECORD });
  } catch (error) {
    // The package's messages may show what the line holds.
    if (!(error instanceof CsvError)) throw error;
    const { code, lines } = error as CsvError & { lines?: number };
    throw new BadText(`It is not CSV that can be read: ${code}${lines === undefined ? '' : ` in line ${lines}`}.`);
  }
};
