import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePorts, MariaDbServer, type DatabaseAdministrator } from '@strongroom/local-cluster';

/** A database server of the shop's own for as long as `work` takes. */
export const withShopServer = async (work: (administrator: DatabaseAdministrator) => Promise<void>): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), 'strongroom-shop-'));
  const server = new MariaDbServer({
    directory: join(directory, 'mariadb'),
    port: await findFreePorts(1),
    pidFile: join(directory, 'mariadb.pid'),
    logFile: join(directory, 'mariadb.log'),
    settings: ['innodb-buffer-pool-size=16M'],
  });
  try {
    await server.start();
    await work(server.administrator);
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
};
