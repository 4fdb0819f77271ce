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

export interface SecretsApiConfig extends ServiceConfig {
  database: DatabaseConfig;
  redis: RedisConfig;
  identityAddress: string;
  keyserviceAddress: string;
  rotationAddress: string;
}

/** @throws ConfigError */
export function readConfig(env: Environment): SecretsApiConfig {
  return {
    ...readServiceConfig(env),
    database: databaseConfig(env),
    redis: redisConfig(env),
    identityAddress: addressOf(env, 'IDENTITY'),
    keyserviceAddress: addressOf(env, 'KEYSERVICE'),
    rotationAddress: addressOf(env, 'ROTATION'),
  };
}
