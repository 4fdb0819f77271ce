import {
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

export interface IdentityConfig extends ServiceConfig {
  database: DatabaseConfig;
  redis: RedisConfig;
  rootKey: RootKey;
}

/** @throws ConfigError */
export const readConfig = (env: Environment): IdentityConfig => ({
  ...readServiceConfig(env),
  database: databaseConfig(env),
  redis: redisConfig(env),
  rootKey: readRootKey(env),
});

const ROOT_KEY_FILE = 'STRONGROOM_ROOT_KEY_FILE';

function readRootKey(env: Environment): RootKey {
  const text = readSecretFile(pathOf(env, ROOT_KEY_FILE), ROOT_KEY_FILE);
  try {
    return RootKey.parse(text);
  } catch (error) {
    throw new ConfigError([`${ROOT_KEY_FILE}: ${(error as Error).message}`]);
  }
}
