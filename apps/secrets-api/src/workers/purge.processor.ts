import type { ServiceEvents } from '../audit/service-events';
import type { SecretLifecycle } from '../domain/secret-lifecycle';
import type { PurgeJob } from './purge.job';

const TIMEOUT_MS = 20_000;

export interface PurgeSurroundings {
  lifecycle: SecretLifecycle;
  events: ServiceEvents;
}

/** Purges a secret, if its window is over, with an event in the trail as CloudTrail has it. Idempotent. */
export const purgeProcessor =
  ({ lifecycle, events }: PurgeSurroundings) =>
  async ({ secretId }: PurgeJob): Promise<void> => {
    await lifecycle.purge(secretId, {
      // Not the injected clock: this bounds real work.
      deadline: Date.now() + TIMEOUT_MS,
      beforeCommit: (secret) => events.record('EndSecretVersionDelete', secret),
    });
  };
