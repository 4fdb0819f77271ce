import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  findFreePorts,
  LocalCluster,
  MariaDbServer,
  readOrCreatePrivateFile,
  type DatabaseAdministrator,
  type ReachableCluster,
} from '@strongroom/local-cluster';

type Place = Pick<LocalCluster, 'home' | 'basePort'>;

const directoryOf = ({ home }: Pick<Place, 'home'>): string => join(home, 'demo-shop');
const settings = ['innodb-buffer-pool-size=16M'];

/**
 * The shop's own database server on this machine, because rotation keeps away from the cluster's. It runs as long as the cluster,
 * which ends every process that has its file in `run`. The secret names its port, so the port stays.
 */
function shopServer(cluster: Place): MariaDbServer {
  const directory = directoryOf(cluster);
  return new MariaDbServer({
    directory,
    // No part of the cluster has this one.
    port: Number(readOrCreatePrivateFile(join(directory, 'port'), () => `${cluster.basePort + 2}`)),
    pidFile: join(cluster.home, 'run', 'demo-shop.pid'),
    logFile: join(cluster.home, 'logs', 'demo-shop.log'),
    settings,
  });
}

async function startShop(cluster: Place): Promise<DatabaseAdministrator> {
  const server = shopServer(cluster);
  if (server.process.pid === undefined) await server.start();
  return server.administrator;
}

/** Starts the shop's server again where an earlier walkthrough has made one. */
export async function bringBackShop(cluster: Place): Promise<void> {
  if (existsSync(directoryOf(cluster))) await startShop(cluster);
}

/** Does `work` with a database server of the shop's own, which a cluster on this machine keeps. */
export async function withShopServer(
  cluster: ReachableCluster,
  work: (administrator: DatabaseAdministrator) => Promise<void>,
): Promise<void> {
  if (cluster instanceof LocalCluster) return work(await startShop(cluster));
  const directory = mkdtempSync(join(tmpdir(), 'strongroom-shop-'));
  const server = new MariaDbServer({
    directory: join(directory, 'mariadb'),
    port: await findFreePorts(1),
    pidFile: join(directory, 'mariadb.pid'),
    logFile: join(directory, 'mariadb.log'),
    settings,
  });
  try {
    await server.start();
    await work(server.administrator);
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
