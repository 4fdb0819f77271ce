import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection, type RowDataPacket } from 'mysql2/promise';

/** What the application prints, a line each: first that it works, and in the end what it has lived through. */
export type EnvironmentReport =
  | { event: 'working'; databaseUser: string }
  | { event: 'ended'; databaseUser: string; queries: number; failures: string[] };

const QUERY_INTERVAL_MS = 10;

/**
 * An application as there are many: it takes its credential from its environment, and has never heard of Strongroom. It works
 * without a pause, by a new login for every query, until it is told to end.
 */
const run = async (): Promise<void> => {
  const { DB_HOST: host, DB_PORT: port, DB_USERNAME: user, DB_PASSWORD: password, DB_DBNAME: database } = process.env;
  const state = { isEnding: false, databaseUser: '', queries: 0, failures: [] as string[] };
  process.once('SIGTERM', () => (state.isEnding = true));
  for (; !state.isEnding; await sleep(QUERY_INTERVAL_MS)) {
    try {
      const connection = await createConnection({ host, port: Number(port), user, password, database });
      const [[row]] = await connection.query<RowDataPacket[]>('SELECT CURRENT_USER() AS user, COUNT(*) FROM orders');
      connection.destroy();
      if (state.databaseUser === '') report({ event: 'working', databaseUser: (state.databaseUser = String(row!['user'])) });
      state.queries++;
    } catch (error) {
      state.failures.push((error as Error).message);
    }
  }
  const { databaseUser, queries, failures } = state;
  report({ event: 'ended', databaseUser, queries, failures });
};

const report = (line: EnvironmentReport): void => console.log(JSON.stringify(line));

if (require.main === module) void run();
