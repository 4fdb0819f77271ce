import type { Clock } from '@strongroom/clock';
import type { JobQueue } from '@strongroom/jobs';
import type { Logger } from '@strongroom/telemetry';
import type { PurgeSchedule } from '../domain/purge-schedule.port';
import type { PurgeJob } from './purge.job';

/** Plans purges as delayed jobs. */
export class QueuedPurgeSchedule implements PurgeSchedule {
  constructor(
    private readonly queue: JobQueue<PurgeJob>,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async plan(secretId: number, purgeAt: Date): Promise<void> {
    try {
      await this.queue.add({ secretId, purgeAt: purgeAt.getTime() }, { delayMs: purgeAt.getTime() - this.clock.millis() });
    } catch (error) {
      this.logger.warn('a purge could not be queued; the scan will find it', { error });
    }
  }
}
