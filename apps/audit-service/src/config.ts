import {
  addressOf,
  databaseConfig,
  pathOf,
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
  /** The file with the keys of all producers of the journal. */
  journalKeysFile: string;
  identityAddress: string;
  keyserviceAddress: string;
}

/** @throws ConfigError */
export const readConfig = (env: Environment): AuditServiceConfig => ({
  ...readServiceConfig(env),
  database: databaseConfig(env),
  redis: redisConfig(env),
  journalKeysFile: pathOf(env, 'STRONGROOM_JOURNAL_KEYS_FILE'),
  identityAddress: addressOf(env, 'IDENTITY'),
  keyserviceAddress: addressOf(env, 'KEYSERVICE'),
});
