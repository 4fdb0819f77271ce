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
  password?: string;
}

const location = {
  STRONGROOM_DATABASE_HOST: host,
  STRONGROOM_DATABASE_PORT: port,
  STRONGROOM_DATABASE_NAME: identifier,
};

/** The database user that serves: it has just the grants that serving needs. @throws ConfigError */
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

/** @throws ConfigError */
export function redisConfig(env: Environment): RedisConfig {
  const read = readEnvironment(env, {
    STRONGROOM_REDIS_HOST: host,
    STRONGROOM_REDIS_PORT: port,
    STRONGROOM_REDIS_PASSWORD_FILE: path.optional(),
  });
  const passwordFile = read.STRONGROOM_REDIS_PASSWORD_FILE;
  return {
    host: read.STRONGROOM_REDIS_HOST,
    port: read.STRONGROOM_REDIS_PORT,
    ...(passwordFile === undefined ? {} : { password: readSecretFile(passwordFile, 'STRONGROOM_REDIS_PASSWORD_FILE') }),
  };
}
