import { type Api, startTestSecretsApi, text, type TestSecretsApi, token } from './testing/test-secrets-api';

describe('values and versions', () => {
  let test: TestSecretsApi;
  let admin: Api;

  beforeAll(async () => {
    test = await startTestSecretsApi('values');
    admin = test.as();
  }, 60_000);
  afterAll(() => test?.stop());

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
    expect(token('x')).toHaveLength(32);
  });
});
