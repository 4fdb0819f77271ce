import { padded, questionMarks, type Statements } from '@strongroom/database';

/** The most rows of one statement, a power of two. */
const MAX_ROWS = 256;

/**
 * Inserts rows by statements of 256, 128, … 1 rows, so that whatever the number, a handful of prepared statements serve.
 *
 * @param insert up to the columns, as in `INSERT INTO t (a, b)`
 * @param onDuplicate what follows the values, as in `ON DUPLICATE KEY UPDATE b = VALUES(b)`
 * @returns how many rows are new, where each other one is changed
 */
export async function insertRows(
  { execute }: Statements,
  insert: string,
  rows: readonly unknown[][],
  onDuplicate = '',
): Promise<number> {
  let inserted = 0;
  for (let at = 0, size = MAX_ROWS; at < rows.length;) {
    while (size > rows.length - at) size /= 2;
    const part = rows.slice(at, at + size);
    const places = `(${questionMarks(part[0]!.length)})`;
    const values = Array<string>(size).fill(places).join(', ');
    const { affectedRows } = await execute(`${insert} VALUES ${values} ${onDuplicate}`, part.flat());
    // The database counts a changed row twice.
    inserted += 2 * size - affectedRows;
    at += size;
  }
  return inserted;
}

/** Groups of values for `IN (…)`, padded with the last value to a power of two for the same reason. */
export function* inGroups<T>(values: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < values.length; at += MAX_ROWS) yield padded(values.slice(at, at + MAX_ROWS));
}
