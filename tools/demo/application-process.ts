import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { pollUntil } from '@strongroom/clock';
import type { ReachableCluster } from '@strongroom/local-cluster';
import { type ApplicationReport, DATABASE_SECRET } from './application';
import type { BusyReport } from './busy-application';
import type { EnvironmentReport } from './environment-application';
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

/** An application that `strongroom run --watch` has started. */
export interface WatchedProcess {
  pid: number;
  /** Resolves with the database user of the n-th application that works, counted from 1. */
  works(n: number): Promise<string>;
  /** Ends it, and tells what all applications together have lived through. */
  stop(): Promise<{ queries: number; failures: string[]; users: string[]; code: number | null }>;
}

const RESTART_PATIENCE_MS = 20_000;

/** Runs an application by `strongroom run --watch`, which has the certificate of a role; the application has its environment. */
export const runWatched = async (
  { strongroom, application }: { strongroom: string; application: string },
  cluster: ReachableCluster,
  role: Role,
  secretName: string,
): Promise<WatchedProcess> => {
  const flags = ['--watch', '--min-interval', '0s', '--secret', secretName, '--env-prefix', 'DB_'];
  const child = spawn(process.execPath, [strongroom, 'run', ...flags, '--', process.execPath, application], {
    env: await environmentOf(cluster, role, secretName),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[code: number | null]>;
  const heard: EnvironmentReport[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => heard.push(JSON.parse(line) as EnvironmentReport));
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  return {
    pid: child.pid!,
    async works(n) {
      const nth = () => child.exitCode === null && heard.filter(({ event }) => event === 'working')[n - 1];
      const found = await pollUntil(nth, RESTART_PATIENCE_MS);
      if (!found) throw new Error(`application ${n} does not work: ${said}`);
      return found.databaseUser;
    },
    async stop() {
      child.kill('SIGTERM');
      const [code] = await exited;
      const ended = heard.filter((report) => report.event === 'ended');
      return {
        code,
        queries: ended.reduce((sum, { queries }) => sum + queries, 0),
        failures: ended.flatMap(({ failures }) => failures),
        users: ended.map(({ databaseUser }) => databaseUser),
      };
    },
  };
};
