import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePorts, identify, PostgresServer, writePrivateFile, type PostgresOptions } from '@strongroom/local-cluster';
import { removeAbandoned, TEST_DIRECTORY_PREFIX } from './abandoned-runs';

export interface TestPostgres {
  server: PostgresServer;
  /** Ends the server and removes its data. */
  drop: () => Promise<void>;
}

/** A PostgreSQL server for one suite, which starts in 2 to 5 s; for suites under `describeWith('postgres', …)`. */
export const startTestPostgres = async (
  options: Pick<PostgresOptions, 'certificate' | 'settings'> = {},
): Promise<TestPostgres> => {
  await removeAbandoned();
  const directory = mkdtempSync(join(tmpdir(), TEST_DIRECTORY_PREFIX));
  writePrivateFile(join(directory, 'owner.json'), JSON.stringify(identify(process.pid)));
  // If root starts it, the server runs as another user, who must be able to reach its folder.
  chmodSync(directory, 0o711);
  const server = new PostgresServer({
    directory: join(directory, 'postgres'),
    pidFile: join(directory, 'postgres.pid'),
    logFile: join(directory, 'postgres.log'),
    port: await findFreePorts(1),
    certificate: options.certificate,
    // The machine does not crash between two tests.
    settings: ['fsync=off', 'synchronous_commit=off', 'shared_buffers=32MB', ...(options.settings ?? [])],
  });
  const drop = async () => {
    await server.stop(5_000);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await server.start();
  } catch (error) {
    await drop();
    throw error;
  }
  return { server, drop };
};
