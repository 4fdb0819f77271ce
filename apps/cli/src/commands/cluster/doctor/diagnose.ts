import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Addresses, ClientOptions } from '@strongroom/client';
import {
  addressVariableOf,
  CONSOLE,
  GATEWAY,
  instancesOf,
  type ProgramName,
  programNames,
  programOf,
} from '@strongroom/local-cluster/layout';
import type { Environment } from '@strongroom/config';
import { judgeFile } from './certificate.check';
import { checkClock } from './clock.check';
import { checkContainers } from './compose.check';
import { type Finding, findingsOf, problem, unknown } from './finding';
import { checkCertificates, checkLogs, checkModes, checkProcesses, type Home } from './home.check';
import { checkDisk, checkMemory, checkOwnCoreLimit } from './machine.check';
import { fetchMetrics, judgeMetrics } from './metrics.check';
import { checkService, endpointsOf, type Service, type Trust } from './service.check';
import { checkSession } from './session.check';
import { checkStore } from './store.check';

export interface Patient {
  /** How to call the cluster; an error says why nobody knows. */
  session: ClientOptions | Error;
  /** A local cluster on this machine. */
  home?: Home;
  /** The compose file of a cluster of containers on this machine. */
  composeFile?: string;
  env: Environment;
  /** Of each answer. */
  timeoutMs: number;
  now: number;
  /** Of this command. */
  version: string;
}

const AREAS: Readonly<Record<ProgramName, keyof Addresses | undefined>> = {
  'secrets-api': 'secrets',
  'crypto-keyservice': 'keys',
  'identity-service': 'identity',
  'rotation-worker': 'rotation',
  'audit-service': 'audit',
  'notification-service': 'notification',
  'usage-service': 'usage',
  [GATEWAY]: undefined,
  [CONSOLE]: undefined,
};

/** Docker starts a program for each question; milliseconds. */
const DOCKER_PATIENCE = 5_000;

/** Looks at everything at once, so that a cluster that is down takes no longer than its slowest answer. */
export const diagnose = async (patient: Patient): Promise<Finding[]> => {
  const { session, home, composeFile, env, timeoutMs, now, version } = patient;
  const start = startOf(patient);
  const trust = trustOf(patient);
  const services = servicesOf(patient);
  const gateway = services.find(({ name }) => name === GATEWAY)?.endpoint;
  const bounds = { timeoutMs, now, start };
  const checks: Promise<readonly Finding[]>[] = [
    findingsOf('session', () => (session instanceof Error ? [unknownSession(session, home)] : checkSession(session, timeoutMs))),
  ];
  const add = (subject: string, check: () => Promise<readonly Finding[]> | readonly Finding[]) =>
    void checks.push(findingsOf(subject, check));
  if (trust instanceof Error)
    add('certificate', () => [problem('certificate', trust.message, 'Source the environment file again, or sign in again.')]);
  else if (trust !== undefined) {
    for (const service of services) add(service.name, () => checkService(service, trust, bounds));
    add('clock', () => checkClock(gateway, trust, { timeoutMs }));
    const { cert, ca } = trust;
    if (cert !== undefined) {
      const remedy = 'Issue another one: a start of the cluster renews that of its administrator.';
      add('your certificate', () => [judgeFile('your certificate', cert, { ca, now, remedy })]);
    }
  }
  if (home) {
    const { layout } = home;
    for (const store of home.stores) add(store, async () => [await checkStore(store, layout.port(store), bounds)]);
    add('metrics', () => checkMetrics(home, patient));
    add('file modes', () => checkModes(home));
    add('certificates', () => checkCertificates(home, now, start));
    add('processes', () => checkProcesses(home));
    add('logs', () => checkLogs(home));
    add('disk', () => checkDisk(layout.home));
  }
  if (composeFile !== undefined)
    add('containers', () => checkContainers(composeFile, { timeoutMs: Math.max(timeoutMs, DOCKER_PATIENCE), version }));
  if (home || composeFile !== undefined) add('memory', checkMemory);
  add('core files', checkOwnCoreLimit);
  void env;
  return (await Promise.all(checks)).flat();
};

const startOf = ({ home, composeFile }: Patient): string => {
  if (home) return 'Start the cluster: `npm start`.';
  return composeFile === undefined
    ? 'Start it on its machine.'
    : 'Start the cluster: `docker compose -f docker/docker-compose.yml up --wait`.';
};

const unknownSession = (error: Error, home: Home | undefined): Finding => {
  const remedy = home
    ? `Run \`source ${home.layout.environmentFile}\`, or sign in with \`strongroom login\`.`
    : 'Sign in with `strongroom login`, or start a cluster: `npm start`.';
  return home
    ? unknown('session', `Nothing says whom to call as whom: ${error.message}`, remedy)
    : problem('session', error.message, remedy);
};

/** The CA and certificate of the session; for a local cluster without one, those of its administrator. */
const trustOf = ({ session, home }: Patient): Trust | Error | undefined => {
  try {
    if (!(session instanceof Error)) {
      const { tls } = session;
      if ('ca' in tls) return { ca: tls.ca, cert: tls.certificate, key: tls.key };
      const readIf = (file: string | undefined) => (file === undefined ? undefined : readFileSync(file));
      return { ca: readFileSync(tls.caFile), cert: readIf(tls.certFile), key: readIf(tls.keyFile) };
    }
    if (!home) return undefined;
    const { pki } = home.layout;
    const read = (name: string) => readFileSync(join(pki, name));
    if (!existsSync(join(pki, 'admin.crt'))) return { ca: read('ca.crt') };
    return { ca: read('ca.crt'), cert: read('admin.crt'), key: read('admin.key') };
  } catch (error) {
    return new Error(`A file of the credential cannot be read: ${(error as Error).message}`);
  }
};

const servicesOf = ({ session, home, env }: Patient): Service[] =>
  programNames.flatMap((name) => {
    const area = AREAS[name];
    const own =
      session instanceof Error ? undefined : area === undefined ? env[addressVariableOf(name)] : session.addresses[area];
    const address = own ?? (home && addressesOf(name, home));
    return address === undefined ? [] : endpointsOf(address).map((endpoint) => ({ name, endpoint, isGrpc: area !== undefined }));
  });

const addressesOf = (name: ProgramName, { layout, instances }: Home): string =>
  instancesOf(name, instances)
    .map((instance) => `localhost:${layout.port(instance)}`)
    .join();

const checkMetrics = async ({ layout, instances }: Home, { timeoutMs, version }: Patient): Promise<Finding[]> =>
  judgeMetrics(
    await Promise.all(
      programNames
        .flatMap((name) => instancesOf(name, instances))
        .map(async (instance) => ({
          ...{ program: programOf(instance), name: instance },
          text: await fetchMetrics(layout.metricsPort(instance), timeoutMs),
        })),
    ),
    version,
  );
