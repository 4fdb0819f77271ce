// What needs a Redis client, so that programs without a Redis load none.
export { createJournal, type Journal, type JournalOptions } from './journal';
export { connectRedis, replaceIfSilent, type RedisConnectionOptions, type RedisEndpoint } from './redis-connection';
