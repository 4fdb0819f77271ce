import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { ReachableCluster } from '@strongroom/local-cluster';
import { type ApplicationReport, DATABASE_SECRET } from './application';
import type { BusyReport } from './busy-application';
import type { Role } from './cast';

/** Names and files, no secret: all that an application is given. */
const environmentOf = async (cluster: ReachableCluster, role: Role, secretName: string): Promise<NodeJS.ProcessEnv> => {
  const { caFile, certFile, keyFile } = await cluster.issueClientCertificate(role.uri);
  return {
    PATH: process.env.PATH,
    STRONGROOM_SECRETS_API_ADDRESS: cluster.endpoint('secrets-api'),
    STRONGROOM_TLS_CA_FILE: caFile,
    STRONGROOM_TLS_CERT_FILE: certFile,
    STRONGROOM_TLS_KEY_FILE: keyFile,
    [DATABASE_SECRET]: secretName,
  };
};

/** Runs the application with the certificate of a role. */
export const startApplication = async (
  program: string,
  cluster: ReachableCluster,
  role: Role,
  secretName: string,
): Promise<ApplicationReport & { pid: number }> => {
  const running = promisify(execFile)(process.execPath, [program], {
    timeout: 30_000,
    env: await environmentOf(cluster, role, secretName),
  });
  const { stdout } = await running;
  return { ...(JSON.parse(stdout) as ApplicationReport), pid: running.child.pid! };
};

/** The busy application at work; `stop` ends it and tells what it has lived through. */
export interface BusyProcess {
  pid: number;
  stop(): Promise<BusyReport>;
}

/** Runs the busy application with the certificate of a role, and resolves when its connection is open. */
export const startBusyApplication = async (
  program: string,
  cluster: ReachableCluster,
  role: Role,
  secretName: string,
): Promise<BusyProcess> => {
  const child = spawn(process.execPath, [program], {
    env: await environmentOf(cluster, role, secretName),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let last = '';
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => (last = line));
  const died = exited.then(() => Promise.reject(new Error('the busy application ended by itself')));
  died.catch(() => undefined);
  await Promise.race([once(lines, 'line'), died]);
  return {
    pid: child.pid!,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      return JSON.parse(last) as BusyReport;
    },
  };
};
