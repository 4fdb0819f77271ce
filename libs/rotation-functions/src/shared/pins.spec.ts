import { pinSession } from '../mysql/mysql-pins';
import { requirePins, startUpOptions } from '../postgres/postgres-pins';
import * as redshift from '../redshift/redshift-pins';
import type { SqlConnection } from './sql-server.port';

/** A server that shows every setting as it was set, but one. */
const connection = (rowOf: (sql: string) => unknown[]): SqlConnection => ({
  query: (sql) => Promise.resolve(sql.startsWith('SELECT') ? [rowOf(sql)] : []),
  close: () => Promise.resolve(),
});
const mysqlRow = ['', 1, 'utf8mb4', 'utf8mb4', 'utf8mb4_bin', '+00:00', 1, 0, 0, 1, 1];

it('takes a MySQL session as it was set', async () => {
  await expect(
    pinSession(
      connection(() => mysqlRow),
      'AWSCURRENT',
    ),
  ).resolves.toBeUndefined();
});

it.each(mysqlRow.map((_, index) => index))('refuses a MySQL session whose setting %i is another', async (index) => {
  const row = mysqlRow.map((value, at) => (at === index ? 'another' : value));
  await expect(
    pinSession(
      connection(() => row),
      'AWSCURRENT',
    ),
  ).rejects.toThrow(/The session's setting "\w+" differs from what rotation has set/);
  await expect(
    pinSession(
      connection(() => []),
      'AWSCURRENT',
    ),
  ).rejects.toThrow('differs from what rotation has set');
});

const shownBy = (options: string) =>
  new Map(options.split(' -c ').map((one) => one.replace(/^-c /, '').replaceAll('\\ ', ' ').split('=') as [string, string]));

it('takes a PostgreSQL session as it was set, and refuses one whose pooler dropped what it starts with', async () => {
  const shown = shownBy(startUpOptions());
  const rowOf = (dropped?: string) => (sql: string) =>
    [...sql.matchAll(/current_setting\('(\w+)'\)/g)].map(([, name]) => (name === dropped ? '' : shown.get(name!)));
  await expect(requirePins(connection(rowOf()), 'AWSCURRENT')).resolves.toBeUndefined();
  await expect(requirePins(connection(rowOf('search_path')), 'AWSCURRENT')).rejects.toThrow(
    `The session's setting "search_path" differs from`,
  );
});

it('writes start-up options that PostgreSQL takes apart again', () => {
  expect(startUpOptions({ event_triggers: 'off' })).toMatch(
    /^-c search_path=pg_catalog,\\ pg_temp -c role=none .* -c event_triggers=off$/,
  );
});

const redshiftRow = ['pg_catalog', 'on', 'ISO, MDY', 'UTC'];

it('takes a Redshift session as it was set, and refuses one whose proxy has changed a setting', async () => {
  const pin = (row: unknown[]) =>
    redshift.pinSession(
      connection(() => row),
      'AWSCURRENT',
    );
  await expect(pin(redshiftRow)).resolves.toBeUndefined();
  for (const [index] of redshiftRow.entries()) {
    const row = redshiftRow.map((value, at) => (at === index ? 'another' : value));
    await expect(pin(row)).rejects.toThrow(/The session's setting "\w+" differs from what rotation has set/);
  }
  await expect(pin([])).rejects.toThrow('differs from what rotation has set');
});
