export { isServiceAddress, SERVICE_ADDRESS_RULE } from './address';
export { type Endpoint, endpointOf, endpointsAt, endpointText } from './endpoint';
export { readCaFile } from './ca-file';
export { ConfigError } from './config-error';
export { type Environment, hostAndPort, hosts, identifier, path, port, readEnvironment, serviceAddress } from './environment';
export { numberOf } from './number-config';
export { arePemCertificates } from './pem-certificates';
export type { RedisAccess, RedisEndpoint, RedisGroup, RedisHost, RedisSentinels, RedisServer } from './redis-endpoint';
export { readSecretFile } from './secret-file';
export { addressOf, pathOf, readServiceConfig, type ServiceConfig } from './service-config';
export {
  databaseConfig,
  migrationDatabaseConfig,
  parseJournalKey,
  redisConfig,
  redisEndpointConfig,
  type DatabaseConfig,
  type JournalKey,
  type RedisConfig,
} from './store-config';
