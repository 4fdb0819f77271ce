import { eventually } from '@strongroom/testing';
import { RotationBench } from './rotation-bench.testing';
import { type Api, binary, text, type TestSecretsApi, token } from './server.testing';

const DAMAGED = { reason: 'InternalServiceError', message: expect.stringContaining('damaged') };

/** One secret whose row cannot be read, among others: by hand, as no caller can bring it about. */
describe('a secret whose record is damaged', () => {
  let bench: RotationBench;
  let test: TestSecretsApi;
  let admin: Api;
  const sql = (statement: string) => test.database.admin.query(statement);

  /** Schedules that are due when the clock says so. */
  const secrets = async (...names: string[]): Promise<void> => {
    for (const name of names) {
      await admin.createSecret({ name, value: text('x'), clientRequestToken: token(name) });
      await admin.rotateSecret({
        secretId: name,
        rotationLambdaArn: bench.functionArn,
        rotationRules: { scheduleExpression: 'rate(1 day)' },
        rotateImmediately: false,
      });
    }
  };

  beforeAll(async () => {
    bench = await RotationBench.start('damage');
    ({ test, admin } = bench);
    await secrets('before', 'damaged', 'after');
    const { requests } = await test.worker.scanRotations({ maxResults: 1_000 });
    for (const { secretArn, token: tested } of requests) await test.worker.finishRotation({ secretArn, token: tested });
    await sql(`UPDATE secret SET rotation_rules = '{' WHERE name = 'damaged'`);
  }, 60_000);
  afterAll(() => bench?.stop());

  it('is told of as damaged, and by itself alone in what asks for several', async () => {
    await expect(admin.getSecretValue({ secretId: 'damaged' })).rejects.toMatchObject(DAMAGED);
    const asked = await Promise.allSettled(['before', 'damaged', 'after'].map((secretId) => admin.getSecretValue({ secretId })));
    expect(asked.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const { secretValues, errors } = await admin.batchGetSecretValue({ secretIdList: ['before', 'damaged', 'after'] });
    expect(secretValues.map(({ name }) => name)).toEqual(['before', 'after']);
    expect(errors).toEqual([{ secretId: 'damaged', errorCode: 'InternalServiceError', message: DAMAGED.message }]);
    expect(
      (await admin.batchGetSecretValue({ filters: [{ key: 'name', values: ['damaged', 'after'] }] })).secretValues,
    ).toHaveLength(1);
  });

  it('is listed by what can be read of it', async () => {
    const { secretList } = await admin.listSecrets({});
    expect(secretList.map(({ name }) => name)).toEqual(['before', 'damaged', 'after']);
    expect(secretList[1]).toMatchObject({ arn: expect.stringContaining('damaged'), tags: [] });
  });

  it('is changed by nobody, and stops no change of others that shares its transaction', async () => {
    const done = await Promise.allSettled(
      ['before', 'damaged', 'after'].map((secretId) => admin.tagResource({ secretId, tags: [{ key: 'k', value: 'v' }] })),
    );
    expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('does not keep others from rotating when their time has come, nor does it stay the first in the line', async () => {
    test.clock.advance(48 * 3_600_000);
    // A scan leaves out a row that somebody else is writing: the date of the first test's read is written about now.
    await eventually('both others rotate', async () => {
      const { requests } = await test.worker.scanRotations({ maxResults: 1_000 });
      return requests.length === 2 && requests.every(({ secretName }) => secretName !== 'damaged');
    });
    const [rows] = await sql(`SELECT next_rotation_at AS at FROM secret WHERE name = 'damaged'`);
    expect(new Date((rows as { at: Date }[])[0]!.at).getTime()).toBeGreaterThan(test.clock.now().getTime());
  });
});

describe('labels without number, from the time before there was a limit', () => {
  let bench: RotationBench;
  beforeAll(async () => {
    bench = await RotationBench.start('many_labels');
  }, 60_000);
  afterAll(() => bench?.stop());

  const stored = async (secretId: string, count: number, length: number) => {
    const { admin, test } = bench;
    const { versionId } = await admin.createSecret({ name: secretId, value: binary(Buffer.from('x')) });
    const [rows] = await test.database.admin.query('SELECT id FROM secret WHERE name = ?', [secretId]);
    const { id } = (rows as { id: number }[])[0]!;
    const labels = Array.from({ length: count }, (_, n) => [id, `${n}-`.padEnd(length, '€'), versionId]);
    await test.database.admin.query('INSERT INTO version_label (secret_id, label, version_id) VALUES ?', [labels]);
  };

  it('leave their secret readable while they fit into an answer of the database', async () => {
    const { admin } = bench;
    await stored('many', 60, 100);
    expect((await admin.getSecretValue({ secretId: 'many' })).versionStages).toHaveLength(61);
    await expect(admin.putSecretValue({ secretId: 'many', value: text('y'), versionStages: ['another'] })).rejects.toMatchObject({
      reason: 'LimitExceededException',
    });
    // AWSPREVIOUS would be one more.
    await expect(admin.putSecretValue({ secretId: 'many', value: text('y') })).rejects.toMatchObject({
      reason: 'LimitExceededException',
    });
    const { versionIdsToStages } = await admin.describeSecret({ secretId: 'many' });
    const [[versionId, { stages }]] = Object.entries(versionIdsToStages) as [[string, { stages: string[] }]];
    const off = stages.filter((label) => label !== 'AWSCURRENT').slice(0, 45);
    for (const versionStage of off) {
      await admin.updateSecretVersionStage({ secretId: 'many', versionStage, removeFromVersionId: versionId });
    }
    expect(await admin.putSecretValue({ secretId: 'many', value: text('y') })).toMatchObject({ versionStages: ['AWSCURRENT'] });
  });

  it('are not taken for fewer where the database cuts them off', async () => {
    const { admin } = bench;
    await stored('too-many', 1_500, 256);
    await expect(admin.getSecretValue({ secretId: 'too-many' })).rejects.toMatchObject(DAMAGED);
    expect((await admin.listSecrets({})).secretList.map(({ name }) => name)).toContain('too-many');
  });
});

it('no series of writes brings a secret past 20 labels', async () => {
  const bench = await RotationBench.start('label_limit');
  try {
    const { admin } = bench;
    await admin.createSecret({ name: 's', value: text('0') });
    const results: string[] = [];
    for (let put = 0; put < 4; put++) {
      const versionStages = Array.from({ length: 7 }, (_, n) => `label-${put}-${n}`);
      const outcome = await admin.putSecretValue({ secretId: 's', value: text(`${put}`), versionStages }).then(
        () => 'ok',
        (error: { reason: string }) => error.reason,
      );
      results.push(outcome);
    }
    expect(results).toEqual(['ok', 'ok', 'LimitExceededException', 'LimitExceededException']);
    const labels = Object.values(await bench.labels('s')).flat();
    expect(labels).toHaveLength(15);
    const [current] = Object.entries(await bench.labels('s')).find(([, stages]) => stages.includes('AWSCURRENT'))!;
    for (let n = 0; n < 5; n++) {
      await admin.updateSecretVersionStage({ secretId: 's', versionStage: `more-${n}`, moveToVersionId: current });
    }
    await expect(
      admin.updateSecretVersionStage({ secretId: 's', versionStage: 'more', moveToVersionId: current }),
    ).rejects.toMatchObject({ reason: 'LimitExceededException' });
    await expect(admin.rotateSecret({ secretId: 's', rotationLambdaArn: bench.functionArn })).rejects.toMatchObject({
      reason: 'LimitExceededException',
    });
  } finally {
    await bench.stop();
  }
}, 60_000);
