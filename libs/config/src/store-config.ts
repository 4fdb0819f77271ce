import { isIP } from 'node:net';
import { readCaFile } from './ca-file';
import { ConfigError } from './config-error';
import { type Endpoint, endpointOf, endpointsAt } from './endpoint';
import { type Environment, host, hosts, hostsAndPorts, identifier, path, port, readEnvironment } from './environment';
import { numberOf } from './number-config';
import type { RedisEndpoint, RedisSentinels } from './redis-endpoint';
import { readSecretFile } from './secret-file';

export interface DatabaseConfig extends Endpoint {
  /** Further nodes of the same cluster; each is used as long as none before it is well. */
  others?: readonly Endpoint[];
  /** The schema. */
  name: string;
  user: string;
  password: string;
  /** PEM: the CAs that the server's certificate may come from. Absent: no TLS. */
  ca?: string;
}

export type RedisConfig = RedisEndpoint & {
  /** The key with which the service signs its journal entries. Every service has one; tests without a journal need none. */
  journalKey?: JournalKey;
  /** How many replicas must have an entry of the journal before it counts as recorded. Default 0. */
  replicas?: number;
};

/** A producer's key for the journal: HMAC-SHA-256, known to its producer and to audit-service. */
export interface JournalKey {
  /** The producer, such as `secrets-api`. */
  producer: string;
  /** The id of one of the producer's keys, which are renewed from time to time. */
  id: string;
  /** 32 bytes. */
  key: Buffer;
}

const location = {
  STRONGROOM_DATABASE_HOST: hosts,
  STRONGROOM_DATABASE_PORT: port,
  STRONGROOM_DATABASE_NAME: identifier,
  STRONGROOM_DATABASE_CA_FILE: path.optional(),
};

function nodesOf(read: { STRONGROOM_DATABASE_HOST: string; STRONGROOM_DATABASE_PORT: number }) {
  const [first, ...others] = endpointsAt(read.STRONGROOM_DATABASE_HOST, read.STRONGROOM_DATABASE_PORT);
  return { ...first!, others };
}

/** The database user for serving, which has only the grants that serving needs. @throws ConfigError */
export function databaseConfig(env: Environment): DatabaseConfig {
  const read = readEnvironment(env, {
    ...location,
    STRONGROOM_DATABASE_USER: identifier,
    STRONGROOM_DATABASE_PASSWORD_FILE: path,
  });
  return {
    ...nodesOf(read),
    name: read.STRONGROOM_DATABASE_NAME,
    user: read.STRONGROOM_DATABASE_USER,
    password: readSecretFile(read.STRONGROOM_DATABASE_PASSWORD_FILE, 'STRONGROOM_DATABASE_PASSWORD_FILE'),
    ...databaseCaOf(read),
  };
}

/** The database user that owns the schema; only `main.js migrate` uses it. @throws ConfigError */
export function migrationDatabaseConfig(env: Environment): DatabaseConfig {
  const read = readEnvironment(env, {
    ...location,
    STRONGROOM_MIGRATION_USER: identifier,
    STRONGROOM_MIGRATION_PASSWORD_FILE: path,
  });
  return {
    ...nodesOf(read),
    name: read.STRONGROOM_DATABASE_NAME,
    user: read.STRONGROOM_MIGRATION_USER,
    password: readSecretFile(read.STRONGROOM_MIGRATION_PASSWORD_FILE, 'STRONGROOM_MIGRATION_PASSWORD_FILE'),
    ...databaseCaOf(read),
  };
}

const ofSentinels = ['GROUP', 'USER', 'PASSWORD_FILE', 'CA_FILE'].map((name) => `STRONGROOM_REDIS_SENTINEL_${name}`);

/** A Redis without a journal. @throws ConfigError */
export function redisEndpointConfig(env: Environment): RedisEndpoint {
  const read = readEnvironment(env, {
    STRONGROOM_REDIS_USER: identifier.optional(),
    STRONGROOM_REDIS_PASSWORD_FILE: path.optional(),
    STRONGROOM_REDIS_CA_FILE: path.optional(),
  });
  const access = {
    ...(read.STRONGROOM_REDIS_USER === undefined ? {} : { username: read.STRONGROOM_REDIS_USER }),
    ...passwordOf(read.STRONGROOM_REDIS_PASSWORD_FILE, 'STRONGROOM_REDIS_PASSWORD_FILE'),
    ...caOf(read.STRONGROOM_REDIS_CA_FILE, 'STRONGROOM_REDIS_CA_FILE'),
  };
  if (env.STRONGROOM_REDIS_SENTINELS) return { ...access, sentinels: readSentinels(env) };
  refuseSet(env, ofSentinels, 'must not be set without STRONGROOM_REDIS_SENTINELS');
  const { STRONGROOM_REDIS_HOST, STRONGROOM_REDIS_PORT } = readEnvironment(env, {
    STRONGROOM_REDIS_HOST: host,
    STRONGROOM_REDIS_PORT: port,
  });
  return { ...access, host: STRONGROOM_REDIS_HOST, port: STRONGROOM_REDIS_PORT };
}

function readSentinels(env: Environment): RedisSentinels {
  refuseSet(
    env,
    ['STRONGROOM_REDIS_HOST', 'STRONGROOM_REDIS_PORT'],
    'must not be set with STRONGROOM_REDIS_SENTINELS, which know where Redis is',
  );
  const read = readEnvironment(env, {
    STRONGROOM_REDIS_SENTINELS: hostsAndPorts,
    STRONGROOM_REDIS_SENTINEL_GROUP: identifier,
    STRONGROOM_REDIS_SENTINEL_USER: identifier.optional(),
    STRONGROOM_REDIS_SENTINEL_PASSWORD_FILE: env.STRONGROOM_REDIS_SENTINEL_USER ? path : path.optional(),
    STRONGROOM_REDIS_SENTINEL_CA_FILE: path.optional(),
  });
  const { STRONGROOM_REDIS_SENTINEL_USER: username } = read;
  return {
    hosts: read.STRONGROOM_REDIS_SENTINELS.map(endpointOf),
    group: read.STRONGROOM_REDIS_SENTINEL_GROUP,
    ...(username === undefined ? {} : { username }),
    ...passwordOf(read.STRONGROOM_REDIS_SENTINEL_PASSWORD_FILE, 'STRONGROOM_REDIS_SENTINEL_PASSWORD_FILE'),
    ...caOf(read.STRONGROOM_REDIS_SENTINEL_CA_FILE, 'STRONGROOM_REDIS_SENTINEL_CA_FILE'),
  };
}

/** @throws ConfigError */
export function redisConfig(env: Environment): RedisConfig {
  const journalKeyFile = readEnvironment(env, { STRONGROOM_JOURNAL_KEY_FILE: path }).STRONGROOM_JOURNAL_KEY_FILE;
  const endpoint = redisEndpointConfig(env);
  // Who has sentinels wants a replica to take over, and what it has not got would be lost.
  const fallback = 'sentinels' in endpoint ? 1 : 0;
  return {
    ...endpoint,
    journalKey: readJournalKey(journalKeyFile),
    replicas: numberOf(env, 'STRONGROOM_JOURNAL_REPLICAS', { min: 0, max: 10, fallback }),
  };
}

const passwordOf = (file: string | undefined, variable: string) =>
  file === undefined ? {} : { password: readSecretFile(file, variable) };

const caOf = (file: string | undefined, variable: string) => (file === undefined ? {} : { ca: readCaFile(file, variable) });

/** The driver compares a certificate with the name of the host, and with `localhost` where the host is an address. */
function databaseCaOf(read: {
  STRONGROOM_DATABASE_HOST: string;
  STRONGROOM_DATABASE_PORT: number;
  STRONGROOM_DATABASE_CA_FILE?: string;
}) {
  if (read.STRONGROOM_DATABASE_CA_FILE === undefined) return {};
  const nodes = endpointsAt(read.STRONGROOM_DATABASE_HOST, read.STRONGROOM_DATABASE_PORT);
  if (nodes.some(({ host: node }) => isIP(node) !== 0))
    throw new ConfigError(['STRONGROOM_DATABASE_HOST: must be a name, not an address, with STRONGROOM_DATABASE_CA_FILE']);
  return caOf(read.STRONGROOM_DATABASE_CA_FILE, 'STRONGROOM_DATABASE_CA_FILE');
}

function refuseSet(env: Environment, variables: readonly string[], rule: string): void {
  const problems = variables.filter((variable) => env[variable]).map((variable) => `${variable}: ${rule}`);
  if (problems.length > 0) throw new ConfigError(problems);
}

const namePattern = '[a-z0-9-]{1,64}';

/** A line `producer id key`, the key 32 bytes in base64. */
export function parseJournalKey(line: string): JournalKey | undefined {
  const [, producer, id, text] = new RegExp(`^(${namePattern}) (${namePattern}) ([A-Za-z0-9+/]{43}=)$`).exec(line) ?? [];
  return producer && id && text ? { producer, id, key: Buffer.from(text, 'base64') } : undefined;
}

function readJournalKey(file: string): JournalKey {
  const variable = 'STRONGROOM_JOURNAL_KEY_FILE';
  const key = parseJournalKey(readSecretFile(file, variable));
  if (!key)
    throw new ConfigError([`${variable}: the file ${file} must hold the line \`producer id key\`, the key 32 bytes in base64`]);
  return key;
}
