/** The placeholders for a number of parameters of a prepared statement. */
export function questionMarks(count: number): string {
  return Array<string>(count).fill('?').join(', ');
}
