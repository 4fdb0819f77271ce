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

export interface NotificationConfig extends ServiceConfig {
  database: DatabaseConfig;
  redis: RedisConfig;
  identityAddress: string;
}

/** @throws ConfigError */
export const readConfig = (env: Environment): NotificationConfig => ({
  ...readServiceConfig(env),
  database: databaseConfig(env),
  redis: redisConfig(env),
  identityAddress: addressOf(env, 'IDENTITY'),
});
