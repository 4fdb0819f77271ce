import {
  addressOf,
  databaseConfig,
  readServiceConfig,
  redisConfig,
  type DatabaseConfig,
  type Environment,
  type RedisConfig,
  type ServiceConfig,
} from '@strongroom/config';
import { readRootKeyConfig, type RootKeyConfig } from '@strongroom/root-keys';

export interface KeyserviceConfig extends ServiceConfig {
  database: DatabaseConfig;
  redis: RedisConfig;
  identityAddress: string;
  rootKeys: RootKeyConfig;
}

/** @throws ConfigError */
export function readConfig(env: Environment): KeyserviceConfig {
  return {
    ...readServiceConfig(env),
    database: databaseConfig(env),
    redis: redisConfig(env),
    identityAddress: addressOf(env, 'IDENTITY'),
    rootKeys: readRootKeyConfig(env),
  };
}
