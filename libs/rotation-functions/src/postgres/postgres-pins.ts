import { invalidRequest } from '@strongroom/errors';
import { STATEMENT_TIMEOUT } from '@strongroom/egress';
import type { SqlConnection } from '../shared/sql-server.port';

/**
 * What every session starts with, as the server shows it. These are start-up options: they hold from before the first statement
 * on, and win over what the server, the database (ALTER DATABASE … SET) and the role (ALTER ROLE … SET) say. Whoever owns a
 * database could otherwise have functions of theirs run, or statements mean something else, in a superuser's session.
 */
const pins: Readonly<Record<string, string>> = {
  search_path: 'pg_catalog, pg_temp',
  role: 'none',
  row_security: 'off',
  local_preload_libraries: '',
  standard_conforming_strings: 'on',
  backslash_quote: 'safe_encoding',
  transform_null_equals: 'off',
  array_nulls: 'on',
  quote_all_identifiers: 'off',
  bytea_output: 'hex',
  extra_float_digits: '1',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  client_min_messages: 'warning',
  client_encoding: 'UTF8',
  default_transaction_read_only: 'off',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
};

/** Milliseconds; shown by the server in units of its choice, so that they are not compared. */
const limits: Readonly<Record<string, number>> = {
  statement_timeout: STATEMENT_TIMEOUT,
  lock_timeout: STATEMENT_TIMEOUT,
  idle_in_transaction_session_timeout: 2 * STATEMENT_TIMEOUT,
};

/** The start-up options of a session: the pinned ones, and some of its own. */
export const startUpOptions = (more: Readonly<Record<string, string>> = {}): string =>
  Object.entries({ ...pins, ...limits, ...more })
    .map(([name, value]) => `-c ${name}=${String(value).replaceAll(/[\\ ]/g, '\\$&')}`)
    .join(' ');

/** Reads back what was pinned, because a pooler in between may have dropped it. */
export const requirePins = async (connection: SqlConnection, of: string): Promise<void> => {
  const names = Object.keys(pins);
  const [shown = []] = await connection.query(
    `SELECT ${names.map((name) => `pg_catalog.current_setting('${name}')`).join(', ')}`,
  );
  const lost = names.find((name, index) => shown[index] !== pins[name]);
  if (lost === undefined) return;
  throw invalidRequest(
    `The session's setting "${lost}" differs from what rotation has set: the fields "host" and "port" of ${of} must name the PostgreSQL server itself, not a pooler that drops start-up options.`,
  );
};
