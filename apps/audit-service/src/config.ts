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

export interface AuditServiceConfig extends ServiceConfig {
  database: DatabaseConfig;
  redis: RedisConfig;
  identityAddress: string;
  keyserviceAddress: string;
}

/** @throws ConfigError */
export const readConfig = (env: Environment): AuditServiceConfig => ({
  ...readServiceConfig(env),
  database: databaseConfig(env),
  redis: redisConfig(env),
  identityAddress: addressOf(env, 'IDENTITY'),
  keyserviceAddress: addressOf(env, 'KEYSERVICE'),
});
