import { randomBytes, randomUUID } from 'node:crypto';
import { type Api, outcome } from './support/api';
import { allow, policy } from './support/policies';
import { type RunningSystem, binary, System, text, unique } from './support/system';

let system: RunningSystem;
const apis: Record<string, Api> = {};

beforeAll(async () => {
  system = await System.running();
  const { api } = await system.user('operator', allow(['secretsmanager:*', 'kms:*']));
  apis.certificate = api;
  apis.token = await system.byToken(api);
});
afterAll(() => system?.stop());

/** The tests below, by client certificate and by bearer token. */
const bothWays = (name: string, test: (api: Api) => Promise<void>) =>
  it.each(['certificate', 'token'])(`${name} (by %s)`, (way) => test(apis[way]!));

bothWays('creates, reads and describes a secret', async ({ secrets }) => {
  const name = unique('app/prod');
  const clientRequestToken = randomUUID();
  const created = await secrets.createSecret({
    name,
    clientRequestToken,
    description: 'of a test',
    value: text('grüße 🔑'),
    tags: [{ key: 'stage', value: 'prod' }],
  });
  expect(created).toMatchObject({ name, versionId: clientRequestToken });
  expect(created.arn).toMatch(new RegExp(`^arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-[A-Za-z0-9]{6}$`));

  for (const secretId of [name, created.arn, created.arn.slice(0, -7)]) {
    const read = await secrets.getSecretValue({ secretId });
    expect(read).toMatchObject({ arn: created.arn, name, versionId: clientRequestToken, versionStages: ['AWSCURRENT'] });
    expect(read.value).toEqual(text('grüße 🔑'));
  }
  const described = await secrets.describeSecret({ secretId: name });
  expect(described).toMatchObject({
    arn: created.arn,
    name,
    description: 'of a test',
    rotationEnabled: undefined,
    tags: [{ key: 'stage', value: 'prod' }],
    versionIdsToStages: { [clientRequestToken]: { stages: ['AWSCURRENT'] } },
    primaryRegion: undefined,
    deletedDate: undefined,
  });
  expect(Math.abs(described.createdDate!.getTime() - Date.now())).toBeLessThan(60_000);
  expect(described.lastAccessedDate!.toISOString().slice(11)).toBe('00:00:00.000Z');
});

bothWays('keeps bytes as they are', async ({ secrets }) => {
  const value = binary(randomBytes(1_000));
  const name = unique('binary');
  await secrets.createSecret({ name, value });
  expect((await secrets.getSecretValue({ secretId: name })).value).toEqual(value);
});

bothWays('moves labels with each new version', async ({ secrets }) => {
  const secretId = unique('versions');
  const first = (await secrets.createSecret({ name: secretId, value: text('one') })).versionId!;
  const put = await secrets.putSecretValue({ secretId, value: text('two') });
  expect(put.versionStages).toEqual(['AWSCURRENT']);
  const pending = await secrets.putSecretValue({ secretId, value: text('three'), versionStages: ['AWSPENDING', 'mine'] });

  const valueAt = async (where: { versionId?: string; versionStage?: string }) =>
    (await secrets.getSecretValue({ secretId, ...where })).value;
  expect(await valueAt({})).toEqual(text('two'));
  expect(await valueAt({ versionStage: 'AWSPREVIOUS' })).toEqual(text('one'));
  expect(await valueAt({ versionStage: 'mine' })).toEqual(text('three'));
  expect(await valueAt({ versionId: first })).toEqual(text('one'));
  expect(await valueAt({ versionId: first, versionStage: 'AWSPREVIOUS' })).toEqual(text('one'));

  await secrets.updateSecretVersionStage({
    secretId,
    versionStage: 'AWSCURRENT',
    removeFromVersionId: put.versionId,
    moveToVersionId: pending.versionId,
  });
  expect(await valueAt({})).toEqual(text('three'));
  expect(await valueAt({ versionStage: 'AWSPREVIOUS' })).toEqual(text('two'));

  const labelled = await secrets.listSecretVersionIds({ secretId });
  expect(labelled.versions.map((v) => v.versionId).sort()).toEqual([put.versionId, pending.versionId].sort());
  const all = await secrets.listSecretVersionIds({ secretId, includeDeprecated: true });
  expect(all.versions.map((v) => v.versionId)).toContain(first);
  const pages: string[] = [];
  for (let nextToken = ''; ;) {
    const page = await secrets.listSecretVersionIds({ secretId, includeDeprecated: true, maxResults: 1, nextToken });
    pages.push(...page.versions.map((v) => v.versionId));
    if (!(nextToken = page.nextToken)) break;
  }
  expect(pages.sort()).toEqual(all.versions.map((v) => v.versionId).sort());
});

bothWays('updates metadata, value and key', async (api) => {
  const { secrets, keys } = api;
  const secretId = unique('updated');
  await secrets.createSecret({ name: secretId, value: text('one') });
  const { keyMetadata } = await keys.createKey({ description: 'of a test' });
  expect((await secrets.updateSecret({ secretId, description: 'new words' })).versionId).toBeUndefined();
  await secrets.updateSecret({ secretId, kmsKeyId: keyMetadata!.arn });
  const { versionId } = await secrets.updateSecret({ secretId, value: text('two') });
  expect(versionId).toBeDefined();
  expect(await secrets.describeSecret({ secretId })).toMatchObject({ description: 'new words', kmsKeyId: keyMetadata!.arn });
  expect((await secrets.getSecretValue({ secretId, versionStage: 'AWSPREVIOUS' })).value).toEqual(text('one'));
  const { versions } = await secrets.listSecretVersionIds({ secretId });
  expect(versions.map((v) => v.kmsKeyIds)).toEqual([[keyMetadata!.arn], [keyMetadata!.arn]]);

  // Both versions rest under the new key: without it, neither opens.
  await keys.disableKey({ keyId: keyMetadata!.keyId });
  for (const versionStage of ['AWSCURRENT', 'AWSPREVIOUS']) {
    expect(await outcome(secrets.getSecretValue({ secretId, versionStage }))).toBe('failed-precondition DecryptionFailure');
  }
  await keys.enableKey({ keyId: keyMetadata!.keyId });
  expect((await secrets.getSecretValue({ secretId })).value).toEqual(text('two'));
});

bothWays('reads many at once, with a failure each of its own', async ({ secrets }) => {
  const prefix = unique('batch');
  const names = ['a', 'b', 'c'].map((end) => `${prefix}-${end}`);
  for (const name of names) await secrets.createSecret({ name, value: text(name) });
  const missing = `${prefix}-missing`;
  const batch = await secrets.batchGetSecretValue({ secretIdList: [...names, missing] });
  expect(batch.secretValues.map((s) => [s.name, s.value])).toEqual(names.map((name) => [name, text(name)]));
  expect(batch.errors).toMatchObject([{ secretId: missing, errorCode: 'ResourceNotFoundException' }]);

  const filtered: string[] = [];
  for (let nextToken = ''; ;) {
    const page = await secrets.batchGetSecretValue({ filters: [{ key: 'name', values: [prefix] }], maxResults: 2, nextToken });
    filtered.push(...page.secretValues.map((s) => s.name));
    if (!(nextToken = page.nextToken)) break;
  }
  expect(filtered.sort()).toEqual(names);
});

bothWays('lists, filters, sorts and pages', async ({ secrets }) => {
  const prefix = unique('list');
  const names = Array.from({ length: 7 }, (_, i) => `${prefix}-${i}`);
  for (const [i, name] of names.entries()) {
    await secrets.createSecret({ name, description: `number ${i}`, tags: [{ key: `${prefix}-tag`, value: `v${i % 2}` }] });
  }
  const list = async (filters: { key: string; values: string[] }[], more = {}) =>
    (await secrets.listSecrets({ filters, sortBy: 4, sortOrder: 1, ...more })).secretList.map((s) => s.name);
  const ours = { key: 'name', values: [prefix] };
  expect(await list([ours])).toEqual(names);
  expect(await list([ours], { sortOrder: 2 })).toEqual([...names].reverse());
  expect(await list([ours, { key: 'tag-value', values: ['v1'] }])).toEqual(names.filter((_, i) => i % 2 === 1));
  expect(await list([{ key: 'tag-key', values: [`${prefix}-tag`] }])).toEqual(names);
  expect(await list([ours, { key: 'description', values: ['!number 3'] }])).toEqual(names.filter((_, i) => i !== 3));
  const paged: string[] = [];
  for (let nextToken = ''; ;) {
    const page = await secrets.listSecrets({ filters: [ours], maxResults: 3, sortBy: 4, sortOrder: 1, nextToken });
    paged.push(...page.secretList.map((s) => s.name));
    if (!(nextToken = page.nextToken)) break;
  }
  expect(paged).toEqual(names);
});

bothWays('deletes with a window, restores, and deletes for good', async ({ secrets }) => {
  const secretId = unique('deleted');
  await secrets.createSecret({ name: secretId, value: text('kept') });
  const { deletionDate } = await secrets.deleteSecret({ secretId, recoveryWindowInDays: 7n });
  expect(Math.abs(deletionDate!.getTime() - Date.now() - 7 * 86_400_000)).toBeLessThan(60_000);
  expect(await outcome(secrets.getSecretValue({ secretId }))).toBe('failed-precondition InvalidRequestException');
  expect(await outcome(secrets.createSecret({ name: secretId }))).toBe('failed-precondition InvalidRequestException');
  expect((await secrets.describeSecret({ secretId })).deletedDate).toBeDefined();
  const { secretList } = await secrets.listSecrets({ filters: [{ key: 'name', values: [secretId] }] });
  expect(secretList).toEqual([]);
  const planned = await secrets.listSecrets({ filters: [{ key: 'name', values: [secretId] }], includePlannedDeletion: true });
  expect(planned.secretList).toHaveLength(1);

  await secrets.restoreSecret({ secretId });
  expect((await secrets.getSecretValue({ secretId })).value).toEqual(text('kept'));
  await secrets.deleteSecret({ secretId, forceDeleteWithoutRecovery: true });
  expect(await outcome(secrets.describeSecret({ secretId }))).toBe('not-found ResourceNotFoundException');
  await secrets.deleteSecret({ secretId, forceDeleteWithoutRecovery: true });
  await secrets.createSecret({ name: secretId, value: text('again') });
});

bothWays('tags and untags', async ({ secrets }) => {
  const secretId = unique('tagged');
  await secrets.createSecret({ name: secretId, tags: [{ key: 'a', value: '1' }] });
  await secrets.tagResource({
    secretId,
    tags: [
      { key: 'a', value: '2' },
      { key: 'b', value: '' },
    ],
  });
  await secrets.untagResource({ secretId, tagKeys: ['a', 'never there'] });
  expect((await secrets.describeSecret({ secretId })).tags).toEqual([{ key: 'b', value: '' }]);
});

bothWays('keeps, checks and removes resource policies', async ({ secrets, tokens }) => {
  const secretId = unique('policied');
  await secrets.createSecret({ name: secretId });
  expect((await secrets.getResourcePolicy({ secretId })).resourcePolicy).toBeUndefined();
  const { arn } = await tokens.getCallerIdentity();
  const resourcePolicy = policy({ Principal: { AWS: arn }, Action: 'secretsmanager:*', Resource: '*' });
  await secrets.putResourcePolicy({ secretId, resourcePolicy, blockPublicPolicy: true });
  expect(JSON.parse((await secrets.getResourcePolicy({ secretId })).resourcePolicy!)).toEqual(JSON.parse(resourcePolicy));
  await secrets.deleteResourcePolicy({ secretId });
  expect((await secrets.getResourcePolicy({ secretId })).resourcePolicy).toBeUndefined();

  const open = policy({ Principal: '*', Action: 'secretsmanager:GetSecretValue', Resource: '*' });
  expect((await secrets.validateResourcePolicy({ resourcePolicy })).policyValidationPassed).toBe(true);
  const checked = await secrets.validateResourcePolicy({ secretId, resourcePolicy: open });
  expect(checked.policyValidationPassed).toBe(false);
  expect(checked.validationErrors.length).toBeGreaterThan(0);
});

bothWays('makes random passwords', async ({ secrets }) => {
  const { randomPassword } = await secrets.getRandomPassword({});
  expect(randomPassword).toHaveLength(32);
  const digits = await secrets.getRandomPassword({
    passwordLength: 4_096n,
    excludeLowercase: true,
    excludeUppercase: true,
    excludePunctuation: true,
    excludeCharacters: '01',
  });
  expect(digits.randomPassword).toMatch(/^[2-9]{4096}$/);
});
