import { DAY } from '@strongroom/clock';
import { serviceUnavailable } from '@strongroom/errors';
import { allow, type Api, startTestSecretsApi, text, type TestSecretsApi, token } from './server.testing';
import { kmsError } from './domain/fake-data-keys.testing';

const reason = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: { reason: string }) => error.reason,
  );

describe('values and versions', () => {
  let test: TestSecretsApi;
  let admin: Api;

  beforeAll(async () => {
    test = await startTestSecretsApi('values');
    admin = test.as();
  }, 60_000);
  afterAll(() => test?.stop());
  afterEach(() => {
    test.recorder.failure = undefined;
    test.dataKeys.outage = undefined;
    test.dataKeys.failures.clear();
  });

  it('stores a value and hands it out', async () => {
    const created = await admin.createSecret({ name: 'app/db', value: text('hunter2') });
    expect(created).toEqual({
      arn: expect.stringMatching(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:app\/db-[A-Za-z0-9]{6}$/),
      name: 'app/db',
      versionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(await admin.getSecretValue({ secretId: 'app/db' })).toEqual({
      arn: created.arn,
      name: 'app/db',
      versionId: created.versionId,
      value: text('hunter2'),
      versionStages: ['AWSCURRENT'],
      createdDate: test.clock.now(),
    });
  });

  it('are made once for each token: the same content answers as the first time, other content is refused', async () => {
    const create = { name: 'once', clientRequestToken: token('first'), value: text('one') };
    const created = await admin.createSecret(create);
    expect(await admin.createSecret(create)).toEqual(created);
    expect(await reason(admin.createSecret({ ...create, value: text('two') }))).toBe('ResourceExistsException');
    expect(await reason(admin.createSecret({ ...create, clientRequestToken: token('second') }))).toBe('ResourceExistsException');

    const put = { secretId: 'once', clientRequestToken: token('put'), value: text('two') };
    expect(await admin.putSecretValue(put)).toEqual(await admin.putSecretValue(put));
    expect(await reason(admin.putSecretValue({ ...put, value: text('three') }))).toBe('ResourceExistsException');
    expect(await reason(admin.updateSecret({ ...put, value: text('three') }))).toBe('ResourceExistsException');
    expect(await reason(admin.updateSecret(put))).toBe('ok');
    // Also what the first version's token was used for.
    expect(await reason(admin.putSecretValue({ ...put, clientRequestToken: token('first') }))).toBe('ResourceExistsException');
    const { versions } = await admin.listSecretVersionIds({ secretId: 'once', includeDeprecated: true });
    expect(versions).toHaveLength(2);
  });

  it('are made once though many ask at the same moment', async () => {
    await admin.createSecret({ name: 'raced' });
    const put = { secretId: 'raced', clientRequestToken: token('raced'), value: text('same') };
    const answers = await Promise.all(Array.from({ length: 8 }, () => admin.putSecretValue(put)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const rivals = await Promise.all(
      ['a', 'b', 'c', 'd'].map((value) =>
        reason(admin.putSecretValue({ secretId: 'raced', clientRequestToken: token('rivals'), value: text(value) })),
      ),
    );
    expect(rivals.sort()).toEqual(['ResourceExistsException', 'ResourceExistsException', 'ResourceExistsException', 'ok']);
  });

  it('of a canary leave events that say so, and no others do', async () => {
    const tags = (value: string) => [{ key: 'strongroom:canary', value }];
    const { arn } = await admin.createSecret({ name: 'bird', value: text('x'), tags: tags('true') });
    await admin.createSecret({ name: 'no-bird', value: text('x'), tags: tags('false') });
    test.recorder.events.length = 0;
    await admin.getSecretValue({ secretId: 'bird' });
    await admin.batchGetSecretValue({ secretIdList: ['no-bird', 'bird'] });
    await admin.getSecretValue({ secretId: 'no-bird' });
    await admin.describeSecret({ secretId: 'bird' });
    await admin.deleteSecret({ secretId: 'bird' });
    expect(await reason(admin.getSecretValue({ secretId: 'bird' }))).toBe('InvalidRequestException');
    const told = test.recorder.events.map(({ eventName, requestParameters }) => [eventName, requestParameters['canary']]);
    expect(told).toEqual([
      ['GetSecretValue', arn],
      ['BatchGetSecretValue', arn],
      ['GetSecretValue', undefined],
      ['DescribeSecret', undefined],
      ['DeleteSecret', undefined],
      ['GetSecretValue', arn],
    ]);
  });

  it('show the day of their last read, and only of a read', async () => {
    await admin.createSecret({ name: 'read', value: text('x') });
    const described = async () => {
      const { lastAccessedDate } = await admin.describeSecret({ secretId: 'read' });
      const { versions } = await admin.listSecretVersionIds({ secretId: 'read' });
      expect(versions[0]!.lastAccessedDate).toEqual(lastAccessedDate);
      return lastAccessedDate?.toISOString();
    };
    expect(await described()).toBeUndefined();
    await admin.getSecretValue({ secretId: 'read' });
    // At once, before it is written down, and then also from what is written.
    expect(await described()).toBe('2026-03-10T00:00:00.000Z');
    await test.service.accesses.flush();
    expect(await described()).toBe('2026-03-10T00:00:00.000Z');
    test.clock.advance(DAY);
    expect(await described()).toBe('2026-03-10T00:00:00.000Z');
    await admin.getSecretValue({ secretId: 'read' });
    // Written on the next day, it is still the day of the read.
    test.clock.advance(DAY);
    await test.service.accesses.flush();
    expect(await described()).toBe('2026-03-11T00:00:00.000Z');
  });

  it('are neither read nor written without an event', async () => {
    await admin.createSecret({ name: 'audited', value: text('hunter2') });
    test.recorder.failure = serviceUnavailable('the audit journal is away');
    const answers = await Promise.all(
      [
        admin.getSecretValue({ secretId: 'audited' }),
        admin.putSecretValue({ secretId: 'audited', value: text('two') }),
        admin.createSecret({ name: 'unaudited', value: text('x') }),
        admin.deleteSecret({ secretId: 'audited' }),
        admin.tagResource({ secretId: 'audited', tags: [{ key: 'a', value: 'b' }] }),
      ].map(reason),
    );
    expect(answers).toEqual(Array(5).fill('ServiceUnavailableException'));
    test.recorder.failure = undefined;
    expect(await admin.describeSecret({ secretId: 'audited' })).toMatchObject({ tags: [], deletedDate: undefined });
    expect((await admin.getSecretValue({ secretId: 'audited' })).value).toEqual(text('hunter2'));
    expect(await reason(admin.describeSecret({ secretId: 'unaudited' }))).toBe('ResourceNotFoundException');
  });

  it('leave one event when there is no version to open', async () => {
    await admin.createSecret({ name: 'empty' });
    const before = test.recorder.events.length;
    expect(await reason(admin.getSecretValue({ secretId: 'empty' }))).toBe('ResourceNotFoundException');
    expect(test.recorder.events.slice(before).map(({ errorCode }) => errorCode)).toEqual(['ResourceNotFoundException']);
  });

  it('never show in the trail', async () => {
    const before = test.recorder.events.length;
    await admin.createSecret({ name: 'canary', value: text('a-canary-value'), description: 'a description' });
    await admin.putSecretValue({ secretId: 'canary', value: text('a-canary-value, too') });
    await admin.getSecretValue({ secretId: 'canary' });
    await admin.getRandomPassword({});
    const events = test.recorder.events.slice(before);
    expect(events.map(({ eventName }) => eventName)).toEqual([
      'CreateSecret',
      'PutSecretValue',
      'GetSecretValue',
      'GetRandomPassword',
    ]);
    expect(JSON.stringify(events)).not.toContain('a-canary-value');
  });

  it.each([
    ['a key that is disabled', kmsError('failed-precondition', 'DisabledException'), 'EncryptionFailure', 'DecryptionFailure'],
    [
      'no permission for the key',
      kmsError('permission-denied', 'AccessDeniedException'),
      'AccessDeniedException',
      'AccessDeniedException',
    ],
    [
      'a key service that is away',
      serviceUnavailable('crypto-keyservice is away'),
      'ServiceUnavailableException',
      'ServiceUnavailableException',
    ],
  ])('fail with %s as the contract says', async (what, failure, writing, reading) => {
    const name = what.replaceAll(' ', '-');
    const keyArn = test.dataKeys.add(`alias/${name}`, `11111111-1111-4111-8111-${String(name.length).padStart(12, '0')}`);
    await admin.createSecret({ name, value: text('x'), kmsKeyId: keyArn });
    test.dataKeys.failures.set(keyArn, failure);
    const before = test.recorder.events.length;
    expect(await reason(admin.getSecretValue({ secretId: name }))).toBe(reading);
    // The event is recorded beside the opening of the value, so a second one takes it back.
    const [success, correction, ...others] = test.recorder.events.slice(before);
    expect(others).toEqual([]);
    expect(success).toMatchObject({ eventName: 'GetSecretValue', errorCode: '', responseElements: {} });
    expect(success!.resources.map(({ arn }) => arn)).toContain(keyArn);
    expect(correction).toMatchObject({
      eventName: 'GetSecretValue',
      errorCode: reading,
      resources: success!.resources,
      responseElements: { supersedesEventId: success!.eventId },
    });
    expect(await reason(admin.putSecretValue({ secretId: name, value: text('y') }))).toBe(writing);
    expect(await reason(admin.describeSecret({ secretId: name }))).toBe('ok');
  });

  it('fail for one secret of several alone, and the event that counts says for which', async () => {
    const keyArn = test.dataKeys.add('alias/one-of-several', '11111111-1111-4111-8111-000000000077');
    const secretIdList = ['several/good', 'several/bad', 'several/absent'];
    await admin.createSecret({ name: 'several/good', value: text('x') });
    await admin.createSecret({ name: 'several/bad', value: text('x'), kmsKeyId: keyArn });
    const read = async () => {
      const before = test.recorder.events.length;
      const { secretValues, errors } = await admin.batchGetSecretValue({ secretIdList });
      return { values: secretValues.map(({ name }) => name), errors, events: test.recorder.events.slice(before) };
    };
    const good = await read();
    expect(good).toMatchObject({ values: ['several/good', 'several/bad'], errors: [{ secretId: 'several/absent' }] });
    expect(good.events).toMatchObject([{ errorCode: '', responseElements: { 'several/absent': 'ResourceNotFoundException' } }]);
    test.dataKeys.failures.set(keyArn, kmsError('failed-precondition', 'DisabledException'));
    const { values, errors, events } = await read();
    expect(values).toEqual(['several/good']);
    expect(errors.map(({ secretId, errorCode }) => [secretId, errorCode])).toEqual([
      ['several/bad', 'DecryptionFailure'],
      ['several/absent', 'ResourceNotFoundException'],
    ]);
    expect(events).toHaveLength(2);
    const [success, correction] = events;
    expect(correction).toMatchObject({ errorCode: '', resources: success!.resources });
    expect(correction!.responseElements).toEqual({
      'several/bad': 'DecryptionFailure',
      'several/absent': 'ResourceNotFoundException',
      supersedesEventId: success!.eventId,
    });
  });
});

describe('who would lose access by a change', () => {
  let test: TestSecretsApi;

  beforeAll(async () => {
    test = await startTestSecretsApi('lockout');
    await test.as().createSecret({ name: 'tagged', value: text('x'), tags: [{ key: 'team', value: 'blue' }] });
  }, 60_000);
  afterAll(() => test?.stop());

  it('by tags is refused: nothing changes', async () => {
    const blue = test.as({
      policies: [allow('secretsmanager:*', '*', { StringEquals: { 'aws:ResourceTag/team': 'blue' } })],
    });
    const secretId = 'tagged';
    expect(await reason(blue.tagResource({ secretId, tags: [{ key: 'team', value: 'red' }] }))).toBe('AccessDeniedException');
    expect(await reason(blue.untagResource({ secretId, tagKeys: ['team'] }))).toBe('AccessDeniedException');
    expect(await reason(blue.tagResource({ secretId, tags: [{ key: 'other', value: 'x' }] }))).toBe('ok');
    expect((await blue.describeSecret({ secretId })).tags).toEqual(
      expect.arrayContaining([
        { key: 'team', value: 'blue' },
        { key: 'other', value: 'x' },
      ]),
    );
  });

  it('by a policy is refused unless they say otherwise', async () => {
    const admin = test.as();
    const resourcePolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Deny', Principal: '*', Action: 'secretsmanager:PutResourcePolicy', Resource: '*' },
    });
    expect(await reason(admin.putResourcePolicy({ secretId: 'tagged', resourcePolicy }))).toBe('InvalidRequestException');
    expect(
      await reason(admin.putResourcePolicy({ secretId: 'tagged', resourcePolicy, bypassPolicyLockoutSafetyCheck: true })),
    ).toBe('ok');
    expect(await reason(admin.putResourcePolicy({ secretId: 'tagged', resourcePolicy }))).toBe('AccessDeniedException');
  });
});
