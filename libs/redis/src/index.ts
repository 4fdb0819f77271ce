export {
  connectRedis,
  replaceConnection,
  replaceIfSilent,
  replaceWhenSilent,
  type RedisConnectionOptions,
} from './connect-redis';
export { endpointOptions } from './endpoint-options';
export { awaitSentinels, isSuperseded, type SentinelWait } from './sentinels';
export type { RedisEndpoint } from '@strongroom/config';
