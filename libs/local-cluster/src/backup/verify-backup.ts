import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalCluster } from '../cluster/local-cluster';
import type { Manifest } from './manifest';
import { restoreCluster } from './restore-cluster';
import type { RootKeySource } from './root-key-files';

export interface VerifyOptions<T> {
  folder: string;
  rootKeys?: RootKeySource;
  /** Where the scratch cluster is made, and removed again. Default: the folder for temporary files. */
  scratch?: string;
  /** Of the programs; default `dist`. */
  distribution?: string;
  /** Looks at the scratch cluster. */
  inspect: (cluster: LocalCluster, manifest: Manifest) => Promise<T>;
  report?: (phase: string) => void;
  signal?: AbortSignal;
}

/**
 * Restores a backup into a cluster of its own, on ports of its own, has it looked at, and removes it.
 *
 * @throws BackupError; what `inspect` throws
 */
export const verifyBackup = async <T>({
  folder,
  rootKeys,
  distribution,
  inspect,
  report,
  signal,
  ...options
}: VerifyOptions<T>): Promise<T> => {
  const scratch = mkdtempSync(join(options.scratch ?? tmpdir(), 'strongroom-verify-'));
  const home = join(scratch, 'home');
  try {
    const { manifest } = await restoreCluster({ folder, home, rootKeys, report, signal });
    signal?.throwIfAborted();
    const { accountId, region } = manifest;
    const cluster = await LocalCluster.start({
      home,
      accountId,
      region,
      distribution,
      report,
      // Rotations that are due must not change the passwords of servers that the real cluster uses, and nobody must be notified
      // again of what it told them. Usage is counted there, and nobody comes by a browser or a client of AWS.
      without: ['rotation-worker', 'notification-service', 'usage-service', 'aws-gateway', 'console'],
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
    });
    try {
      signal?.throwIfAborted();
      return await inspect(cluster, manifest);
    } finally {
      await cluster.stop();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};
