import { ConfigError } from './config-error';
import { type Environment, host, identifier, path, port, readEnvironment } from './environment';
import { readSecretFile } from './secret-file';

export interface DatabaseConfig {
  host: string;
  port: number;
  /** The schema. */
  name: string;
  user: string;
  password: string;
}

export interface RedisConfig {
  host: string;
  port: number;
  /** The service's own user; absent if the server has only its default user. */
  username?: string;
  password?: string;
  /** The key with which the service signs its journal entries. Every service has one; tests without a journal need none. */
  journalKey?: JournalKey;
}

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
  STRONGROOM_DATABASE_HOST: host,
  STRONGROOM_DATABASE_PORT: port,
  STRONGROOM_DATABASE_NAME: identifier,
};

/** The database user for serving, which has only the grants that serving needs. @throws ConfigError */
export function databaseConfig(env: Environment): DatabaseConfig {
  const read = readEnvironment(env, {
    ...location,
    STRONGROOM_DATABASE_USER: identifier,
    STRONGROOM_DATABASE_PASSWORD_FILE: path,
  });
  return {
    host: read.STRONGROOM_DATABASE_HOST,
    port: read.STRONGROOM_DATABASE_PORT,
    name: read.STRONGROOM_DATABASE_NAME,
    user: read.STRONGROOM_DATABASE_USER,
    password: readSecretFile(read.STRONGROOM_DATABASE_PASSWORD_FILE, 'STRONGROOM_DATABASE_PASSWORD_FILE'),
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
    host: read.STRONGROOM_DATABASE_HOST,
    port: read.STRONGROOM_DATABASE_PORT,
    name: read.STRONGROOM_DATABASE_NAME,
    user: read.STRONGROOM_MIGRATION_USER,
    password: readSecretFile(read.STRONGROOM_MIGRATION_PASSWORD_FILE, 'STRONGROOM_MIGRATION_PASSWORD_FILE'),
  };
}

/** A Redis without a journal. @throws ConfigError */
export function redisEndpointConfig(env: Environment): RedisConfig {
  const read = readEnvironment(env, {
    STRONGROOM_REDIS_HOST: host,
    STRONGROOM_REDIS_PORT: port,
    STRONGROOM_REDIS_USER: identifier.optional(),
    STRONGROOM_REDIS_PASSWORD_FILE: path.optional(),
  });
  const passwordFile = read.STRONGROOM_REDIS_PASSWORD_FILE;
  return {
    host: read.STRONGROOM_REDIS_HOST,
    port: read.STRONGROOM_REDIS_PORT,
    ...(read.STRONGROOM_REDIS_USER === undefined ? {} : { username: read.STRONGROOM_REDIS_USER }),
    ...(passwordFile === undefined ? {} : { password: readSecretFile(passwordFile, 'STRONGROOM_REDIS_PASSWORD_FILE') }),
  };
}

/** @throws ConfigError */
export function redisConfig(env: Environment): RedisConfig {
  const journalKeyFile = readEnvironment(env, { STRONGROOM_JOURNAL_KEY_FILE: path }).STRONGROOM_JOURNAL_KEY_FILE;
  return { ...redisEndpointConfig(env), journalKey: readJournalKey(journalKeyFile) };
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
