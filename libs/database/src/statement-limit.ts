/**
 * The time limit of a statement in the database, milliseconds, if no call's deadline sets one: a server otherwise continues with
 * statements that nobody waits for. It is longer than `DEFAULT_TIMEOUT_MS`, so that callers see their own deadline first.
 */
export const STATEMENT_LIMIT_MS = 10_000;

/** Each limit makes another text, which the server must prepare. */
const STEPS_MS = [1_000, 2_000, 5_000, STATEMENT_LIMIT_MS, 20_000, 60_000];

// Both servers get the same text: only MariaDB reads `/*M!`, only MySQL reads `/*!80000` and `/*+`, and MySQL limits only
// SELECTs.

/** Sets the limit for all statements of a session; 0: none. */
export function sessionLimit(limitMs: number): string {
  return `SET /*M! SESSION max_statement_time = ${limitMs / 1_000} */ /*!80000 SESSION max_execution_time = ${limitMs} */`;
}

/**
 * Adds a limit to the statement, which must begin with SELECT. The limit is at least `leftMs` and less than two and a half times
 * as long.
 */
export function withLimit(select: string, leftMs: number): string {
  const limitMs = STEPS_MS.find((step) => step >= leftMs) ?? STEPS_MS.at(-1)!;
  if (limitMs === STATEMENT_LIMIT_MS) return select;
  return select.replace(
    /^\s*SELECT\b/,
    `/*M! SET STATEMENT max_statement_time = ${limitMs / 1_000} FOR */ SELECT /*+ MAX_EXECUTION_TIME(${limitMs}) */`,
  );
}
