import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  connectAsAdministrator,
  type DatabaseAdministrator,
  findFreePorts,
  identify,
  MariaDbServer,
  writePrivateFile,
} from '@strongroom/local-cluster';
import { startTestPostgres, TEST_DIRECTORY_PREFIX, eventually } from '@strongroom/testing';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';

export interface Login {
  username: string;
  password: string;
}

/** A database server whose users rotate: not the cluster's own, so that it can be killed alone. */
export interface TargetServer {
  readonly engine: 'mariadb' | 'postgres';
  readonly at: DatabaseAdministrator;
  /** As the administrator, one by one. */
  run(...statements: string[]): Promise<void>;
  /** Refused is what the server says of the user or its password; everything else tells nothing about them. */
  tryToLogIn(login: Login): Promise<'in' | 'refused' | 'away'>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  drop(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5_000;

const outcomeOf = async (logIn: () => Promise<unknown>, refusals: readonly string[]): Promise<'in' | 'refused' | 'away'> => {
  try {
    await logIn();
    return 'in';
  } catch (error) {
    return refusals.includes(String((error as { code?: unknown }).code)) ? 'refused' : 'away';
  }
};

export const startMariaDbTarget = async (): Promise<TargetServer> => {
  const directory = mkdtempSync(join(tmpdir(), TEST_DIRECTORY_PREFIX));
  writePrivateFile(join(directory, 'owner.json'), JSON.stringify(identify(process.pid)));
  const server = new MariaDbServer({
    directory: join(directory, 'mariadb'),
    pidFile: join(directory, 'mariadb.pid'),
    logFile: join(directory, 'mariadb.log'),
    port: await findFreePorts(1),
    settings: ['innodb-buffer-pool-size=32M'],
  });
  const at = server.administrator;
  await server.start();
  return {
    engine: 'mariadb',
    at,
    async run(...statements) {
      const admin = await connectAsAdministrator(at);
      for (const statement of statements) await admin.query(statement);
      await admin.end();
    },
    tryToLogIn: ({ username, password }) =>
      outcomeOf(async () => {
        const { host, port } = at;
        const connection = await createConnection({ host, port, user: username, password, connectTimeout: CONNECT_TIMEOUT_MS });
        connection.destroy();
      }, ['ER_ACCESS_DENIED_ERROR']),
    async kill() {
      server.process.signal('SIGKILL');
      await server.process.waitForExit(10_000);
    },
    restart: () => server.start(),
    async drop() {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

export const startPostgresTarget = async (): Promise<TargetServer> => {
  // An answered commit outlives the process, as it does in earnest.
  const { server, drop } = await startTestPostgres({ settings: ['synchronous_commit=on', 'max_connections=300'] });
  const at = server.administrator;
  const log = async (login: { user: string; password: string }, statements: readonly string[]) => {
    const { host, port } = at;
    const client = new Client({ host, port, ...login, database: 'postgres', connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    client.on('error', () => undefined);
    try {
      await client.connect();
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  return {
    engine: 'postgres',
    at,
    run: (...statements) => log(at, statements),
    tryToLogIn: ({ username, password }) => outcomeOf(() => log({ user: username, password }, []), ['28P01', '28000']),
    async kill() {
      server.process.signal('SIGKILL');
      await server.process.waitForExit(10_000);
    },
    // The sessions of a killed server end an instant after it, and hold its memory until then.
    async restart() {
      await eventually('PostgreSQL starts again', () => server.start().then(() => true), 30_000, 200);
    },
    drop,
  };
};
