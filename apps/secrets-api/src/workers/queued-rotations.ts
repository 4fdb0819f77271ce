import type { JobQueue, RotationStepJob } from '@strongroom/jobs';
import type { Logger } from '@strongroom/telemetry';
import type { RotationRequest } from '../domain/rotation/rotation';
import type { RotationQueue } from '../domain/rotation/rotation-ports';
import type { Secret } from '../domain/secret';

/** Wakes rotation-worker with the first job of the rotation. */
export class QueuedRotations implements RotationQueue {
  constructor(
    private readonly queue: Pick<JobQueue<RotationStepJob>, 'add'>,
    private readonly logger: Logger,
  ) {}

  async wake({ arn }: Secret, { token, attempt, kind }: RotationRequest): Promise<void> {
    try {
      await this.queue.add({ secretArn: arn, token, attempt, step: kind === 'test' ? 'testSecret' : 'createSecret' });
    } catch (error) {
      this.logger.warn('a rotation could not be queued; the scan will find it', { error });
    }
  }
}
