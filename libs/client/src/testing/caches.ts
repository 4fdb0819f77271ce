export { cacheOf, MINUTE, SECOND } from './cache-of';
export { away, denied, FakeSecrets, FakeWatchStream, missing, sentError, version } from './fake-secrets';
export { ManualTimers, settled } from './manual-timers';
