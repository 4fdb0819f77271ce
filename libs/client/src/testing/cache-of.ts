import { SeededRandom } from '@strongroom/random';
import type { SecretCacheOptions } from '../cache/cache-options';
import type { SecretChange } from '../cache/cached-secret';
import { SecretCache } from '../cache/secret-cache';
import { FakeSecrets } from './fake-secrets';
import { ManualTimers } from './manual-timers';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;

/** A cache of a cluster that the test is, at a time that the test moves. */
export function cacheOf(options: SecretCacheOptions = {}) {
  const cluster = new FakeSecrets();
  const timers = new ManualTimers();
  const cache = new SecretCache(cluster, options, { timers, random: new SeededRandom('a cache') });
  const changes: string[] = [];
  return {
    cluster,
    timers,
    cache,
    /** What was heard of changes, in short. */
    changes,
    listen: (secret: Parameters<SecretCache['subscribe']>[0] = 'db') =>
      cache.subscribe(secret, (change) => changes.push(inShort(change))),
    /** The id of the version that the cache answers, or the error's name. */
    read: (secret: Parameters<SecretCache['get']>[0] = 'db', maxAgeMs?: number) =>
      cache.get(secret, { maxAgeMs }).then(
        ({ versionId }) => versionId,
        (error: Error) => error.name,
      ),
    /** The cache holds this secret, and push is alive. */
    live: async (secretId = 'db', versionId = 'v1', resumeToken?: string) => {
      await cache.get(secretId);
      await timers.advance(10);
      cluster.stream.isReady({ [secretId]: versionId }, resumeToken);
      await timers.advance(0);
    },
  };
}

const inShort = (change: SecretChange): string =>
  change.kind === 'changed' ? `${change.secretId} ${change.versionId}` : `${change.secretId} ${change.error.name}`;
