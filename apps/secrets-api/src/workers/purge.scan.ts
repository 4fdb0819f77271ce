import type { Clock } from '@strongroom/clock';
import type { Logger } from '@strongroom/telemetry';
import type { PurgeSchedule } from '../domain/purge-schedule.port';
import type { SecretStore } from '../domain/secret-store.port';
import { PeriodicScan } from './periodic-scan';

const BATCH = 500;

/** Queues purges that are due. */
export class PurgeScan extends PeriodicScan {
  constructor(
    private readonly store: Pick<SecretStore, 'dueForPurge'>,
    private readonly schedule: PurgeSchedule,
    private readonly clock: Clock,
    logger: Logger,
  ) {
    super('purges', logger);
  }

  async scan(): Promise<void> {
    for (const { secretId, purgeAt } of await this.store.dueForPurge(this.clock.now(), BATCH)) {
      await this.schedule.plan(secretId, purgeAt);
    }
  }
}
