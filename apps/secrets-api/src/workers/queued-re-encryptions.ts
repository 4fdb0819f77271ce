import type { JobQueue } from '@strongroom/jobs';
import type { Logger } from '@strongroom/telemetry';
import type { ReEncryptionQueue } from '../domain/re-encryption/re-encryption-ports';
import type { ReEncryptionJob } from './re-encryption.job';

export class QueuedReEncryptions implements ReEncryptionQueue {
  constructor(
    private readonly queue: Pick<JobQueue<ReEncryptionJob>, 'add'>,
    private readonly logger: Logger,
  ) {}

  async wake({ keyId, runId }: ReEncryptionJob): Promise<void> {
    try {
      await this.queue.add({ keyId, runId });
    } catch (error) {
      this.logger.warn('a re-encryption could not be queued; the scan will find it', { error });
    }
  }
}
