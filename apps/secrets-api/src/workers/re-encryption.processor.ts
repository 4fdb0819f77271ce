import { PostponedJob } from '@strongroom/jobs';
import type { ReEncrypter } from '../domain/re-encryption/re-encrypter';
import type { ReEncryptionJob } from './re-encryption.job';

/**
 * One batch, and back into the queue for as long as its rate demands: so other keys have their turn, and a process that stops has
 * little to finish.
 */
export const reEncryptionProcessor =
  (reEncrypter: Pick<ReEncrypter, 'step'>) =>
  async (job: ReEncryptionJob): Promise<void> => {
    const begun = performance.now();
    const durationMs = await reEncrypter.step(job);
    if (durationMs !== undefined) throw new PostponedJob(Math.max(0, Math.ceil(durationMs - (performance.now() - begun))));
  };
