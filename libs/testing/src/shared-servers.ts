import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  findFreePorts,
  MariaDbServer,
  RedisServer,
  writePrivateFile,
  type DatabaseAdministrator,
} from '@strongroom/local-cluster';
import { makeTestDirectory, removeAbandoned } from './abandoned-runs';

/** Where the servers of one test run listen, and the credentials of their administrators. */
export interface SharedServers {
  database: DatabaseAdministrator;
  redis: { host: string; port: number; password: string; passwordFile: string };
}

const variable = 'STRONGROOM_TEST_SERVERS';

/**
 * Starts one MariaDB and one Redis for a whole test run, and announces them to its workers by an environment variable. Jest's
 * global setup calls it. Its teardown calls the function that it returns, which stops the servers and removes their data.
 */
export const startSharedServers = async (): Promise<() => Promise<void>> => {
  await removeAbandoned();
  const directory = makeTestDirectory();
  const port = await findFreePorts(2);
  const files = (name: string) => ({
    directory: join(directory, name),
    pidFile: join(directory, `${name}.pid`),
    logFile: join(directory, `${name}.log`),
  });
  const mariadb = new MariaDbServer({
    ...files('mariadb'),
    port,
    // The machine does not crash between two tests, so it is enough to hand a commit to the operating system.
    settings: ['innodb-flush-log-at-trx-commit=2', 'innodb-buffer-pool-size=128M', 'innodb-doublewrite=0'],
  });
  const redis = new RedisServer({ ...files('redis'), port: port + 1 });
  const stop = async () => {
    await Promise.all([mariadb.stop(), redis.stop()]);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await Promise.all([mariadb.start(), redis.start()]);
  } catch (error) {
    await stop();
    throw error;
  }
  const servers: SharedServers = { database: mariadb.administrator, redis: { ...redis.endpoint, password: redis.password } };
  const file = join(directory, 'servers.json');
  writePrivateFile(file, JSON.stringify(servers));
  process.env[variable] = file;
  return stop;
};

/** The servers of this test run. */
export const sharedServers = (): SharedServers => {
  const file = process.env[variable];
  if (!file || !existsSync(file)) {
    throw new Error(
      `${variable} names no file: tests with real servers run by tools/jest.config.cjs, whose global setup starts them`,
    );
  }
  return JSON.parse(readFileSync(file, 'utf8')) as SharedServers;
};
