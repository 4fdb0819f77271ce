import { invalidRequest } from '@strongroom/errors';
import { STATEMENT_TIMEOUT } from '@strongroom/egress';
import type { SqlConnection } from '../shared/sql-server.port';

/**
 * The settings of a session, as the server shows them: everything that changes what statements mean, or how their answers are
 * printed or cut.
 */
const pins: readonly [name: string, value: string, shown: string][] = [
  ['sql_mode', "''", ''],
  ['sql_quote_show_create', '1', '1'],
  ['character_set_client', 'utf8mb4', 'utf8mb4'],
  ['character_set_results', 'utf8mb4', 'utf8mb4'],
  ['collation_connection', 'utf8mb4_bin', 'utf8mb4_bin'],
  ['time_zone', "'+00:00'", '+00:00'],
  ['autocommit', '1', '1'],
  ['sql_auto_is_null', '0', '0'],
  ['sql_safe_updates', '0', '0'],
  ['sql_big_selects', '1', '1'],
];

/** Checked by a comparison in the server, because no number of the driver can hold it. */
const NO_LIMIT = '18446744073709551615';
const SECONDS = STATEMENT_TIMEOUT / 1000;

// The comments are executed by one of the two servers only. PASSWORD() of an old form would be easy to guess.
const beside = [
  `sql_select_limit = ${NO_LIMIT}`,
  'max_sort_length = 1024',
  `lock_wait_timeout = ${SECONDS}`,
  `wait_timeout = ${4 * SECONDS} /*M! , old_passwords = 0, max_statement_time = ${SECONDS} */ /*!80017 , print_identified_with_as_hex = ON */`,
];

/**
 * Sets everything that a session of rotation relies on, whatever server, account or init_connect have changed, and reads it back.
 */
export const pinSession = async (connection: SqlConnection, of: string): Promise<void> => {
  const settings = [...pins.map(([name, value]) => `${name} = ${value}`), ...beside];
  await connection.query(`SET SESSION ${settings.join(', ')}`);
  await connection.query('SET SESSION TRANSACTION READ WRITE');
  const [shown = []] = await connection.query(
    `SELECT ${[...pins.map(([name]) => `@@SESSION.${name}`), `@@SESSION.sql_select_limit = ${NO_LIMIT}`].join(', ')}`,
  );
  const lost = [...pins, ['sql_select_limit', '', '1'] as const].find(
    ([, , expected], index) => String(shown[index]) !== expected,
  );
  if (lost === undefined) return;
  throw invalidRequest(
    `The session's setting "${lost[0]}" differs from what rotation has set: the fields "host" and "port" of ${of} must name the database server itself, not a proxy that changes settings.`,
  );
};
