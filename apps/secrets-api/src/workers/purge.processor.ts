import type { ServiceEvents } from '../audit/service-events';
import type { SecretLifecycle } from '../domain/secret-lifecycle';
import type { PurgeJob } from './purge.job';

const TIMEOUT_MS = 20_000;

export interface PurgeSurroundings {
  lifecycle: SecretLifecycle;
  events: ServiceEvents;
}

/** Purges a secret if its window is over, with CloudTrail's event in the trail. Idempotent. */
export const purgeProcessor =
  ({ lifecycle, events }: PurgeSurroundings) =>
  async ({ secretId }: PurgeJob): Promise<void> => {
    await lifecycle.purge(secretId, {
      // Not the injected clock, because this limits real work.
      deadline: Date.now() + TIMEOUT_MS,
      beforeCommit: (secret) => events.record('EndSecretVersionDelete', secret),
    });
  };
