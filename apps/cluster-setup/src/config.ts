import {
  endpointsAt,
  hosts,
  identifier,
  path,
  port,
  readCaFile,
  readEnvironment,
  readSecretFile,
  redisEndpointConfig,
  type Environment,
  type RedisEndpoint,
} from '@strongroom/config';
import { ClusterLayout, type DatabaseAdministrator } from '@strongroom/local-cluster';
import { z } from 'zod';

/** The port of every service in a cluster of containers; each service has its own address. */
export const SERVICE_PORT = 7400;

/** The path of a service's volume. */
export const SERVICE_FOLDER = '/run/strongroom';

/** The database servers in a cluster of containers, the one that a small cluster has first; each is a name in the network. */
export const databaseNodes = ['mariadb', 'mariadb-2', 'mariadb-3'] as const;
/** The same of Redis, and the sentinels of a large cluster. */
export const redisServers = ['redis', 'redis-2', 'redis-3'] as const;
export const sentinels = ['sentinel-1', 'sentinel-2', 'sentinel-3'] as const;
/** What they listen on. */
export const REDIS_PORT = 6379;
export const SENTINEL_PORT = 26379;

export interface SetupConfig {
  /** The originals: CA, root keys, passwords. */
  layout: ClusterLayout;
  /** The folder with one volume for each recipient. */
  volumes: string;
  /** Names and addresses that outside callers use for the services, besides localhost. */
  serverNames: string[];
  /** Domains in which each service has its own name, such as `strongroom.svc`. */
  serviceDomains: string[];
  /** Whether the cluster of containers has several database servers and several of Redis. */
  highAvailability: boolean;
  accountId: string;
  region: string;
  /** What the names of Secrets begin with, in Kubernetes. */
  secretsPrefix: string;
  /** The nodes of a database that is not the cluster's own container, with somebody who may create schemas and users. */
  database?: readonly DatabaseAdministrator[];
  /** The same of Redis. */
  redis?: RedisEndpoint;
}

const shape = {
  STRONGROOM_STATE_DIRECTORY: z.string().default('/state'),
  STRONGROOM_VOLUMES_DIRECTORY: z.string().default('/volumes'),
  STRONGROOM_HIGH_AVAILABILITY: z.enum(['true', 'false']).default('false'),
  STRONGROOM_SERVER_NAMES: z
    .string()
    .regex(/^[A-Za-z0-9.:-]+(,[A-Za-z0-9.:-]+)*$/, 'must be host names or addresses, separated by commas')
    .optional(),
  STRONGROOM_SERVICE_DOMAINS: z
    .string()
    .regex(/^[a-z0-9.-]+(,[a-z0-9.-]+)*$/, 'must be domains, separated by commas')
    .optional(),
  STRONGROOM_SECRETS_PREFIX: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/, 'must be 1 to 32 lower-case letters, digits or "-"')
    .default('strongroom'),
  STRONGROOM_ACCOUNT_ID: z
    .string()
    .regex(/^\d{12}$/, 'must be 12 digits')
    .default('000000000000'),
  STRONGROOM_REGION: z.string().default('us-east-1'),
};

const databaseShape = {
  STRONGROOM_DATABASE_HOST: hosts,
  STRONGROOM_DATABASE_PORT: port,
  STRONGROOM_DATABASE_USER: identifier,
  STRONGROOM_DATABASE_PASSWORD_FILE: path,
  STRONGROOM_DATABASE_CA_FILE: path.optional(),
};

const readDatabase = (env: Environment): DatabaseAdministrator[] => {
  const read = readEnvironment(env, databaseShape);
  const password = readSecretFile(read.STRONGROOM_DATABASE_PASSWORD_FILE, 'STRONGROOM_DATABASE_PASSWORD_FILE');
  const caFile = read.STRONGROOM_DATABASE_CA_FILE;
  const ca = caFile === undefined ? {} : { ca: readCaFile(caFile, 'STRONGROOM_DATABASE_CA_FILE') };
  const nodes = endpointsAt(read.STRONGROOM_DATABASE_HOST, read.STRONGROOM_DATABASE_PORT);
  return nodes.map(({ host, port: ofNode }) => ({ host, port: ofNode, user: read.STRONGROOM_DATABASE_USER, password, ...ca }));
};

/** @throws ConfigError */
export const readConfig = (env: Environment): SetupConfig => {
  const read = readEnvironment(env, shape);
  return {
    layout: new ClusterLayout(read.STRONGROOM_STATE_DIRECTORY, 0),
    volumes: read.STRONGROOM_VOLUMES_DIRECTORY,
    serverNames: read.STRONGROOM_SERVER_NAMES?.split(',') ?? [],
    serviceDomains: read.STRONGROOM_SERVICE_DOMAINS?.split(',') ?? [],
    highAvailability: read.STRONGROOM_HIGH_AVAILABILITY === 'true',
    accountId: read.STRONGROOM_ACCOUNT_ID,
    region: read.STRONGROOM_REGION,
    secretsPrefix: read.STRONGROOM_SECRETS_PREFIX,
    ...(env.STRONGROOM_DATABASE_HOST && { database: readDatabase(env) }),
    ...((env.STRONGROOM_REDIS_HOST || env.STRONGROOM_REDIS_SENTINELS) && { redis: redisEndpointConfig(env) }),
  };
};
