import { serviceUnavailable } from '@strongroom/errors';
import type { JobQueue, RotationStepJob } from '@strongroom/jobs';
import { silentLogger } from '@strongroom/telemetry';
import type { RotationRequest } from '../domain/rotation/rotation';
import type { Secret } from '../domain/secret';
import { QueuedRotations } from './queued-rotations';

type Queue = Pick<JobQueue<RotationStepJob>, 'add'>;

const secret = { arn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:db-abcdef' } as Secret;
const request = { token: 't', attempt: 2, kind: 'rotate' } as RotationRequest;

describe('waking rotation-worker', () => {
  it.each([
    ['rotate', 'createSecret'],
    ['test', 'testSecret'],
  ] as const)('of a %s begins with %s', async (kind, step) => {
    const added: RotationStepJob[] = [];
    const queue: Queue = { add: async (job) => void added.push(job) };
    await new QueuedRotations(queue, silentLogger).wake(secret, { ...request, kind });
    expect(added).toEqual([{ secretArn: secret.arn, token: 't', attempt: 2, step }]);
  });

  it('fails nobody when the queue is away, and says so', async () => {
    const warnings: unknown[] = [];
    const queue: Queue = { add: () => Promise.reject(serviceUnavailable('the job queue is unavailable')) };
    const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
    await new QueuedRotations(queue, logger).wake(secret, request);
    expect(warnings).toEqual(['a rotation could not be queued; the scan will find it']);
  });
});
