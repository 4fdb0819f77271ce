/** The placeholders for a number of parameters of a prepared statement. */
export const questionMarks = (count: number): string => Array<string>(count).fill('?').join(', ');
