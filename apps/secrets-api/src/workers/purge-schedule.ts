import type { JobQueue } from '@strongroom/jobs';
import type { Logger } from '@strongroom/telemetry';
import type { PurgeSchedule } from '../domain/purge-schedule.port';
import type { PurgeJob } from './purge.job';

/**
 * Queues purges as jobs when they are due. If they were queued earlier, deleting and restoring a secret again and again would
 * leave a job in Redis each time, for as long as a recovery window.
 */
export class QueuedPurgeSchedule implements PurgeSchedule {
  constructor(
    private readonly queue: JobQueue<PurgeJob>,
    private readonly logger: Logger,
  ) {}

  async plan(secretId: number, purgeAt: Date): Promise<void> {
    try {
      await this.queue.add({ secretId, purgeAt: purgeAt.getTime() });
    } catch (error) {
      this.logger.warn('a purge could not be queued; the scan will find it', { error });
    }
  }
}
