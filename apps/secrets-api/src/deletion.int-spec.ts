import { serviceUnavailable } from '@strongroom/errors';
import { DAY } from '@strongroom/clock';
import { eventually } from '@strongroom/testing';
import { type Api, startTestSecretsApi, text, type TestSecretsApi, token } from './server.testing';

let test: TestSecretsApi;
let admin: Api;

beforeAll(async () => {
  test = await startTestSecretsApi('deletion');
  admin = test.as();
}, 60_000);
afterAll(() => test?.stop());
afterEach(() => (test.recorder.failure = undefined));

const reason = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: { reason: string }) => error.reason,
  );
const rowsOf = async (table: string): Promise<number> => {
  const [rows] = await test.database.admin.query(`SELECT COUNT(*) AS n FROM ${table}`);
  return Number((rows as { n: number }[])[0]!.n);
};
const forgetJobs = async (): Promise<void> => {
  const keys = await test.redis.client.keys(`${test.redis.prefix.replaceAll(':', '')}*`);
  if (keys.length > 0) await test.redis.client.del(...keys);
};
/** Once the scan has queued what is due and the worker has done it. */
const purged = async (secretId: string): Promise<boolean> => {
  await test.service.purgeScan.scan();
  const isGone = async () => (await reason(admin.describeSecret({ secretId }))) === 'ResourceNotFoundException';
  return eventually(`${secretId} is gone`, isGone);
};
const purgeEvents = () => test.recorder.events.filter(({ eventName }) => eventName === 'EndSecretVersionDelete');

it('is for good once the window is over: the purge takes all of it, leaves an event, and frees the name', async () => {
  const secretId = 'purged';
  const { arn } = await admin.createSecret({ name: secretId, value: text('one'), tags: [{ key: 'a', value: 'b' }] });
  await admin.putSecretValue({ secretId, value: text('two') });
  await admin.deleteSecret({ secretId, recoveryWindowInDays: 7n });
  // What the queue has forgotten, the scan finds.
  await forgetJobs();

  test.clock.advance(7 * DAY - 1);
  await test.service.purgeScan.scan();
  expect((await admin.describeSecret({ secretId })).deletedDate).toBeDefined();
  test.clock.advance(1);
  expect(await reason(admin.restoreSecret({ secretId }))).toBe('InvalidRequestException');
  expect(await purged(secretId)).toBe(true);
  for (const table of ['secret', 'secret_version', 'version_label', 'secret_tag'])
    expect([table, await rowsOf(table)]).toEqual([table, 0]);
  expect(purgeEvents()).toMatchObject([
    {
      userIdentity: { type: 'AWSService' },
      resources: [{ arn }],
      recipientAccountId: '000000000000',
      eventTime: test.clock.now(),
    },
  ]);
  const again = await admin.createSecret({ name: secretId, value: text('again') });
  expect(again.arn).not.toBe(arn);
  await admin.deleteSecret({ secretId, forceDeleteWithoutRecovery: true });
});

it('does not happen without its event', async () => {
  const secretId = 'unrecorded';
  await admin.createSecret({ name: secretId });
  await admin.deleteSecret({ secretId, recoveryWindowInDays: 7n });
  await forgetJobs();
  test.clock.advance(7 * DAY);
  test.recorder.failure = serviceUnavailable('the audit journal is away');
  const before = test.recorder.refused;
  await test.service.purgeScan.scan();
  await eventually('the purge has tried to record its event', () => test.recorder.refused > before);
  expect(await rowsOf('secret')).toBe(1);
  test.recorder.failure = undefined;
  await forgetJobs();
  expect(await purged(secretId)).toBe(true);
});

it('is undone by a restore, also for a purge that was planned before', async () => {
  const secretId = 'restored';
  await admin.createSecret({ name: secretId, value: text('kept') });
  await admin.deleteSecret({ secretId, recoveryWindowInDays: 7n });
  await admin.restoreSecret({ secretId });
  await admin.restoreSecret({ secretId });
  await admin.deleteSecret({ secretId });
  const due = 'due-meanwhile';
  await admin.createSecret({ name: due });
  await admin.deleteSecret({ secretId: due, recoveryWindowInDays: 7n });
  await forgetJobs();
  test.clock.advance(8 * DAY);
  expect(await purged(due)).toBe(true);
  // The second deletion has a window of its own, of 30 days.
  await admin.restoreSecret({ secretId });
  expect((await admin.getSecretValue({ secretId })).value).toEqual(text('kept'));
  await admin.deleteSecret({ secretId, forceDeleteWithoutRecovery: true });
});

it('leaves nothing in Redis before its time, however often it is asked for and undone', async () => {
  const secretId = 'again-and-again';
  await admin.createSecret({ name: secretId });
  const jobs = async () => (await test.redis.client.keys(`${test.redis.prefix.replaceAll(':', '')}:secret-purge:*`)).length;
  const before = await jobs();
  for (let n = 0; n < 5; n++) {
    await admin.deleteSecret({ secretId });
    await admin.restoreSecret({ secretId });
    test.clock.advance(1_000);
  }
  expect(await jobs()).toBe(before);
  await admin.deleteSecret({ secretId, forceDeleteWithoutRecovery: true });
});

it('leaves metadata to see and nothing to change while it waits', async () => {
  const secretId = 'waiting';
  const { versionId } = await admin.createSecret({ name: secretId, value: text('unreadable') });
  await admin.deleteSecret({ secretId });
  const answers = await Promise.all(
    [
      admin.getSecretValue({ secretId }),
      admin.putSecretValue({ secretId, value: text('x') }),
      admin.updateSecret({ secretId, description: 'x' }),
      admin.updateSecretVersionStage({ secretId, versionStage: 'x', moveToVersionId: versionId }),
      admin.tagResource({ secretId, tags: [{ key: 'a', value: 'b' }] }),
      admin.untagResource({ secretId, tagKeys: ['a'] }),
      admin.putResourcePolicy({ secretId, resourcePolicy: '{"Version":"2012-10-17","Statement":[]}' }),
      admin.deleteSecret({ secretId }),
    ].map(reason),
  );
  expect(answers.map((answer) => answer === 'ok')).toEqual(answers.map(() => false));
  expect(answers.slice(0, 6)).toEqual(Array(6).fill('InvalidRequestException'));
  expect((await admin.describeSecret({ secretId })).deletedDate).toEqual(test.clock.now());
  expect(await reason(admin.listSecretVersionIds({ secretId }))).toBe('ok');
  await admin.deleteSecret({ secretId, forceDeleteWithoutRecovery: true });
  expect(await reason(admin.describeSecret({ secretId }))).toBe('ResourceNotFoundException');
});

it('is asked for in vain of what is not there, and forced all the same', async () => {
  expect(await reason(admin.deleteSecret({ secretId: 'none' }))).toBe('ResourceNotFoundException');
  expect(await admin.deleteSecret({ secretId: 'none', forceDeleteWithoutRecovery: true })).toEqual({
    name: 'none',
    arn: expect.stringMatching(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:none-[A-Za-z0-9]{6}$/),
    deletionDate: test.clock.now(),
  });
  expect(await reason(test.as({ policies: [] }).deleteSecret({ secretId: 'none', forceDeleteWithoutRecovery: true }))).toBe(
    'AccessDeniedException',
  );
});

it('of a version: past 100 the oldest that nobody labels go, once they are a day old', async () => {
  const secretId = 'many';
  await admin.createSecret({ name: secretId, value: text('0'), clientRequestToken: token('v0') });
  // As 101 puts would leave them, each a second after the one before.
  await test.database.admin.query(
    `INSERT INTO secret_version (secret_id, version_id, created_at, kms_key_arn, wrapped_data_key, ciphertext)
      SELECT v.secret_id, RPAD(CONCAT('v', n.seq), 32, '-'), v.created_at + INTERVAL n.seq SECOND, v.kms_key_arn, v.wrapped_data_key, v.ciphertext
      FROM secret_version v JOIN (WITH RECURSIVE s (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM s WHERE seq < 101) SELECT seq FROM s) n
      WHERE v.version_id = ?`,
    [token('v0')],
  );
  test.clock.advance(200_000);
  const count = async () => {
    const [rows] = await test.database.admin.query('SELECT version_id FROM secret_version ORDER BY created_at, version_id');
    return (rows as { version_id: string }[]).map(({ version_id }) => version_id);
  };
  expect(await count()).toHaveLength(102);
  await admin.putSecretValue({ secretId, value: text('soon'), clientRequestToken: token('soon'), versionStages: ['mine'] });
  expect(await count()).toHaveLength(103);
  test.clock.advance(DAY);
  await admin.putSecretValue({ secretId, value: text('last'), clientRequestToken: token('last') });
  const left = await count();
  expect(left).toHaveLength(100);
  expect(left.slice(0, 2)).toEqual([token('v0'), token('v5')]);
  await admin.deleteSecret({ secretId, forceDeleteWithoutRecovery: true });
});

it('takes all versions away that a secret may have, and there are no more than that', async () => {
  const secretId = 'full';
  await admin.createSecret({ name: secretId, value: text('0'), clientRequestToken: token('f0') });
  await test.database.admin.query('SET max_recursive_iterations = 100000');
  await test.database.admin.query(
    `INSERT INTO secret_version (secret_id, version_id, created_at)
      WITH RECURSIVE n (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM n WHERE seq < 9998)
      SELECT s.id, RPAD(CONCAT('f', n.seq), 32, '-'), s.created_at FROM secret s JOIN n WHERE s.name = ?`,
    [secretId],
  );
  const put = (value: string) => reason(admin.putSecretValue({ secretId, value: text(value) }));
  expect(await put('9,999')).toBe('ok');
  expect(await put('10,000')).toBe('LimitExceededException');
  expect(await reason(admin.updateSecret({ secretId, value: text('10,000') }))).toBe('LimitExceededException');
  test.clock.advance(2 * DAY);
  expect(await put('10,000')).toBe('ok');
  await admin.deleteSecret({ secretId, forceDeleteWithoutRecovery: true });
  expect(await rowsOf(`secret_version v JOIN secret s ON s.id = v.secret_id WHERE s.name = '${secretId}'`)).toBe(0);
});
