import type { Caller } from '@strongroom/access';
import { accountId, reasonOf, TestKeyservice, type Keys, type TestDataKeys } from './server.testing';

let test: TestKeyservice;
let admin: Keys & { caller: Caller };
let dataKeys: TestDataKeys;

beforeAll(async () => {
  test = await TestKeyservice.start();
  admin = await test.as('admin', { tags: { Team: 'blue' } });
  dataKeys = await test.dataKeys();
});
afterAll(() => test?.stop());

/** Every call of the service, each with all that it can have. */
async function makeEveryCall(): Promise<void> {
  const tags = [{ key: 'Team', value: 'blue' }];
  const { keyId } = (await admin.createKey({ tags })).keyMetadata!;
  const other = (await admin.createKey({ tags })).keyMetadata!.keyId;
  const aliasName = 'alias/all';
  await admin.createAlias({ aliasName, targetKeyId: keyId });
  await admin.createAlias({ aliasName: 'alias/other', targetKeyId: other });
  await admin.createAlias({ aliasName: 'alias/second', targetKeyId: keyId });
  const named = { keyId: aliasName, encryptionContext: { App: 'billing' } };
  const { ciphertextBlob } = await admin.encrypt({ ...named, plaintext: Buffer.from('x') });
  await admin.decrypt({ ...named, ciphertextBlob });
  await admin.generateDataKey(named);
  await admin.generateDataKeyWithoutPlaintext(named);
  await admin.generateRandom({ numberOfBytes: 8 });
  await admin.describeKey({ keyId: aliasName });
  await admin.disableKey({ keyId });
  await admin.enableKey({ keyId });
  const { policy } = await admin.getKeyPolicy({ keyId });
  await admin.putKeyPolicy({ keyId, policy });
  await admin.listKeys({});
  await admin.listAliases({});
  await admin.updateAlias({ aliasName: 'alias/second', targetKeyId: other });
  await admin.deleteAlias({ aliasName: 'alias/second' });
  const [generated] = await dataKeys.send([{ caller: admin.caller, generate: aliasName }]);
  if (generated?.outcome?.$case !== 'dataKey') throw new Error('no data key');
  await dataKeys.send([{ caller: admin.caller, decrypt: generated.outcome.value.ciphertextBlob }]);
}

it('fills every condition key that is listed for a call, and no other', async () => {
  await makeEveryCall();
  expect(test.authorizer.differences('kms')).toEqual([]);
});

describe('a Deny', () => {
  let keyId: string;
  beforeAll(async () => {
    keyId = (await admin.createKey({})).keyMetadata!.keyId;
    await admin.createAlias({ aliasName: 'alias/prod/payments', targetKeyId: keyId });
    await admin.createAlias({ aliasName: 'alias/harmless', targetKeyId: keyId });
  });
  const plaintext = Buffer.from('x');
  let next = 0;
  const denied = (Condition: object) =>
    test.as(`denied-${next++}`, {
      policies: [
        {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: '*', Resource: '*' },
            { Effect: 'Deny', Action: '*', Resource: '*', Condition },
          ],
        },
      ],
    });

  it.each([
    [{ StringEquals: { 'kms:KeySpec': 'SYMMETRIC_DEFAULT' } }],
    [{ StringEquals: { 'kms:KeyUsage': 'ENCRYPT_DECRYPT' } }],
    [{ StringEquals: { 'kms:KeyOrigin': 'AWS_KMS' } }],
    [{ 'ForAnyValue:StringLike': { 'kms:ResourceAliases': 'alias/prod/*' } }],
    [{ Bool: { 'aws:ViaAWSService': 'false' } }],
  ])('by %j is enforced', async (condition) => {
    const caller = await denied(condition);
    const blob = (await admin.encrypt({ keyId, plaintext })).ciphertextBlob;
    const outcomes = [
      caller.encrypt({ keyId, plaintext }),
      caller.decrypt({ ciphertextBlob: blob }),
      caller.describeKey({ keyId: 'alias/harmless' }),
      caller.deleteAlias({ aliasName: 'alias/harmless' }),
      // Of a key that is not there it says no more than of one that is.
      ...('ForAnyValue:StringLike' in condition ? [] : [caller.describeKey({ keyId: '00000000-0000-0000-0000-000000000000' })]),
    ].map(reasonOf);
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['AccessDeniedException']));
  });

  it('of an alias concerns the calls that name a key by it', async () => {
    const caller = await denied({ StringLike: { 'kms:RequestAlias': 'alias/prod/*' } });
    expect(await reasonOf(caller.encrypt({ keyId: 'alias/prod/payments', plaintext }))).toBe('AccessDeniedException');
    expect(await reasonOf(caller.encrypt({ keyId: 'alias/harmless', plaintext }))).toBe('done');
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext });
    expect(await reasonOf(caller.decrypt({ keyId: 'alias/prod/payments', ciphertextBlob }))).toBe('AccessDeniedException');
    expect(await reasonOf(caller.decrypt({ ciphertextBlob }))).toBe('done');
  });

  it.each([
    [{ Bool: { 'aws:ViaAWSService': 'true' } }],
    [{ 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'secretsmanager.amazonaws.com' } }],
    [{ StringEquals: { 'aws:CalledViaLast': 'secretsmanager.amazonaws.com' } }],
  ])('by %j is enforced for what a service does for the caller, and for that alone', async (condition) => {
    const caller = await denied(condition);
    expect(await reasonOf(caller.encrypt({ keyId, plaintext }))).toBe('done');
    const [outcome] = await dataKeys.send([{ caller: caller.caller, generate: keyId }]);
    expect(outcome!.outcome).toMatchObject({ $case: 'error', value: { reason: 'AccessDeniedException' } });
  });

  it('by an encryption context that is there twice, in another case, is a refusal', async () => {
    const caller = await denied({ StringEquals: { 'kms:EncryptionContext:App': 'other' } });
    const twice = { keyId, plaintext, encryptionContext: { App: 'billing', APP: 'other' } };
    expect(await reasonOf(caller.encrypt(twice))).toBe('AccessDeniedException');
    expect(await reasonOf(admin.encrypt(twice))).toBe('done');
  });

  it('knows the default key by its alias', async () => {
    const caller = await denied({ 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/aws/secretsmanager' } });
    const outcomes = [
      // Made by this call, found by the next.
      await dataKeys.send([{ caller: caller.caller, generate: '' }]),
      await dataKeys.send([{ caller: caller.caller, generate: '' }]),
    ];
    expect(outcomes).toMatchObject([[{ outcome: { $case: 'error' } }], [{ outcome: { $case: 'error' } }]]);
    expect(caller.caller.accountId).toBe(accountId);
  });
});
