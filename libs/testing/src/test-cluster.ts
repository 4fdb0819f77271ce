import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LocalCluster, type LocalClusterOptions } from '@strongroom/local-cluster';
import { makeTestDirectory, removeAbandoned } from './abandoned-runs';
import { provideMigratedData } from './migrated-data';

/** A whole cluster for one suite, with free ports and its own home below the system's temporary folder. */
export interface TestCluster {
  cluster: LocalCluster;
  /** Ends the cluster and removes its data. */
  drop: () => Promise<void>;
}

/** Starts the services that are built now as a cluster of their own. Removes what killed test runs have left behind. */
export const startTestCluster = async (options: Omit<LocalClusterOptions, 'home'> = {}): Promise<TestCluster> => {
  await removeAbandoned();
  const home = makeTestDirectory();
  const remove = () => rmSync(home, { recursive: true, force: true });
  try {
    if (options.highAvailability) await provideNode(join(home, 'galera'));
    else if (options.databaseUrl === undefined) await provideMigratedData(join(home, 'mariadb'));
    const cluster = await LocalCluster.start({ ...options, home });
    return {
      cluster,
      async drop() {
        await cluster.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
};

/** The first node has the data, and the others get it from there. */
const provideNode = async (directory: string): Promise<void> => {
  await provideMigratedData(directory);
  mkdirSync(join(directory, 'mariadb-1'));
  renameSync(join(directory, 'data'), join(directory, 'mariadb-1', 'data'));
};
