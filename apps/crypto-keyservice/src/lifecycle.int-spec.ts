import type { Caller } from '@strongroom/access';
import { DAY } from '@strongroom/clock';
import { KeyState } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { reasonOf, TestKeyservice, type Keys } from './server.testing';

let test: TestKeyservice;
let admin: Keys & { caller: Caller };
let keyId: string;
let arn: string;

beforeAll(async () => {
  test = await TestKeyservice.start();
  admin = await test.as('admin');
});
afterAll(() => test?.stop());
beforeEach(async () => {
  ({ keyId, arn } = (await admin.createKey({ description: 'payments' })).keyMetadata!);
  test.recorder.events.length = 0;
});

const plaintext = Buffer.from('a value that must not be seen');
const described = async () => (await admin.describeKey({ keyId })).keyMetadata!;

describe('a deletion', () => {
  it('is scheduled: the key is unusable from then on, and can be kept', async () => {
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext });
    const deletionDate = new Date(test.clock.millis() + 30 * DAY);
    expect(await admin.scheduleKeyDeletion({ keyId })).toEqual({
      keyId: arn,
      deletionDate,
      keyState: KeyState.PENDING_DELETION,
      pendingWindowInDays: 30,
    });
    expect(await described()).toMatchObject({ enabled: false, keyState: KeyState.PENDING_DELETION, deletionDate });
    const refused = [
      admin.encrypt({ keyId, plaintext }),
      admin.decrypt({ ciphertextBlob }),
      admin.enableKey({ keyId }),
      admin.disableKey({ keyId }),
      admin.scheduleKeyDeletion({ keyId, pendingWindowInDays: 7 }),
      admin.tagResource({ keyId, tags: [{ key: 'a', value: 'b' }] }),
      admin.updateKeyDescription({ keyId, description: 'x' }),
      admin.createAlias({ aliasName: 'alias/late', targetKeyId: keyId }),
    ];
    expect(new Set(await Promise.all(refused.map(reasonOf)))).toEqual(new Set(['KMSInvalidStateException']));

    expect(await admin.cancelKeyDeletion({ keyId })).toEqual({ keyId: arn });
    expect(await described()).toMatchObject({ keyState: KeyState.DISABLED, deletionDate: undefined });
    await admin.enableKey({ keyId });
    expect((await admin.decrypt({ ciphertextBlob })).plaintext).toEqual(plaintext);
    expect(await reasonOf(admin.cancelKeyDeletion({ keyId }))).toBe('KMSInvalidStateException');
  });

  it.each([6, 31, 0, -1])('is not scheduled in %d days', async (pendingWindowInDays) => {
    expect(await reasonOf(admin.scheduleKeyDeletion({ keyId, pendingWindowInDays }))).toBe('ValidationException');
    expect((await described()).keyState).toBe(KeyState.ENABLED);
  });

  it('leaves its date in the trail', async () => {
    await admin.scheduleKeyDeletion({ keyId, pendingWindowInDays: 7 });
    const date = new Date(test.clock.millis() + 7 * DAY).toISOString();
    expect(test.recorder.events.at(-1)).toMatchObject({
      eventName: 'ScheduleKeyDeletion',
      resources: [{ arn }],
      responseElements: { deletionDate: date },
    });
  });
});

describe('the deletion of a key whose time has come', () => {
  it('takes its material, aliases and last use with it, and leaves an event', async () => {
    await admin.createAlias({ aliasName: 'alias/gone', targetKeyId: keyId });
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext });
    await admin.scheduleKeyDeletion({ keyId, pendingWindowInDays: 7 });
    test.clock.advance(7 * DAY - 1);
    await test.keeper.round();
    expect((await described()).keyState).toBe(KeyState.PENDING_DELETION);
    test.clock.advance(1);
    test.recorder.events.length = 0;
    await test.keeper.round();
    const events = test.recorder.events.filter(({ resources }) => resources.some((resource) => resource.arn === arn));
    expect(events).toMatchObject([{ eventName: 'DeleteKey', userIdentity: { type: 'AWSService' } }]);
    expect(await reasonOf(admin.describeKey({ keyId }))).toBe('NotFoundException');
    expect(await reasonOf(admin.describeKey({ keyId: 'alias/gone' }))).toBe('NotFoundException');
    expect(await reasonOf(admin.decrypt({ ciphertextBlob }))).toBe('AccessDeniedException');
    expect((await admin.listAliases({})).aliases.map(({ aliasName }) => aliasName)).not.toContain('alias/gone');
  });

  it('waits for its event', async () => {
    await admin.scheduleKeyDeletion({ keyId, pendingWindowInDays: 7 });
    test.clock.advance(7 * DAY);
    jest.spyOn(test.recorder, 'record').mockRejectedValueOnce(new Error('the journal is full'));
    await test.keeper.round();
    jest.restoreAllMocks();
    expect((await described()).keyState).toBe(KeyState.PENDING_DELETION);
    await test.keeper.round();
    expect(await reasonOf(admin.describeKey({ keyId }))).toBe('NotFoundException');
  });

  it('does not happen to a key that was kept at the last moment', async () => {
    await admin.scheduleKeyDeletion({ keyId, pendingWindowInDays: 7 });
    test.clock.advance(7 * DAY);
    await admin.cancelKeyDeletion({ keyId });
    await test.keeper.round();
    expect((await described()).keyState).toBe(KeyState.DISABLED);
  });
});

describe('the last use', () => {
  const lastUse = async () => (await admin.getKeyLastUsage({ keyId })).keyLastUsage!;

  it('is known by its operation and its event, in the database too', async () => {
    expect(await admin.getKeyLastUsage({ keyId })).toMatchObject({
      keyId: arn,
      keyLastUsage: { operation: '', timestamp: undefined, cloudTrailEventId: '', kmsRequestId: '' },
      trackingStartDate: test.clock.now(),
      keyCreationDate: test.clock.now(),
    });
    await admin.encrypt({ keyId, plaintext });
    const event = test.recorder.events.at(-1)!;
    const expected = {
      operation: 'Encrypt',
      timestamp: event.eventTime,
      cloudTrailEventId: event.eventId,
      kmsRequestId: event.requestId,
    };
    expect(await lastUse()).toEqual(expected);
    await test.lastUses.flush();
    expect(await lastUse()).toEqual(expected);
    test.clock.advance(1_000);
    await admin.generateDataKey({ keyId });
    await test.lastUses.flush();
    expect(await lastUse()).toMatchObject({ operation: 'GenerateDataKey', timestamp: test.clock.now() });
  });

  it('is none that was refused, or only tried', async () => {
    const reader = await test.as('no-use', { policies: [] });
    await reasonOf(reader.encrypt({ keyId, plaintext }));
    await reasonOf(admin.encrypt({ keyId, plaintext, dryRun: true }));
    expect((await lastUse()).operation).toBe('');
  });

  it('is that of a secret, too', async () => {
    const dataKeys = await test.dataKeys();
    await dataKeys.send([{ caller: admin.caller, generate: keyId }]);
    expect(await lastUse()).toMatchObject({ operation: 'GenerateDataKey', kmsRequestId: 'r' });
    dataKeys.end();
  });
});

describe('tags', () => {
  const tags = [
    { key: 'Team', value: 'blue' },
    { key: 'App', value: 'billing' },
  ];

  it('are set, listed by pages, and removed', async () => {
    await admin.tagResource({ keyId, tags });
    await admin.tagResource({ keyId, tags: [{ key: 'Team', value: 'red' }] });
    const first = await admin.listResourceTags({ keyId, limit: 1 });
    expect(first).toEqual({ tags: [{ key: 'App', value: 'billing' }], truncated: true, nextMarker: 'App' });
    const second = await admin.listResourceTags({ keyId, limit: 1, marker: first.nextMarker });
    expect(second).toEqual({ tags: [{ key: 'Team', value: 'red' }], truncated: false, nextMarker: '' });
    await admin.untagResource({ keyId, tagKeys: ['Team', 'absent'] });
    expect((await admin.listResourceTags({ keyId })).tags).toEqual([{ key: 'App', value: 'billing' }]);
  });

  it('are at most 50, and none in two spellings', async () => {
    const many = Array.from({ length: 50 }, (_, i) => ({ key: `k${i}`, value: '' }));
    await admin.tagResource({ keyId, tags: many });
    expect(await reasonOf(admin.tagResource({ keyId, tags: [{ key: 'one more', value: '' }] }))).toBe('TagException');
    expect(await reasonOf(admin.tagResource({ keyId, tags: [{ key: 'K1', value: '' }] }))).toBe('TagException');
    expect((await admin.listResourceTags({ keyId })).tags).toHaveLength(50);
  });
});

describe('ReEncrypt', () => {
  const from = { App: 'billing' };
  const to = { App: 'archive' };

  it('moves a ciphertext to another key and context', async () => {
    const other = (await admin.createKey({})).keyMetadata!;
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext, encryptionContext: from });
    const moved = await admin.reEncrypt({
      ciphertextBlob,
      sourceEncryptionContext: from,
      destinationKeyId: other.keyId,
      destinationEncryptionContext: to,
    });
    expect(moved).toMatchObject({
      sourceKeyId: arn,
      keyId: other.arn,
      sourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      destinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    });
    const opened = await admin.decrypt({ ciphertextBlob: moved.ciphertextBlob, encryptionContext: to });
    expect(opened).toMatchObject({ plaintext, keyId: other.arn });
    expect(await reasonOf(admin.decrypt({ ciphertextBlob: moved.ciphertextBlob, encryptionContext: from }))).toBe(
      'InvalidCiphertextException',
    );
  });

  it('needs the right on both keys', async () => {
    const other = (await admin.createKey({})).keyMetadata!;
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext });
    const allowing = (Action: string[]) =>
      test.as(`mover-${Action.join('-').replaceAll(':', '')}`, {
        policies: [{ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] }],
      });
    const half = await allowing(['kms:ReEncryptFrom']);
    const otherHalf = await allowing(['kms:ReEncryptTo']);
    const both = await allowing(['kms:ReEncryptFrom', 'kms:ReEncryptTo']);
    const request = { ciphertextBlob, destinationKeyId: other.keyId };
    expect(await reasonOf(half.reEncrypt(request))).toBe('AccessDeniedException');
    expect(await reasonOf(otherHalf.reEncrypt(request))).toBe('AccessDeniedException');
    expect(await reasonOf(both.reEncrypt(request))).toBe('done');
  });
});

describe('a dry run', () => {
  it('says whether the request would succeed, and does nothing', async () => {
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext });
    const reader = await test.as('dry-reader', { policies: [] });
    for (const [request, method] of [
      [{ keyId, plaintext }, 'encrypt'],
      [{ ciphertextBlob }, 'decrypt'],
      [{ keyId }, 'generateDataKey'],
      [{ keyId }, 'generateDataKeyWithoutPlaintext'],
      [{ ciphertextBlob, destinationKeyId: keyId }, 'reEncrypt'],
    ] as const) {
      const call = (keys: Keys) => (keys[method] as (request: object) => Promise<unknown>)({ ...request, dryRun: true });
      expect([method, await reasonOf(call(admin))]).toEqual([method, 'DryRunOperationException']);
      expect([method, await reasonOf(call(reader))]).toEqual([method, 'AccessDeniedException']);
    }
    await admin.disableKey({ keyId });
    expect(await reasonOf(admin.encrypt({ keyId, plaintext, dryRun: true }))).toBe('DisabledException');
  });

  it('needs no ciphertext if it is told to ignore it', async () => {
    const modified = { keyId, dryRun: true, dryRunModifiers: ['IGNORE_CIPHERTEXT'], ciphertextBlob: Buffer.alloc(0) };
    expect(await reasonOf(admin.decrypt(modified))).toBe('DryRunOperationException');
    expect(await reasonOf(admin.decrypt({ ...modified, dryRun: false }))).toBe('ValidationException');
    expect(await reasonOf(admin.decrypt({ ...modified, dryRunModifiers: ['OTHER'] }))).toBe('ValidationException');
  });
});

it('changes a description', async () => {
  await admin.updateKeyDescription({ keyId, description: 'orders' });
  expect((await described()).description).toBe('orders');
  expect(await admin.listKeyPolicies({ keyId })).toEqual({ policyNames: ['default'], truncated: false, nextMarker: '' });
});
