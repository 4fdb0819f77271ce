/** The services of a cluster, which speak gRPC and store their data in the database. */
export const serviceNames = [
  'secrets-api',
  'crypto-keyservice',
  'identity-service',
  'rotation-worker',
  'audit-service',
  'notification-service',
  'usage-service',
] as const;

export type ServiceName = (typeof serviceNames)[number];

/** Speaks HTTPS to the clients of AWS, and keeps nothing. */
export const GATEWAY = 'aws-gateway';
export const GATEWAY_ADDRESS_VARIABLE = 'STRONGROOM_AWS_GATEWAY_ADDRESS';

/** Serves browsers a page; it keeps their sessions in Redis and nothing else. */
export const CONSOLE = 'console';
export const CONSOLE_ADDRESS_VARIABLE = 'STRONGROOM_CONSOLE_ADDRESS';

export type ProgramName = ServiceName | typeof GATEWAY | typeof CONSOLE;

/** Every program of a cluster, in the order of their ports. */
export const programNames: readonly ProgramName[] = [...serviceNames, GATEWAY, CONSOLE];

/**
 * Where the console takes a sign-in token: `<console>/sign-in#token=<token>`. Browsers send the part after # to nobody.
 * @param seconds how long the session lasts at most; default: as long as sessions may
 */
export function signInLink(console: string, token: string, seconds?: number): string {
  return `${console.replace(/\/+$/, '')}/sign-in#token=${token}${seconds === undefined ? '' : `&duration=${seconds}`}`;
}

/** Whether the program stores data of its own in the database. */
export function isService(name: ProgramName): name is ServiceName {
  return (serviceNames as readonly ProgramName[]).includes(name);
}

/** The programs that have a user of their own in Redis. */
export const redisUserNames = [...serviceNames, CONSOLE] as const;

export type RedisUserName = (typeof redisUserNames)[number];

/** The variable by which the others find a program. */
export function addressVariableOf(name: ProgramName): string {
  if (name === GATEWAY) return GATEWAY_ADDRESS_VARIABLE;
  return name === CONSOLE ? CONSOLE_ADDRESS_VARIABLE : services[name].addressVariable;
}

/** A process of a program: the first one has the program's name. */
export type InstanceName = ProgramName | `${ProgramName}-2`;

/** The processes of a program. @param count 1 or 2 */
export function instancesOf(program: ProgramName, count: number): InstanceName[] {
  return count === 1 ? [program] : [program, `${program}-2`];
}

export function programOf(instance: InstanceName): ProgramName {
  return instance.replace(/-2$/, '') as ProgramName;
}

/** The servers of a cluster that stores with one of each. */
export const singleStores = ['mariadb', 'redis'] as const;

/** The servers of a cluster that stores with several of each. */
export const replicatedStores = [
  ...(['mariadb-1', 'mariadb-2', 'mariadb-3'] as const),
  ...(['redis-1', 'redis-2', 'redis-3'] as const),
  ...(['sentinel-1', 'sentinel-2', 'sentinel-3'] as const),
] as const;

export type StoreName = (typeof singleStores)[number] | (typeof replicatedStores)[number];

/** The parts of a cluster that can be started, killed and watched. */
export type ComponentName = InstanceName | StoreName;

export function isStore(component: ComponentName): component is StoreName {
  return ([...singleStores, ...replicatedStores] as ComponentName[]).includes(component);
}

export interface ServiceDescription {
  /** The database schema that only this service reaches; also the name of its runtime user. */
  schema: string;
  /** The variable by which the others find it. */
  addressVariable: string;
  /** The file of the first root key provider, for services that seal what they store. */
  rootKeyFile?: string;
  /**
   * Restricts logins of the service's users to the network of this name that they share with the database, if containers have
   * networks.
   */
  databaseNetwork?: string;
  /** The runtime user's rights in the whole schema. */
  schemaPrivileges: readonly string[];
  /** Its further rights, by table; granted after the migrations have created the tables. */
  tablePrivileges?: Readonly<Record<string, readonly string[]>>;
  /** The job queues to which it adds jobs or whose jobs it runs. */
  redisQueues?: readonly string[];
  /** Whether it removes entries from the audit journal; all services append to it. */
  readsJournal?: boolean;
}

const readAndWrite = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

const ROTATION_STEPS = 'rotation-step';

export const services: Readonly<Record<ServiceName, ServiceDescription>> = {
  'secrets-api': {
    schema: 'strongroom_secrets',
    addressVariable: 'STRONGROOM_SECRETS_API_ADDRESS',
    schemaPrivileges: readAndWrite,
    redisQueues: ['secret-purge', 'data-key-re-encryption', ROTATION_STEPS],
  },
  'crypto-keyservice': {
    schema: 'strongroom_keys',
    addressVariable: 'STRONGROOM_KEYSERVICE_ADDRESS',
    rootKeyFile: 'keys-root.key',
    databaseNetwork: 'keys-data',
    schemaPrivileges: readAndWrite,
  },
  'identity-service': {
    schema: 'strongroom_identity',
    addressVariable: 'STRONGROOM_IDENTITY_ADDRESS',
    rootKeyFile: 'identity-root.key',
    schemaPrivileges: readAndWrite,
  },
  'rotation-worker': {
    schema: 'strongroom_rotation',
    addressVariable: 'STRONGROOM_ROTATION_ADDRESS',
    schemaPrivileges: readAndWrite,
    redisQueues: [ROTATION_STEPS],
  },
  'audit-service': {
    schema: 'strongroom_audit',
    addressVariable: 'STRONGROOM_AUDIT_ADDRESS',
    // The trail is only ever added to: not even its own service may change or remove what it wrote. The lease is no part of it.
    schemaPrivileges: ['SELECT', 'INSERT'],
    tablePrivileges: { lease: ['UPDATE'] },
    readsJournal: true,
  },
  'notification-service': {
    schema: 'strongroom_notification',
    addressVariable: 'STRONGROOM_NOTIFICATION_ADDRESS',
    schemaPrivileges: readAndWrite,
    redisQueues: ['delivery'],
  },
  'usage-service': {
    schema: 'strongroom_usage',
    addressVariable: 'STRONGROOM_USAGE_ADDRESS',
    schemaPrivileges: readAndWrite,
  },
};
