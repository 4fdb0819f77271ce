import type { PriceList } from '@strongroom/billing';
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
import { readPriceListFile } from './price-list-file';

export interface UsageConfig extends ServiceConfig {
  database: DatabaseConfig;
  redis: RedisConfig;
  identityAddress: string;
  auditAddress: string;
  secretsApiAddress: string;
  /** In force until one is put. */
  priceList: PriceList;
}

/** @throws ConfigError */
export const readConfig = (env: Environment): UsageConfig => ({
  ...readServiceConfig(env),
  database: databaseConfig(env),
  redis: redisConfig(env),
  identityAddress: addressOf(env, 'IDENTITY'),
  auditAddress: addressOf(env, 'AUDIT'),
  secretsApiAddress: addressOf(env, 'SECRETS_API'),
  priceList: readPriceListFile(env.STRONGROOM_USAGE_PRICE_LIST_FILE || undefined),
});
