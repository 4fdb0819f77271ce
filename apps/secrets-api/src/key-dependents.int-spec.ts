import {
  DataKeyReEncryptionState as State,
  type DataKeyReEncryption,
} from '@strongroom/contracts/strongroom/secrets/v1/key_dependents';
import { accessDenied, serviceUnavailable } from '@strongroom/errors';
import { eventually } from '@strongroom/testing';
import { DEFAULT_KEY, kmsError } from './domain/fake-data-keys.testing';
import {
  allow,
  type Api,
  type DependentsApi,
  type DependentsOperation,
  dependentsOperations,
  startTestSecretsApi,
  text,
  type TestSecretsApi,
} from './server.testing';

let test: TestSecretsApi;
let admin: Api;
let dependents: DependentsApi;
let keyArn: string;

beforeAll(async () => {
  test = await startTestSecretsApi('key-dependents');
  admin = test.as();
  dependents = test.dependentsAs();
}, 60_000);
afterAll(() => test?.stop());

const DEFAULT = 'alias/aws/secretsmanager';
let keys = 0;
beforeEach(() => {
  const id = `11111111-1111-4111-8111-${String(++keys).padStart(12, '0')}`;
  keyArn = test.dataKeys.add(`alias/key-${keys}`, id);
});
afterEach(() => {
  test.recorder.failure = undefined;
  test.dataKeys.outage = undefined;
  test.dataKeys.failures.clear();
  test.customerKeys.failures.clear();
});

const reason = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: { reason: string }) => error.reason,
  );
let made = 0;
/** Secrets with so many versions each, under the key. */
const secrets = async (count: number, versions = 1, kmsKeyId = keyArn): Promise<string[]> => {
  const names = Array.from({ length: count }, () => `of/key-${made++}`);
  for (const name of names) {
    await admin.createSecret({ name, kmsKeyId, value: text(`${name} 1`) });
    for (let n = 2; n <= versions; n++) await admin.putSecretValue({ secretId: name, value: text(`${name} ${n}`) });
  }
  return names;
};
const dependentsOf = () => dependents.describeKeyDependents({ keyId: keyArn });
const materials = async () =>
  (await dependentsOf()).materials.map(({ materialVersion, isCurrent, versionCount }) => [
    materialVersion,
    isCurrent,
    versionCount,
  ]);
const run = async (): Promise<DataKeyReEncryption> =>
  (await dependents.describeDataKeyReEncryption({ keyId: keyArn })).reEncryption!;
const ended = () =>
  eventually(
    'the re-encryption has ended',
    async () => {
      const it = await run();
      return it.state !== State.RUNNING && it;
    },
    20_000,
  );

const endEvents = () =>
  test.recorder.events.filter(
    ({ eventName, resources }) => eventName.startsWith('DataKeyReEncryption') && resources[0]?.arn === keyArn,
  );

describe('what depends on a key', () => {
  it('is counted by secret, version and material, whoever owns the secrets', async () => {
    const [first] = await secrets(3, 2);
    test.dataKeys.rotate(keyArn);
    await admin.putSecretValue({ secretId: first!, value: text('under new material') });
    const other = test.as({ accountId: '111111111111' });
    await other.createSecret({ name: 'of-another-account', kmsKeyId: keyArn, value: text('x') });
    await secrets(2, 1, DEFAULT);
    test.customerKeys.grants = 7;
    test.customerKeys.usage = { operation: 'Decrypt', usedAt: new Date(5_000), trackedSince: new Date(1_000) };
    expect(await dependentsOf()).toEqual({
      keyArn,
      secretCount: 4n,
      versionCount: 8n,
      materials: [
        { materialVersion: 1, isCurrent: false, versionCount: 6n },
        { materialVersion: 2, isCurrent: true, versionCount: 2n },
      ],
      grantCount: 7,
      aliasNames: [`alias/key-${keys}`],
      lastUsageDate: new Date(5_000),
      lastUsageOperation: 'Decrypt',
      trackingStartDate: new Date(1_000),
    });
  });

  it('includes what waits for its deletion, and not what is gone', async () => {
    const [first, second] = await secrets(2);
    await admin.deleteSecret({ secretId: first! });
    await admin.deleteSecret({ secretId: second!, forceDeleteWithoutRecovery: true });
    expect(await dependentsOf()).toMatchObject({ secretCount: 1n, versionCount: 1n });
  });

  it('is nothing for a key that nobody uses, and for the pending version of a rotation', async () => {
    await admin.createSecret({ name: `without-value-${keys}`, kmsKeyId: keyArn });
    expect(await dependentsOf()).toMatchObject({ secretCount: 0n, versionCount: 0n, materials: [] });
  });

  it('is known of the default key', async () => {
    const before = await dependents.describeKeyDependents({ keyId: DEFAULT });
    await secrets(1, 1, DEFAULT);
    const after = await dependents.describeKeyDependents({ keyId: DEFAULT });
    expect([after.keyArn, after.secretCount - before.secretCount]).toEqual([DEFAULT_KEY, 1n]);
  });

  it('leaves its secrets with the new key when a secret changes its key', async () => {
    const [secretId] = await secrets(1, 3);
    const other = test.dataKeys.add(`alias/other-${keys}`, `22222222-2222-4222-8222-${String(keys).padStart(12, '0')}`);
    await admin.updateSecret({ secretId: secretId!, kmsKeyId: other });
    // AWSCURRENT and AWSPREVIOUS are re-encrypted; the version without a label stays.
    expect(await dependentsOf()).toMatchObject({ secretCount: 1n, versionCount: 1n });
    expect(await dependents.describeKeyDependents({ keyId: other })).toMatchObject({ secretCount: 1n, versionCount: 2n });
  });

  it('is asked for in the name of the caller', async () => {
    const caller = { name: 'asker' };
    const credentialId = test.known(caller);
    await test.dependentsAs(caller).describeKeyDependents({ keyId: keyArn });
    expect(test.customerKeys.askers.slice(-4).map(({ caller: asked }) => asked.credentialId)).toEqual(
      Array(4).fill(credentialId),
    );
  });

  it('is told to nobody whom the key service refuses', async () => {
    for (const method of ['describe', 'lastUsage', 'grantCount', 'aliasNames'] as const) {
      test.customerKeys.failures.set(method, accessDenied('no'));
      expect(await reason(dependentsOf())).toBe('AccessDeniedException');
      test.customerKeys.failures.clear();
    }
    test.customerKeys.failures.set('describe', serviceUnavailable('away'));
    expect(await reason(dependentsOf())).toBe('ServiceUnavailableException');
  });
});

describe('permissions', () => {
  const call = (api: DependentsApi, operation: DependentsOperation) => reason(api[operation]({ keyId: keyArn }));
  const nothing = { startDataKeyReEncryption: 'ok', describeKeyDependents: 'ok' } as Partial<Record<DependentsOperation, string>>;

  it.each(dependentsOperations)('for %s are those of its own action, for the key', async (operation) => {
    const action = `secretsmanager:${operation[0]!.toUpperCase()}${operation.slice(1)}`;
    const permitted = test.dependentsAs({ policies: [allow(action, keyArn)] });
    const others = dependentsOperations.filter((name) => name !== operation);
    expect(await call(permitted, operation)).toBe(nothing[operation] ?? 'ResourceNotFoundException');
    for (const other of others) expect(await call(permitted, other)).toBe('AccessDeniedException');
    const elsewhere = test.dependentsAs({ policies: [allow(action, `${keyArn.slice(0, -1)}x`)] });
    expect(await call(elsewhere, operation)).toBe('AccessDeniedException');
  });

  it('are nobody’s in another account', async () => {
    expect(await call(test.dependentsAs({ accountId: '111111111111' }), 'describeKeyDependents')).toBe('AccessDeniedException');
  });

  it('to re-encrypt are needed of KMS as well', async () => {
    test.customerKeys.failures.set('requireReEncryption', accessDenied('no'));
    expect(await call(dependents, 'startDataKeyReEncryption')).toBe('AccessDeniedException');
    expect(await call(dependents, 'describeDataKeyReEncryption')).toBe('ResourceNotFoundException');
  });
});

describe('re-encryption', () => {
  it('brings everything under the newest material, and changes no value', async () => {
    const names = await secrets(3, 3);
    test.dataKeys.rotate(keyArn);
    expect(await materials()).toEqual([[1, false, 9n]]);
    const { reEncryption: started } = await dependents.startDataKeyReEncryption({ keyId: keyArn, rate: 5_000 });
    expect(started).toMatchObject({ keyArn, state: State.RUNNING, rate: 5_000, materialVersion: 2, remainingCount: 9n });
    expect(await ended()).toMatchObject({
      state: State.COMPLETED,
      reEncryptedCount: 9n,
      remainingCount: 0n,
      failures: [],
      startedBy: 'arn:aws:iam::000000000000:user/tester',
      startDate: test.clock.now(),
      endDate: test.clock.now(),
    });
    expect(await materials()).toEqual([[2, true, 9n]]);
    for (const name of names) expect((await admin.getSecretValue({ secretId: name })).value).toEqual(text(`${name} 3`));
    expect(endEvents()).toMatchObject([
      {
        eventName: 'DataKeyReEncryptionCompleted',
        userIdentity: { type: 'AWSService' },
        resources: [{ arn: keyArn, type: 'AWS::KMS::Key' }],
        errorCode: '',
      },
    ]);
  });

  it('takes old formats along, and leaves alone what is as it would be written now', async () => {
    const [old] = await secrets(2);
    await test.database.admin.query(
      `UPDATE secret_version v JOIN secret s ON s.id = v.secret_id
        SET wrapped_data_key = CONCAT(X'01', SUBSTRING(wrapped_data_key, 2)) WHERE s.name = ?`,
      [old],
    );
    await dependents.startDataKeyReEncryption({ keyId: keyArn });
    expect(await ended()).toMatchObject({ state: State.COMPLETED, reEncryptedCount: 1n, remainingCount: 0n });
    expect((await admin.getSecretValue({ secretId: old! })).value).toEqual(text(`${old} 1`));
    const [rows] = await test.database.admin.query('SELECT COUNT(*) AS n FROM secret_version WHERE wrapped_data_key < ?', [
      '\x02',
    ]);
    expect(rows).toMatchObject([{ n: 0 }]);
  });

  it('has nothing to do where everything is new', async () => {
    await secrets(1);
    await dependents.startDataKeyReEncryption({ keyId: keyArn });
    expect(await ended()).toMatchObject({ state: State.COMPLETED, reEncryptedCount: 0n, remainingCount: 0n });
  });

  it('is slow if it must be, changes its rate while it runs, stops, and goes on with another start', async () => {
    await secrets(1, 30);
    test.dataKeys.rotate(keyArn);
    await dependents.startDataKeyReEncryption({ keyId: keyArn, rate: 1 });
    await eventually('one is done', async () => (await run()).reEncryptedCount > 0n);
    const { reEncryption: again } = await dependents.startDataKeyReEncryption({ keyId: keyArn, rate: 2 });
    expect(again).toMatchObject({ state: State.RUNNING, rate: 2 });
    expect((await dependents.startDataKeyReEncryption({ keyId: keyArn })).reEncryption).toMatchObject({ rate: 2 });
    const { reEncryption: stopped } = await dependents.stopDataKeyReEncryption({ keyId: keyArn });
    expect(stopped).toMatchObject({ state: State.STOPPED, endDate: test.clock.now() });
    expect(stopped!.reEncryptedCount + stopped!.remainingCount).toBe(30n);
    expect(stopped!.remainingCount).toBeGreaterThan(0n);
    expect((await dependents.stopDataKeyReEncryption({ keyId: keyArn })).reEncryption).toEqual(stopped);
    await dependents.startDataKeyReEncryption({ keyId: keyArn, rate: 1_000 });
    expect(await ended()).toMatchObject({
      state: State.COMPLETED,
      reEncryptedCount: stopped!.remainingCount,
      remainingCount: 0n,
    });
  }, 30_000);

  it('ends when the key is disabled, with the reason, and goes on when it is not', async () => {
    await secrets(1, 30);
    test.dataKeys.rotate(keyArn);
    await dependents.startDataKeyReEncryption({ keyId: keyArn, rate: 1 });
    test.dataKeys.failures.set(keyArn, kmsError('failed-precondition', 'DisabledException'));
    expect(await ended()).toMatchObject({ state: State.FAILED, reason: 'DisabledException' });
    expect(await reason(dependents.startDataKeyReEncryption({ keyId: keyArn }))).toBe('DisabledException');
    expect(endEvents()).toMatchObject([{ eventName: 'DataKeyReEncryptionFailed', errorCode: 'DisabledException' }]);
    test.dataKeys.failures.clear();
    await dependents.startDataKeyReEncryption({ keyId: keyArn });
    expect(await ended()).toMatchObject({ state: State.COMPLETED, remainingCount: 0n });
    expect((await run()).reason).toBe('');
  });

  it('counts what cannot be opened, and does the rest', async () => {
    const [damaged] = await secrets(4);
    await test.database.admin.query(
      `UPDATE secret_version v JOIN secret s ON s.id = v.secret_id
        SET wrapped_data_key = CONCAT(SUBSTRING(wrapped_data_key, 1, 40), REPEAT(X'00', 93)) WHERE s.name = ?`,
      [damaged],
    );
    test.dataKeys.rotate(keyArn);
    await dependents.startDataKeyReEncryption({ keyId: keyArn });
    expect(await ended()).toMatchObject({
      state: State.COMPLETED,
      reEncryptedCount: 3n,
      remainingCount: 1n,
      failures: [{ reason: 'InvalidCiphertextException', count: 1n }],
    });
  });

  it('waits for a key service that is away', async () => {
    await secrets(2);
    test.dataKeys.rotate(keyArn);
    test.dataKeys.outage = kmsError('unavailable', 'ServiceUnavailableException');
    await dependents.startDataKeyReEncryption({ keyId: keyArn });
    expect(await run()).toMatchObject({ state: State.RUNNING, reEncryptedCount: 0n });
    test.dataKeys.outage = undefined;
    await eventually('all are done', async () => (await run()).remainingCount === 0n, 20_000);
    expect(await ended()).toMatchObject({ state: State.COMPLETED, reEncryptedCount: 2n });
  }, 40_000);

  it('is found again when Redis has lost it', async () => {
    await secrets(1);
    test.dataKeys.rotate(keyArn);
    await test.database.admin.query(
      `INSERT INTO data_key_re_encryption VALUES (?, ?, '000000000000', UUID(), 'running', NULL, 2, 250, 'somebody', NOW(3), NULL, 0, '[]', '', 1)`,
      [keyArn.slice(-36), keyArn],
    );
    await test.service.reEncryptionScan.scan();
    expect(await ended()).toMatchObject({ state: State.COMPLETED, reEncryptedCount: 1n });
  });

  it('does not start without its event', async () => {
    await secrets(1);
    test.dataKeys.rotate(keyArn);
    test.recorder.failure = serviceUnavailable('the audit journal is away');
    expect(await reason(dependents.startDataKeyReEncryption({ keyId: keyArn }))).toBe('ServiceUnavailableException');
    test.recorder.failure = undefined;
    expect(await reason(run())).toBe('ResourceNotFoundException');
  });
});

it.each([
  [{ keyId: '' }, 'InvalidParameterException'],
  [{ keyId: 'x'.repeat(3_000) }, 'InvalidParameterException'],
  [{ keyId: '00000000-0000-0000-0000-000000000009' }, 'NotFoundException'],
])('refuses %j', async (request, expected) => {
  for (const operation of dependentsOperations) expect(await reason(dependents[operation](request))).toBe(expected);
});

it.each([0, -1, 10_001])('refuses a rate of %i', async (rate) => {
  expect(await reason(dependents.startDataKeyReEncryption({ keyId: keyArn, rate }))).toBe('InvalidParameterException');
});
