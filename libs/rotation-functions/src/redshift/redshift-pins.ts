import { invalidRequest } from '@strongroom/errors';
import { STATEMENT_TIMEOUT } from '@strongroom/egress';
import type { SqlConnection } from '../shared/sql-server.port';

/**
 * The settings of a session, and how the server may show them: those that change what names mean or how the catalogs print, and
 * that Redshift lets every user set.
 */
const pins: readonly [name: string, value: string, shown: readonly string[]][] = [
  ['search_path', 'pg_catalog', ['pg_catalog']],
  // Otherwise the server would take "Sales" for "sales" even between quotes.
  ['enable_case_sensitive_identifier', 'true', ['on', 'true']],
  ['datestyle', "'ISO, MDY'", ['ISO, MDY']],
  ['timezone', "'UTC'", ['UTC']],
];

/** Sets what a session of rotation relies on, and reads it back. */
export const pinSession = async (connection: SqlConnection, of: string): Promise<void> => {
  for (const [name, value] of pins) await connection.query(`SET ${name} TO ${value}`);
  // Milliseconds. The server shows it in units of its choice, so it is not compared.
  await connection.query(`SET statement_timeout TO ${STATEMENT_TIMEOUT}`);
  const [shown = []] = await connection.query(`SELECT ${pins.map(([name]) => `current_setting('${name}')`).join(', ')}`);
  const lost = pins.find(([, , expected], index) => !expected.includes(String(shown[index])));
  if (lost === undefined) return;
  throw invalidRequest(
    `The session's setting "${lost[0]}" differs from what rotation has set: the fields "host" and "port" of ${of} must name the Redshift cluster itself, not a proxy that changes settings.`,
  );
};
