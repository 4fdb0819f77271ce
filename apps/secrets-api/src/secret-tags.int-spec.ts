import { startTestSecretsApi, type TestSecretsApi } from './server.testing';

const USAGE_URI = 'spiffe://strongroom.local/service/usage-service';

let test: TestSecretsApi;
let usage: Awaited<ReturnType<TestSecretsApi['tagsAs']>>;
beforeAll(async () => {
  test = await startTestSecretsApi('secret-tags');
  usage = await test.tagsAs(USAGE_URI);
}, 60_000);
afterAll(async () => {
  usage?.close();
  await test?.stop();
});

const ABSENT = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:never-AbCdEf';

it('tells usage-service the tags of secrets as they are, of whatever account', async () => {
  const own = test.as();
  const other = test.as({ accountId: '111111111111' });
  const tags = [
    { key: 'team', value: 'blue' },
    { key: 'Cost', value: '' },
  ];
  const tagged = await own.createSecret({ name: 'tagged', tags });
  const bare = await own.createSecret({ name: 'bare' });
  const theirs = await other.createSecret({ name: 'tagged', tags: [{ key: 'team', value: 'red' }] });
  const arns = [tagged.arn, bare.arn, theirs.arn, ABSENT];
  const { secrets } = await usage.describeSecretTags({ arns });
  expect(secrets).toEqual([
    { arn: tagged.arn, tags: [tags[1], tags[0]] },
    { arn: bare.arn, tags: [] },
    { arn: theirs.arn, tags: [{ key: 'team', value: 'red' }] },
  ]);
  await own.untagResource({ secretId: tagged.arn, tagKeys: ['team'] });
  await own.deleteSecret({ secretId: tagged.arn });
  expect((await usage.describeSecretTags({ arns: [tagged.arn] })).secrets).toEqual([{ arn: tagged.arn, tags: [tags[1]] }]);
});

it('does not take one secret for another of the same name', async () => {
  const { arn } = await test.as().createSecret({ name: 'again', tags: [{ key: 'team', value: 'blue' }] });
  expect((await usage.describeSecretTags({ arns: [arn.replace(/.{6}$/, 'ZzZzZz')] })).secrets).toEqual([]);
});

it('refuses others, and too many', async () => {
  const other = await test.tagsAs('spiffe://strongroom.local/service/rotation-worker');
  await expect(other.describeSecretTags({ arns: [ABSENT] })).rejects.toMatchObject({ reason: 'AccessDeniedException' });
  other.close();
  for (const arns of [[], Array<string>(501).fill(ABSENT)]) {
    await expect(usage.describeSecretTags({ arns })).rejects.toThrow('Arns must have 1 to 500 items.');
  }
  await expect(usage.describeSecretTags({ arns: ['arn:aws:kms:us-east-1:000000000000:key/1'] })).rejects.toThrow('Arns must');
});
