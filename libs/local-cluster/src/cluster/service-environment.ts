import { baseEnvironment } from '../servers/binaries';
import type { CertificateFiles } from '../pki/certificate-authority';
import type { ClusterLayout } from './cluster-layout';
import type { DataStores } from './data-stores';
import { migrationUser } from './database-users';
import {
  addressVariableOf,
  CONSOLE,
  type InstanceName,
  instancesOf,
  isService,
  programNames,
  programOf,
  type ProgramName,
  type RedisUserName,
  type ServiceName,
  services,
} from './services';

export interface ClusterNames {
  /** 12 digits. */
  accountId: string;
  region: string;
}

export const TRUST_DOMAIN = 'strongroom.local';

/**
 * Where a program is reached: `localhost:<port>`, or `127.0.0.1:<port>` of each process, separated by commas. Browsers and AWS's
 * clients take one address.
 */
export function addressOf(program: ProgramName, layout: ClusterLayout, instances: number): string {
  if (instances === 1 || !isService(program)) return `localhost:${layout.port(program)}`;
  return instancesOf(program, instances)
    .map((instance) => `127.0.0.1:${layout.port(instance)}`)
    .join();
}

/** The address of every program under the variable by which the others find it. */
export function serviceAddresses(layout: ClusterLayout, instances: number): Record<string, string> {
  return Object.fromEntries(programNames.map((name) => [addressVariableOf(name), addressOf(name, layout, instances)]));
}

/** What the processes of a cluster have in common. */
export interface ClusterParts {
  layout: ClusterLayout;
  stores: DataStores;
  names: ClusterNames;
  /** The number of processes of each program. */
  instances: number;
}

/** The whole environment of a process: names and paths only, never a secret's value. */
export function serviceEnvironment(instance: InstanceName, tls: CertificateFiles, parts: ClusterParts): Record<string, string> {
  const { layout, stores, names, instances } = parts;
  const service = programOf(instance);
  return {
    ...baseEnvironment(),
    NODE_ENV: 'production',
    NODE_OPTIONS: '--enable-source-maps',
    // One thread does nearly all the work: a heap of glibc's for each thread takes 15 MB more in each process.
    MALLOC_ARENA_MAX: '1',
    STRONGROOM_LISTEN: `127.0.0.1:${layout.port(instance)}`,
    STRONGROOM_METRICS_LISTEN: `127.0.0.1:${layout.metricsPort(instance)}`,
    STRONGROOM_ACCOUNT_ID: names.accountId,
    STRONGROOM_REGION: names.region,
    STRONGROOM_TRUST_DOMAIN: TRUST_DOMAIN,
    STRONGROOM_TLS_CA_FILE: tls.caFile,
    STRONGROOM_TLS_CERT_FILE: tls.certFile,
    STRONGROOM_TLS_KEY_FILE: tls.keyFile,
    // A program without data gets no access to a store.
    ...(isService(service) && storeEnvironment(service, parts)),
    ...(isService(service) && rootKeyEnvironment(service, instance, parts)),
    ...(service === CONSOLE && {
      ...redisEnvironment(service, layout, stores),
      ...given('STRONGROOM_CONSOLE_URL', 'STRONGROOM_CONSOLE_PROVIDERS_FILE', 'NODE_EXTRA_CA_CERTS'),
    }),
    ...serviceAddresses(layout, instances),
    ...(service === 'rotation-worker' && egressEnvironment(parts, 'STRONGROOM_ROTATION_EGRESS')),
    ...(service === 'notification-service' && egressEnvironment(parts, 'STRONGROOM_NOTIFICATION_EGRESS')),
    ...(service === 'notification-service' && mailEnvironment(layout)),
    ...(service === 'identity-service' && issuerEnvironment()),
    ...given('OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_TRACES_SAMPLER_ARG'),
    STRONGROOM_LOG_LEVEL: process.env.STRONGROOM_LOG_LEVEL ?? 'info',
    STRONGROOM_LOG_FILE: layout.logFile(instance),
  };
}

/** The issuers whose tokens are accepted, a CA for issuers within the network, and the owners of certificate prefixes. */
const issuerEnvironment = (): Record<string, string> =>
  given('STRONGROOM_OIDC_ISSUERS', 'STRONGROOM_CERTIFICATE_PREFIXES', 'NODE_EXTRA_CA_CERTS');

/** How messages of topics leave the cluster, and a CA for receivers within the network. */
const mailEnvironment = (layout: ClusterLayout): Record<string, string> => ({
  STRONGROOM_SMTP_URL: `smtp://127.0.0.1:${layout.mailPort}`,
  STRONGROOM_MAIL_FROM: 'strongroom@localhost',
  ...given(
    ...['STRONGROOM_GATEWAY_URL', 'STRONGROOM_SMTP_URL', 'STRONGROOM_SMTP_PASSWORD_FILE', 'STRONGROOM_SMTP_CA_FILE'],
    ...['STRONGROOM_MAIL_FROM', 'NODE_EXTRA_CA_CERTS'],
  ),
});

/** What is passed on as whoever starts the cluster has set it. */
const given = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));

/**
 * The cluster's servers that a service with ways out does not know from other variables, to which it must not connect, and the
 * operator's rules.
 */
const egressEnvironment = ({ layout, stores, instances }: ClusterParts, rules: string): Record<string, string> => {
  const all = programNames.flatMap((name) => instancesOf(name, instances));
  const second = all.filter((instance) => instance !== programOf(instance));
  const ports = [...all.map((instance) => layout.metricsPort(instance)), ...second.map((instance) => layout.port(instance))];
  return {
    STRONGROOM_CLUSTER_ENDPOINTS: [...ports.map((port) => `127.0.0.1:${port}`), ...stores.hiddenEndpoints].join(),
    ...given(rules),
  };
};

const redisEnvironment = (program: RedisUserName, layout: ClusterLayout, stores: DataStores): Record<string, string> => ({
  ...stores.redisEnvironment,
  STRONGROOM_REDIS_USER: program,
  STRONGROOM_REDIS_PASSWORD_FILE: layout.redisPasswordFile(program),
});

const storeEnvironment = (service: ServiceName, { layout, stores }: ClusterParts): Record<string, string> => {
  const { schema } = services[service];
  return {
    ...stores.databaseEnvironment,
    STRONGROOM_DATABASE_NAME: schema,
    STRONGROOM_DATABASE_USER: schema,
    STRONGROOM_DATABASE_PASSWORD_FILE: layout.passwordFile(schema),
    ...redisEnvironment(service, layout, stores),
    STRONGROOM_JOURNAL_KEY_FILE: layout.journalKeyFile(service),
    ...(services[service].readsJournal && {
      STRONGROOM_JOURNAL_KEYS_FILE: layout.journalKeysFile,
      ...given('STRONGROOM_CHECKPOINT_FILE', 'STRONGROOM_CHECKPOINT_URL'),
    }),
  };
};

const rootKeyEnvironment = (
  service: ServiceName,
  instance: InstanceName,
  { layout, instances }: ClusterParts,
): Record<string, string> => {
  const rootKeyFile = layout.rootKeyFile(service);
  const rootKeySocket = layout.rootKeySocket(instance);
  return {
    ...(rootKeyFile && { STRONGROOM_ROOT_KEY_FILE: rootKeyFile }),
    ...(rootKeySocket && { STRONGROOM_ROOT_KEY_SOCKET: rootKeySocket }),
    // Where there is one process of each service, nobody else has to hear of a new root key.
    ...(rootKeyFile && instances === 1 && { STRONGROOM_ROOT_KEY_GRACE_MS: '2000' }),
  };
};

/** The variables of `main.js migrate` in addition to its service's environment. */
export function migrationEnvironment(service: ServiceName, layout: ClusterLayout): Record<string, string> {
  return {
    STRONGROOM_MIGRATION_USER: migrationUser(service),
    STRONGROOM_MIGRATION_PASSWORD_FILE: layout.passwordFile(migrationUser(service)),
  };
}
