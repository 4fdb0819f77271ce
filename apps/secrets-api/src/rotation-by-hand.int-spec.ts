import { RotationRequestState } from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import { RotationBench } from './rotation-bench.testing';
import { type Api, text, token } from './server.testing';

const { OPEN, COMPLETE, ABANDONED } = RotationRequestState;

describe('what callers do to a secret while it rotates', () => {
  let bench: RotationBench;
  let admin: Api;

  beforeAll(async () => {
    bench = await RotationBench.start('rotation-by-hand');
    admin = bench.admin;
  }, 60_000);
  afterAll(() => bench?.stop());

  describe('a new AWSCURRENT by hand abandons it', () => {
    it.each<[string, (of: { arn: string; first: string }) => Promise<unknown>]>([
      ['PutSecretValue', ({ arn }) => admin.putSecretValue({ secretId: arn, value: text('by hand') })],
      ['UpdateSecret', ({ arn }) => admin.updateSecret({ secretId: arn, value: text('by hand') })],
      [
        'UpdateSecretVersionStage',
        async ({ arn, first }) => {
          const value = text('by hand');
          const { versionId } = await admin.putSecretValue({ secretId: arn, value, versionStages: ['NEXT'] });
          await admin.updateSecretVersionStage({
            secretId: arn,
            versionStage: 'AWSCURRENT',
            removeFromVersionId: first,
            moveToVersionId: versionId,
          });
        },
      ],
    ])('%s', async (_, write) => {
      const of = await bench.rotating({ rotationRules: { scheduleExpression: 'rate(10 days)' } });
      bench.test.clock.advance(86_400_000);
      await write(of);
      expect(await admin.getSecretValue({ secretId: of.arn })).toMatchObject({ value: text('by hand') });
      expect(Object.values(await bench.labels(of.arn)).flat()).not.toContain('AWSPENDING');
      // It never had a value: there is nothing to keep.
      const { versions } = await admin.listSecretVersionIds({ secretId: of.arn, includeDeprecated: true });
      expect(versions.map(({ versionId }) => versionId)).not.toContain(of.token);
      expect(bench.events(of.arn)).toContain('secrets-api RotationAbandoned');
      const { nextRotationDate, lastRotatedDate } = await admin.describeSecret({ secretId: of.arn });
      const today = Math.floor(bench.test.clock.millis() / 86_400_000) * 86_400_000;
      expect(nextRotationDate).toEqual(new Date(today + 11 * 86_400_000 - 1_000));
      expect(lastRotatedDate).toBeUndefined();
      await expect(
        bench.test.worker.putPendingValue({ secretArn: of.arn, token: of.token, value: text('late') }),
      ).rejects.toMatchObject({ kind: expect.stringMatching(/not-found|failed-precondition/) });
    });

    it('and keeps the version that had its value, without a label', async () => {
      const of = await bench.rotating();
      await bench.fill(of);
      await admin.putSecretValue({ secretId: of.arn, value: text('by hand') });
      expect(await bench.state(of)).toBe(ABANDONED);
      expect(await admin.getSecretValue({ secretId: of.arn, versionId: of.token })).toMatchObject({ versionStages: [] });
    });

    it('so does whoever takes AWSPENDING from its version', async () => {
      const of = await bench.rotating();
      await bench.fill(of);
      await admin.updateSecretVersionStage({ secretId: of.arn, versionStage: 'AWSPENDING', removeFromVersionId: of.token });
      expect(await bench.state(of)).toBe(ABANDONED);
      expect(await admin.rotateSecret({ secretId: of.arn })).toMatchObject({ versionId: expect.any(String) });
    });

    it('but not who writes other labels', async () => {
      const of = await bench.rotating();
      await admin.putSecretValue({ secretId: of.arn, value: text('aside'), versionStages: ['ASIDE'] });
      expect(await bench.state(of)).toBe(OPEN);
    });
  });

  describe('a custom function', () => {
    it('fills the pending version, moves AWSCURRENT itself, and leaves AWSPENDING for the worker to take', async () => {
      const of = await bench.rotating();
      const { rotationToken } = await bench.request(of);
      const put = { secretId: of.arn, clientRequestToken: of.token, value: text('second'), versionStages: ['AWSPENDING'] };
      await expect(admin.putSecretValue({ ...put, rotationToken: '0'.repeat(36) })).rejects.toMatchObject({
        reason: 'InvalidParameterException',
        message: expect.stringContaining('RotationToken'),
      });
      expect(await admin.putSecretValue({ ...put, rotationToken })).toMatchObject({
        versionId: of.token,
        versionStages: ['AWSPENDING'],
      });
      expect(await admin.putSecretValue({ ...put, rotationToken })).toMatchObject({ versionStages: ['AWSPENDING'] });
      await expect(admin.putSecretValue({ ...put, value: text('other') })).rejects.toMatchObject({
        reason: 'ResourceExistsException',
      });
      const move = { secretId: of.arn, versionStage: 'AWSCURRENT', removeFromVersionId: of.first, moveToVersionId: of.token };
      await admin.updateSecretVersionStage(move);
      expect(await bench.state(of)).toBe(COMPLETE);
      expect(await bench.labels(of.arn)).toEqual({ [of.first]: ['AWSPREVIOUS'], [of.token]: ['AWSCURRENT', 'AWSPENDING'] });
      expect(await admin.describeSecret({ secretId: of.arn })).toMatchObject({ lastRotatedDate: bench.test.clock.now() });
      await bench.test.worker.finishRotation({ secretArn: of.arn, token: of.token });
      expect(await bench.labels(of.arn)).toEqual({ [of.first]: ['AWSPREVIOUS'], [of.token]: ['AWSCURRENT'] });
    });

    it('may do both at once', async () => {
      const of = await bench.rotating();
      await admin.putSecretValue({ secretId: of.arn, clientRequestToken: of.token, value: text('second') });
      expect(await bench.state(of)).toBe(COMPLETE);
      // AWSPENDING on AWSCURRENT is the sign of a complete rotation, not of one under way.
      expect(await admin.rotateSecret({ secretId: of.arn })).toMatchObject({ versionId: expect.any(String) });
    });

    it('cannot make a version AWSCURRENT that has no value', async () => {
      const of = await bench.rotating();
      const move = { secretId: of.arn, versionStage: 'AWSCURRENT', removeFromVersionId: of.first, moveToVersionId: of.token };
      await expect(admin.updateSecretVersionStage(move)).rejects.toMatchObject({ reason: 'ResourceNotFoundException' });
      expect(await bench.state(of)).toBe(OPEN);
    });
  });

  it('a manual write and FinishRotation at once leave one truth', async () => {
    for (let round = 0; round < 5; round++) {
      const of = await bench.rotating();
      await bench.fill(of);
      const [put, finish] = await Promise.allSettled([
        admin.putSecretValue({ secretId: of.arn, value: text('by hand'), clientRequestToken: token(`hand-${round}`) }),
        bench.test.worker.finishRotation({ secretArn: of.arn, token: of.token }),
      ]);
      expect(put.status).toBe('fulfilled');
      expect(await admin.getSecretValue({ secretId: of.arn })).toMatchObject({ value: text('by hand') });
      const labels = await bench.labels(of.arn);
      expect(Object.values(labels).flat().sort()).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
      // First finished, then overwritten; or abandoned, and then there was nothing to finish.
      const finished = finish.status === 'fulfilled';
      expect(await bench.state(of)).toBe(finished ? COMPLETE : ABANDONED);
      expect(labels[finished ? of.token : of.first]).toEqual(['AWSPREVIOUS']);
    }
  }, 30_000);

  it('a new KmsKeyId passes over the version that has no value yet', async () => {
    const of = await bench.rotating();
    const keyArn = bench.test.dataKeys.add('alias/mine', '11111111-0000-4000-8000-000000000000');
    await admin.updateSecret({ secretId: of.arn, kmsKeyId: 'alias/mine' });
    expect(await bench.state(of)).toBe(OPEN);
    await bench.fill(of);
    const { versions } = await admin.listSecretVersionIds({ secretId: of.arn });
    expect(versions.map(({ kmsKeyIds }) => kmsKeyIds)).toEqual([[keyArn], [keyArn]]);
  });

  describe('CancelRotateSecret', () => {
    it('turns rotation off, and a version with its value stays', async () => {
      const of = await bench.rotating({ rotationRules: { automaticallyAfterDays: 1n } });
      await bench.fill(of);
      expect(await admin.cancelRotateSecret({ secretId: of.arn })).toMatchObject({ arn: of.arn, versionId: of.token });
      expect(await admin.cancelRotateSecret({ secretId: of.arn })).toMatchObject({ versionId: of.token });
      expect(await admin.describeSecret({ secretId: of.arn })).toMatchObject({
        rotationEnabled: false,
        rotationLambdaArn: bench.functionArn,
        rotationRules: { automaticallyAfterDays: 1n },
        nextRotationDate: undefined,
      });
      expect(await bench.state(of)).toBe(ABANDONED);
      bench.test.clock.advance(3 * 86_400_000);
      expect(await bench.scanned(of.arn)).toEqual([]);
      // What stays is an incomplete rotation: it is taken up again.
      await expect(admin.rotateSecret({ secretId: of.arn })).rejects.toMatchObject({
        message: expect.stringContaining('reattempted'),
      });
      expect(await bench.request(of)).toMatchObject({ state: OPEN, attempt: 2 });
    });

    it('a version without a value goes', async () => {
      const of = await bench.rotating();
      expect(await admin.cancelRotateSecret({ secretId: of.arn })).toMatchObject({ versionId: undefined });
      expect(await bench.labels(of.arn)).toEqual({ [of.first]: ['AWSCURRENT'] });
    });

    it('does nothing to a secret that never rotated', async () => {
      const { arn } = await bench.secret();
      expect(await admin.cancelRotateSecret({ secretId: arn })).toMatchObject({ versionId: undefined });
    });
  });

  describe('deletion', () => {
    it('ends the rotation; what fell due before RestoreSecret is not made up for', async () => {
      const of = await bench.rotating({ rotationRules: { scheduleExpression: 'rate(1 day)' } });
      await bench.fill(of);
      await admin.deleteSecret({ secretId: of.arn });
      expect(await bench.state(of)).toBe(ABANDONED);
      expect(bench.events(of.arn)).toContain('secrets-api RotationAbandoned');
      await expect(admin.rotateSecret({ secretId: of.arn })).rejects.toMatchObject({ reason: 'InvalidRequestException' });
      bench.test.clock.advance(5 * 86_400_000);
      expect(await bench.scanned(of.arn)).toEqual([]);
      await admin.restoreSecret({ secretId: of.arn });
      expect(await bench.scanned(of.arn)).toEqual([]);
      const { nextRotationDate } = await admin.describeSecret({ secretId: of.arn });
      expect(nextRotationDate!.getTime()).toBeGreaterThan(bench.test.clock.millis());
      expect(await bench.labels(of.arn)).toEqual({ [of.first]: ['AWSCURRENT'] });
    });

    it('at once takes all of it away', async () => {
      const of = await bench.rotating();
      await admin.deleteSecret({ secretId: of.arn, forceDeleteWithoutRecovery: true });
      await expect(bench.state(of)).rejects.toMatchObject({ reason: 'ResourceNotFoundException' });
    });
  });
});
