import { allow, type Api, startTestSecretsApi, text, type TestSecretsApi, token } from './server.testing';

/** What AWS was recorded to answer. */
describe('answers', () => {
  let test: TestSecretsApi;
  let admin: Api;

  beforeAll(async () => {
    test = await startTestSecretsApi('answers');
    admin = test.as();
  }, 60_000);
  afterAll(() => test?.stop());

  it('say of rotation and replicas only what there is', async () => {
    await admin.createSecret({ name: 'plain', value: text('x') });
    const described = await admin.describeSecret({ secretId: 'plain' });
    expect([described.rotationEnabled, described.primaryRegion]).toEqual([undefined, undefined]);
    const { secretList } = await admin.listSecrets({});
    expect([secretList[0]!.rotationEnabled, secretList[0]!.primaryRegion]).toEqual([undefined, undefined]);
  });

  it('refuse a name that is none', async () => {
    for (const secretId of ['a b', 'ä', 'x'.repeat(513), '', 'a:b']) {
      await expect(admin.getSecretValue({ secretId })).rejects.toMatchObject({
        reason: 'ValidationException',
        message: 'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
      });
    }
    await expect(admin.getSecretValue({ secretId: 'rds!x' })).rejects.toMatchObject({ reason: 'ResourceNotFoundException' });
  });

  it('tell whose token was used before for another value', async () => {
    const create = { name: 'once', clientRequestToken: token('first'), value: text('one') };
    const { arn } = await admin.createSecret(create);
    await expect(admin.createSecret({ ...create, value: text('two') })).rejects.toMatchObject({
      reason: 'ResourceExistsException',
      message: `You can't use ClientRequestToken ${token('first')} because that value is already in use for a version of secret ${arn}.`,
    });
    await expect(admin.createSecret({ ...create, clientRequestToken: token('other') })).rejects.toMatchObject({
      reason: 'ResourceExistsException',
      message: expect.stringContaining('already exists'),
    });
  });

  it('call the default key by its name, and others by their ARN', async () => {
    const keyArn = test.dataKeys.add('alias/mine', '11111111-1111-4111-8111-111111111111');
    await admin.createSecret({ name: 'keyed', value: text('x') });
    const keys = async () =>
      (await admin.listSecretVersionIds({ secretId: 'keyed', includeDeprecated: true })).versions.map(
        ({ kmsKeyIds }) => kmsKeyIds,
      );
    expect(await keys()).toEqual([['DefaultEncryptionKey']]);
    await admin.updateSecret({ secretId: 'keyed', kmsKeyId: 'alias/mine' });
    expect(await keys()).toEqual([[keyArn]]);
  });

  it('do not take a label for named that the request does not name', async () => {
    await admin.createSecret({ name: 'labelled', value: text('x') });
    const label = (operator: string, value: string) =>
      test.as({ policies: [allow('secretsmanager:*', '*', { [operator]: { 'secretsmanager:VersionStage': value } })] });
    const unnamed = label('Null', 'true');
    const current = label('StringEquals', 'AWSCURRENT');
    const secretId = 'labelled';
    const denied = { reason: 'AccessDeniedException' };
    await unnamed.getSecretValue({ secretId });
    await expect(unnamed.getSecretValue({ secretId, versionStage: 'AWSCURRENT' })).rejects.toMatchObject(denied);
    await current.getSecretValue({ secretId, versionStage: 'AWSCURRENT' });
    await expect(current.getSecretValue({ secretId })).rejects.toMatchObject(denied);
    await unnamed.putSecretValue({ secretId, value: text('y') });
    await expect(current.putSecretValue({ secretId, value: text('z') })).rejects.toMatchObject(denied);
    await current.putSecretValue({ secretId, value: text('z'), versionStages: ['AWSCURRENT'] });
  });

  it('let one put a policy who may only block public ones', async () => {
    await admin.createSecret({ name: 'policed', value: text('x') });
    const condition = { Bool: { 'secretsmanager:BlockPublicPolicy': 'true' } };
    const careful = test.as({
      policies: [allow('secretsmanager:PutResourcePolicy', '*', condition), allow('secretsmanager:ValidateResourcePolicy')],
    });
    const resourcePolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { AWS: '111111111111' }, Action: 'secretsmanager:GetSecretValue', Resource: '*' },
    });
    const put = { secretId: 'policed', resourcePolicy };
    await careful.putResourcePolicy({ ...put, blockPublicPolicy: true });
    await expect(careful.putResourcePolicy(put)).rejects.toMatchObject({ reason: 'AccessDeniedException' });
    expect((await careful.validateResourcePolicy(put)).validationErrors).toEqual([]);
    // The trail tells which policy lets everybody in.
    await admin.putResourcePolicy({ ...put, resourcePolicy: resourcePolicy.replace('111111111111', '*') });
    const told = test.recorder.events.filter(({ eventName, errorCode }) => eventName === 'PutResourcePolicy' && errorCode === '');
    expect(told.map(({ requestParameters }) => requestParameters['publicAccess'])).toEqual([undefined, 'true']);
  });

  it('refuse tag keys that differ only in case, in a request and against stored ones', async () => {
    const refused = {
      reason: 'InvalidParameterException',
      message: expect.stringMatching(/^Duplicate tag keys found\. Please note that Tag keys are case insensitive\./),
    };
    const tag = (key: string) => ({ key, value: 'red' });
    await expect(admin.createSecret({ name: 'tagged', tags: [tag('Team'), tag('TEAM')] })).rejects.toMatchObject(refused);
    await admin.createSecret({ name: 'tagged', tags: [tag('Team')] });
    const secretId = 'tagged';
    await expect(admin.tagResource({ secretId, tags: [tag('team'), tag('tEAM')] })).rejects.toMatchObject(refused);
    await expect(admin.tagResource({ secretId, tags: [tag('TEAM')] })).rejects.toMatchObject(refused);
    await admin.tagResource({ secretId, tags: [{ key: 'Team', value: 'blue' }] });
    // Before this was refused, a secret could have both: one of them can be taken away.
    await test.database.admin.query(`INSERT INTO secret_tag SELECT id, 'TEAM', 'red' FROM secret WHERE name = 'tagged'`);
    await expect(admin.tagResource({ secretId, tags: [tag('Team')] })).rejects.toMatchObject(refused);
    await admin.tagResource({ secretId, tags: [tag('other')] });
    await admin.untagResource({ secretId, tagKeys: ['TEAM'] });
    await admin.tagResource({ secretId, tags: [tag('Team')] });
    expect((await admin.describeSecret({ secretId })).tags).toEqual([tag('Team'), tag('other')]);
  });
});
