import type { Logger } from '@strongroom/telemetry';
import type { ReEncryptionQueue, ReEncryptionStore } from '../domain/re-encryption/re-encryption-ports';
import { PeriodicScan } from './periodic-scan';

const BATCH = 500;

/** Queues re-encryptions that are running. */
export class ReEncryptionScan extends PeriodicScan {
  constructor(
    private readonly store: Pick<ReEncryptionStore, 'running'>,
    private readonly queue: ReEncryptionQueue,
    logger: Logger,
  ) {
    super('re-encryptions', logger);
  }

  async scan(): Promise<void> {
    for (const run of await this.store.running(BATCH)) await this.queue.wake(run);
  }
}
