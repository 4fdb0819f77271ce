import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePorts, GALERA_PORTS, GaleraCluster, galeraProvider } from '@strongroom/local-cluster';
import { makeTestDirectory, removeAbandoned } from './abandoned-runs';

export interface TestGalera {
  cluster: GaleraCluster;
  /** Ends the nodes and removes their data. */
  drop: () => Promise<void>;
}

/** Three nodes of Galera for one suite, which start in 5 to 10 s; for suites under `describeWithGalera`. */
export const startTestGalera = async (): Promise<TestGalera> => {
  await removeAbandoned();
  const directory = makeTestDirectory();
  const cluster = new GaleraCluster({
    directory,
    place: (node) => {
      const folder = join(directory, `node${node}`);
      return { directory: folder, pidFile: `${folder}.pid`, logFile: `${folder}.log` };
    },
    firstPort: await findFreePorts(GALERA_PORTS),
    settings: [
      'innodb-flush-log-at-trx-commit=0',
      'innodb-doublewrite=0',
      'innodb-buffer-pool-size=32M',
      // A node that joins anew copies these files.
      'innodb-log-file-size=8M',
    ],
    // How long the others wait for a silent node, seconds; the defaults are 5 and 15.
    providerSettings: [
      'evs.keepalive_period=PT0.5S',
      'evs.suspect_timeout=PT2S',
      'evs.inactive_timeout=PT4S',
      'evs.inactive_check_period=PT0.25S',
    ],
  });
  const drop = async () => {
    await cluster.end();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await cluster.start();
  } catch (error) {
    await drop();
    throw error;
  }
  return { cluster, drop };
};

/** Like `describe` where Galera is installed, which comes with Debian's MariaDB; elsewhere a line says what is skipped. */
export const describeWithGalera = (name: string, tests: () => void): void => {
  if (galeraProvider() !== undefined) return describe(name, tests);
  process.stderr.write(`skipped: "${name}", since galera-4 is not installed\n`);
  describe.skip(`${name} (galera-4 is not installed)`, tests);
};
