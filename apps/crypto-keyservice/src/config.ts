import {
  addressOf,
  ConfigError,
  databaseConfig,
  pathOf,
  readSecretFile,
  readServiceConfig,
  redisConfig,
  type DatabaseConfig,
  type Environment,
  type RedisConfig,
  type ServiceConfig,
} from '@strongroom/config';
import { RootKey } from '@strongroom/envelope';

export interface KeyserviceConfig extends ServiceConfig {
  database: DatabaseConfig;
  redis: RedisConfig;
  identityAddress: string;
  rootKey: RootKey;
}

/** @throws ConfigError */
export function readConfig(env: Environment): KeyserviceConfig {
  return {
    ...readServiceConfig(env),
    database: databaseConfig(env),
    redis: redisConfig(env),
    identityAddress: addressOf(env, 'IDENTITY'),
    rootKey: readRootKey(env),
  };
}

const ROOT_KEY_FILE = 'STRONGROOM_ROOT_KEY_FILE';

function readRootKey(env: Environment): RootKey {
  const file = pathOf(env, ROOT_KEY_FILE);
  const text = readSecretFile(file, ROOT_KEY_FILE);
  try {
    return RootKey.parse(text);
  } catch (error) {
    throw new ConfigError([`${ROOT_KEY_FILE}: ${(error as Error).message}`]);
  }
}
