/**
 * How long the database works at one statement, milliseconds, where no call's deadline says how long: a server goes on with what nobody waits for
 * any more. More than `DEFAULT_TIMEOUT_MS`, so that whoever waits hears of their own deadline.
 */
export const STATEMENT_LIMIT_MS = 10_000;

/** Each is a text of its own to the server, which has to be prepared. */
const STEPS_MS = [1_000, 2_000, 5_000, STATEMENT_LIMIT_MS, 20_000, 60_000];

// Both servers read the same text: what is in `/*M!` counts for MariaDB alone, in `/*!80000` and `/*+` for MySQL alone, which limits SELECTs only.

/** Sets the limit for all statements of a session; 0: none. */
export const sessionLimit = (limitMs: number): string =>
  `SET /*M! SESSION max_statement_time = ${limitMs / 1_000} */ /*!80000 SESSION max_execution_time = ${limitMs} */`;

/** The statement, which must begin with SELECT, with a limit that is no shorter than `leftMs` and less than twice and a half as long. */
export function withLimit(select: string, leftMs: number): string {
  const limitMs = STEPS_MS.find((step) => step >= leftMs) ?? STEPS_MS.at(-1)!;
  if (limitMs === STATEMENT_LIMIT_MS) return select;
  return select.replace(
    /^\s*SELECT\b/,
    `/*M! SET STATEMENT max_statement_time = ${limitMs / 1_000} FOR */ SELECT /*+ MAX_EXECUTION_TIME(${limitMs}) */`,
  );
}
