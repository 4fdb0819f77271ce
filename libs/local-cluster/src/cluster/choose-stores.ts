import { existsSync } from 'node:fs';
import type { ClusterLayout } from './cluster-layout';
import type { DataStoreOptions, DataStores } from './data-stores';
import { ReplicatedStores } from './replicated-stores';
import { SingleStores } from './single-stores';

export function chooseStores(layout: ClusterLayout, options: DataStoreOptions): DataStores {
  return options.highAvailability ? new ReplicatedStores(layout) : new SingleStores(layout, options);
}

/** @throws Error if the options exclude each other, or the cluster's folder has data of the other kind */
export function requirePossibleStores(layout: ClusterLayout, options: DataStoreOptions): void {
  const { highAvailability = false, databaseUrl, redisUrl } = options;
  if (highAvailability && (databaseUrl || redisUrl)) {
    throw new Error(
      'a cluster with --high-availability has a database and a Redis of its own: unset STRONGROOM_DATABASE_URL and ' +
        'STRONGROOM_REDIS_URL',
    );
  }
  if (existsSync(layout.databaseDirectory(!highAvailability)) || existsSync(layout.redisDirectory(!highAvailability))) {
    const [made, wanted] = highAvailability ? ['without', 'with'] : ['with', 'without'];
    throw new Error(
      `the cluster in ${layout.home} was made ${made} --high-availability and does not start ${wanted} it; for another ` +
        'cluster, name another folder with STRONGROOM_HOME',
    );
  }
}
