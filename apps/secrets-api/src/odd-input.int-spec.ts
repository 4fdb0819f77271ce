import { SortBy, SortOrder } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { anyCharacter, oddText, tryOddInput } from '@strongroom/testing';
import fc from 'fast-check';
import { RotationBench } from './rotation-bench.testing';
import {
  type DependentsOperation,
  dependentsOperations,
  type Operation,
  operations,
  text as valueOf,
  token,
} from './server.testing';
import { type WorkerOperation, workerOperations } from './worker-api.testing';

const NAME = 'odd/one';
const ARN_PREFIX = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:';

/** What a text should not be, and what it may be. */
const odd = fc.oneof(
  { weight: 4, arbitrary: oddText },
  fc.integer({ min: 1, max: 70_000 }).map((length) => 'x'.repeat(length)),
);
const secretId = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(NAME, 'odd/absent', `${ARN_PREFIX}${NAME}`, `${ARN_PREFIX}${NAME}-AbCdEf`) },
  odd,
  odd.map((text) => `${ARN_PREFIX}${text}`),
  odd.map((text) => `arn:aws:secretsmanager:${text}:000000000000:secret:x`),
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const versionId = fc.oneof(
  odd,
  fc.string({ unit: anyCharacter, minLength: 32, maxLength: 64 }),
  fc.constantFrom(token('odd'), '\0'.repeat(32)),
);
const label = fc.oneof(odd, fc.constantFrom('AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING', 'mine'));
const int32 = fc.oneof(fc.constantFrom(0, 1, -1, 2 ** 31 - 1, -(2 ** 31)), fc.integer());
const int64 = fc.oneof(fc.constantFrom(0n, 1n, 7n, -1n, 2n ** 63n - 1n, -(2n ** 63n)), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n));
const value = fc.oneof(
  odd.map(valueOf),
  fc.uint8Array({ maxLength: 70_000 }).map((bytes) => ({ value: { $case: 'secretBinary' as const, value: Buffer.from(bytes) } })),
  fc.constant({}),
);
const tags = fc.array(fc.record({ key: odd, value: odd }), { maxLength: 60 });
const filters = fc.array(
  fc.record({
    key: fc.oneof(odd, fc.constantFrom('name', 'description', 'all', 'tag-key', 'tag-value')),
    values: fc.array(odd, { maxLength: 12 }),
  }),
  { maxLength: 12 },
);
const policy = fc.oneof(
  odd,
  fc.json(),
  fc
    .record(
      { Effect: odd, Action: odd, Resource: odd, Principal: odd, Condition: fc.dictionary(odd, fc.dictionary(odd, odd)) },
      { requiredKeys: [] },
    )
    .map((Statement) => JSON.stringify({ Version: '2012-10-17', Statement })),
);
const schedule = fc.oneof(
  odd,
  fc.constantFrom('cron(0 0 31 2 ? *)', 'cron(0 0 1 1 ? 9999)', 'rate(999999999999 days)', 'cron(* * * * * *)', 'rate(-1 days)'),
);

/** Positions that no answer had, in a token that is otherwise right. */
const position = fc.oneof(
  odd,
  fc.constantFrom(
    '+275760-09-13T00:00:00.000Z',
    '-000001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '0000-00-00',
    '2026',
    '99999999999999999999',
  ),
);
const nextToken = (given: () => string) =>
  fc.oneof(
    odd,
    fc.tuple(position, position).map(([key, id]) => {
      const [version, question] = JSON.parse(Buffer.from(given(), 'base64url').toString()) as string[];
      return Buffer.from(JSON.stringify([version, question, key, id])).toString('base64url');
    }),
  );

/** No request makes the service say that it is its own fault. */
describe('odd input', () => {
  let bench: RotationBench;
  /** A real one of each list, for the requests that the lists of the table begin with. */
  const tokens = { byCreated: '', byName: '', versions: '' };

  beforeAll(async () => {
    bench = await RotationBench.start('odd');
    const { admin } = bench;
    await admin.createSecret({ name: NAME, value: valueOf('1'), clientRequestToken: token('odd') });
    await admin.createSecret({ name: 'odd/two', value: valueOf('1') });
    await admin.putSecretValue({ secretId: NAME, value: valueOf('2') });
    tokens.byCreated = (await admin.listSecrets({ maxResults: 1 })).nextToken;
    tokens.byName = (await admin.listSecrets({ maxResults: 1, sortBy: SortBy.NAME })).nextToken;
    tokens.versions = (await admin.listSecretVersionIds({ secretId: NAME, maxResults: 1 })).nextToken;
  }, 60_000);
  afterAll(() => bench?.stop());

  const some = <T extends Record<string, fc.Arbitrary<unknown>>>(fields: T) => fc.record(fields, { requiredKeys: [] });
  const requests: Record<Operation, fc.Arbitrary<object>> = {
    createSecret: some({ name: odd, clientRequestToken: versionId, description: odd, kmsKeyId: odd, value, tags }),
    putSecretValue: some({
      secretId,
      clientRequestToken: versionId,
      value,
      versionStages: fc.array(label, { maxLength: 25 }),
      rotationToken: odd,
    }),
    updateSecret: some({ secretId, clientRequestToken: versionId, description: odd, kmsKeyId: odd, value }),
    getSecretValue: some({ secretId, versionId, versionStage: label }),
    batchGetSecretValue: some({
      secretIdList: fc.array(secretId, { maxLength: 25 }),
      filters,
      maxResults: int32,
      nextToken: odd,
    }),
    describeSecret: some({ secretId }),
    listSecrets: fc.oneof(
      some({ filters, maxResults: int32, includePlannedDeletion: fc.boolean(), sortBy: int32, sortOrder: int32, nextToken: odd }),
      some({ filters }),
      fc.record({ nextToken: nextToken(() => tokens.byCreated) }),
      fc.record({
        nextToken: nextToken(() => tokens.byName),
        sortBy: fc.constant(SortBy.NAME),
        sortOrder: fc.constant(SortOrder.ASC),
      }),
    ),
    listSecretVersionIds: fc.oneof(
      some({ secretId, maxResults: int32, includeDeprecated: fc.boolean(), nextToken: odd }),
      fc.record({ secretId: fc.constant(NAME), nextToken: nextToken(() => tokens.versions) }),
    ),
    deleteSecret: some({ secretId: odd, recoveryWindowInDays: int64, forceDeleteWithoutRecovery: fc.boolean() }),
    restoreSecret: some({ secretId }),
    updateSecretVersionStage: some({ secretId, versionStage: label, removeFromVersionId: versionId, moveToVersionId: versionId }),
    tagResource: some({ secretId, tags }),
    untagResource: some({ secretId, tagKeys: fc.array(odd, { maxLength: 60 }) }),
    putResourcePolicy: some({ secretId: fc.constantFrom('odd/two'), resourcePolicy: policy, blockPublicPolicy: fc.boolean() }),
    getResourcePolicy: some({ secretId }),
    deleteResourcePolicy: some({ secretId }),
    validateResourcePolicy: some({ secretId, resourcePolicy: policy }),
    getRandomPassword: some({
      passwordLength: int64,
      excludeCharacters: odd,
      excludeNumbers: fc.boolean(),
      requireEachIncludedType: fc.boolean(),
    }),
    rotateSecret: some({
      secretId,
      clientRequestToken: versionId,
      rotationLambdaArn: fc.oneof(odd, fc.constantFrom('strongroom-mariadb')),
      rotationRules: some({ automaticallyAfterDays: int64, duration: odd, scheduleExpression: schedule }),
      rotateImmediately: fc.boolean(),
    }),
    cancelRotateSecret: some({ secretId }),
  };
  const keyId = fc.oneof(odd, fc.constantFrom('alias/aws/secretsmanager'));
  const dependentsRequests: Record<DependentsOperation, fc.Arbitrary<object>> = {
    describeKeyDependents: some({ keyId }),
    startDataKeyReEncryption: some({ keyId, rate: int32 }),
    describeDataKeyReEncryption: some({ keyId }),
    stopDataKeyReEncryption: some({ keyId }),
  };
  const secretArn = secretId;
  const rotation = { secretArn, token: versionId };
  const caller = some({ credentialId: odd, sourceIp: odd, userAgent: odd, requestId: odd });
  const workerRequests: Record<WorkerOperation, fc.Arbitrary<object>> = {
    scanRotations: some({ maxResults: int32, nextToken: odd }),
    getRotationRequest: some(rotation),
    readRotatingVersion: some({ ...rotation, versionStage: label }),
    readRotatingVersions: some({ ...rotation, versionStages: fc.array(label, { maxLength: 5 }) }),
    readMasterSecret: some({ ...rotation, masterSecretId: secretId }),
    putPendingValue: some({ ...rotation, value }),
    finishRotation: some(rotation),
    failRotation: some({ ...rotation, attempt: int32 }),
    reopenRotation: some(rotation),
    dropPendingVersion: some(rotation),
    authorizeSecretAccess: some({
      caller: maybe(caller),
      secretId,
      action: fc.oneof(
        odd,
        odd.map((action) => `secretsmanager:${action}`),
      ),
    }),
  };

  it.each(operations)(
    'makes no fault of %s',
    async (operation) => {
      await tryOddInput(requests[operation], (fields) => bench.admin[operation](fields as never), {
        numRuns: 80,
        seed: undefined,
      });
    },
    60_000,
  );

  it.each(dependentsOperations)(
    'makes no fault of %s',
    async (operation) => {
      const dependents = bench.test.dependentsAs();
      await tryOddInput(dependentsRequests[operation], (fields) => dependents[operation](fields), {
        numRuns: 50,
        seed: undefined,
      });
    },
    60_000,
  );

  it.each(workerOperations)(
    'makes no fault of %s',
    async (operation) => {
      const call = (fields: object) => bench.test.worker[operation](fields);
      await tryOddInput(workerRequests[operation], call, { numRuns: 50, seed: undefined });
    },
    60_000,
  );

  it('of some spoils nothing for others who ask at the same moment', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(requests.getSecretValue, { minLength: 1, maxLength: 5 }), async (asked) => {
        const others = asked.map((fields) => bench.admin.getSecretValue(fields as never).catch(() => undefined));
        expect(await bench.admin.getSecretValue({ secretId: 'odd/two' })).toMatchObject({ name: 'odd/two' });
        await Promise.all(others);
      }),
      { numRuns: 50 },
    );
  }, 60_000);
});
