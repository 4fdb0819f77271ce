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
import { egressConfig, type EgressSettings } from '@strongroom/egress';
import { topicsConfig, type TopicsConfig } from './topics-config';

export interface NotificationConfig extends ServiceConfig {
  database: DatabaseConfig;
  redis: RedisConfig;
  identityAddress: string;
  auditAddress: string;
  keyserviceAddress: string;
  /** Where receivers may be. */
  egress: EgressSettings;
  topics: TopicsConfig;
}

/** @throws ConfigError */
export const readConfig = (env: Environment): NotificationConfig => ({
  ...readServiceConfig(env),
  database: databaseConfig(env),
  redis: redisConfig(env),
  identityAddress: addressOf(env, 'IDENTITY'),
  auditAddress: addressOf(env, 'AUDIT'),
  keyserviceAddress: addressOf(env, 'KEYSERVICE'),
  egress: egressConfig(env, 'STRONGROOM_NOTIFICATION_EGRESS'),
  topics: topicsConfig(env),
});
