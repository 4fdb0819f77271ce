import type { Caller } from '@strongroom/access';
import { wrap } from '@strongroom/key-import/testing';
import { accountId, reasonOf, TestKeyservice, type Keys, type TestDataKeys } from './server.testing';

let test: TestKeyservice;
let admin: Keys & { caller: Caller };
let dataKeys: TestDataKeys;
/** What secrets-api calls for the administrator. */
let viaSecrets: Keys;
let worker: Caller;

beforeAll(async () => {
  test = await TestKeyservice.start();
  admin = await test.as('admin', { tags: { Team: 'blue' } });
  dataKeys = await test.dataKeys();
  viaSecrets = await test.throughSecretsApi(admin.caller);
  worker = test.addService('rotation-worker');
});
afterAll(() => test?.stop());

/** Every call of the service, each with all that it can have. */
async function makeEveryCall(): Promise<void> {
  const tags = [{ key: 'Team', value: 'blue' }];
  const { keyId } = (await admin.createKey({ tags, bypassPolicyLockoutSafetyCheck: true })).keyMetadata!;
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
  await admin.generateDataKeyPair({ ...named, keyPairSpec: 'ECC_NIST_P256' });
  await admin.generateDataKeyPairWithoutPlaintext({ ...named, keyPairSpec: 'ECC_NIST_P256' });
  await viaSecrets.reEncrypt({
    ciphertextBlob,
    sourceKeyId: aliasName,
    sourceEncryptionContext: named.encryptionContext,
    destinationKeyId: aliasName,
    destinationEncryptionContext: named.encryptionContext,
  });
  await admin.updateKeyDescription({ keyId, description: 'all' });
  await admin.tagResource({ keyId, tags });
  await admin.untagResource({ keyId, tagKeys: ['Team'] });
  await admin.tagResource({ keyId, tags });
  await admin.listResourceTags({ keyId });
  await admin.listKeyPolicies({ keyId });
  await viaSecrets.getKeyLastUsage({ keyId });
  await admin.generateRandom({ numberOfBytes: 8 });
  await viaSecrets.describeKey({ keyId: aliasName });
  await admin.disableKey({ keyId });
  await admin.enableKey({ keyId });
  const { policy } = await admin.getKeyPolicy({ keyId });
  await admin.putKeyPolicy({ keyId, policy, bypassPolicyLockoutSafetyCheck: true });
  await admin.enableKeyRotation({ keyId });
  await admin.getKeyRotationStatus({ keyId });
  await admin.rotateKeyOnDemand({ keyId });
  await admin.listKeyRotations({ keyId });
  await admin.disableKeyRotation({ keyId });
  await importMaterial(tags);
  await admin.listKeys({});
  await viaSecrets.listAliases({});
  await admin.updateAlias({ aliasName: 'alias/second', targetKeyId: other });
  await admin.deleteAlias({ aliasName: 'alias/second' });
  await makeEveryCallWithOtherKeys(tags);
  await makeEveryCallOfGrants(keyId);
  const [generated] = await dataKeys.send([{ caller: admin.caller, generate: aliasName }]);
  if (generated?.outcome?.$case !== 'dataKey') throw new Error('no data key');
  const { ciphertextBlob: decrypt } = generated.outcome.value;
  await dataKeys.send([{ caller: admin.caller, decrypt }]);
  // They are refused, like all that no policy allows them.
  await dataKeys.send([
    { caller: worker, generate: aliasName },
    { caller: worker, decrypt },
  ]);
  await admin.scheduleKeyDeletion({ keyId, pendingWindowInDays: 7 });
  await admin.cancelKeyDeletion({ keyId });
}

async function makeEveryCallWithOtherKeys(tags: { key: string; value: string }[]): Promise<void> {
  const keyOf = async (keySpec: string, keyUsage: string) => {
    const { keyId } = (await admin.createKey({ tags, keySpec, keyUsage })).keyMetadata!;
    const aliasName = `alias/${keyUsage}`;
    await admin.createAlias({ aliasName, targetKeyId: keyId });
    return aliasName;
  };
  const message = Buffer.from('x');
  const signing = { keyId: await keyOf('ECC_NIST_P256', 'SIGN_VERIFY'), message, signingAlgorithm: 'ECDSA_SHA_256' };
  await admin.verify({ ...(await admin.sign(signing)), ...signing });
  await admin.getPublicKey(signing);
  const mac = { keyId: await keyOf('HMAC_256', 'GENERATE_VERIFY_MAC'), message, macAlgorithm: 'HMAC_SHA_256' };
  await admin.verifyMac({ ...(await admin.generateMac(mac)), ...mac });
  const agreeing = { keyId: await keyOf('ECC_NIST_P256', 'KEY_AGREEMENT'), keyAgreementAlgorithm: 'ECDH' };
  await admin.deriveSharedSecret({ ...agreeing, publicKey: (await admin.getPublicKey(agreeing)).publicKey });
  const encapsulating = { keyId: await keyOf('ML_KEM_768', 'ENCAPSULATE_DECAPSULATE'), encapsulationAlgorithm: 'ML_KEM' };
  await admin.decapsulate({ ...(await admin.encapsulate(encapsulating)), ...encapsulating });
}

async function makeEveryCallOfGrants(keyId: string): Promise<void> {
  const principal = admin.caller.arn;
  const request = { keyId, granteePrincipal: principal, retiringPrincipal: principal, operations: ['Decrypt'] };
  const constraints = { encryptionContextSubset: { App: 'billing' } };
  const { grantToken } = await admin.createGrant({ ...request, constraints });
  const { grantId } = await admin.createGrant(request);
  await viaSecrets.listGrants({ keyId });
  await admin.listRetirableGrants({ retiringPrincipal: principal });
  await admin.retireGrant({ grantToken });
  await admin.revokeGrant({ keyId, grantId });
}

async function importMaterial(tags: { key: string; value: string }[]): Promise<void> {
  const { keyId } = (await admin.createKey({ tags, origin: 'EXTERNAL' })).keyMetadata!;
  await admin.createAlias({ aliasName: 'alias/external', targetKeyId: keyId });
  const wrappingAlgorithm = 'RSAES_OAEP_SHA_256';
  const { importToken, publicKey } = await admin.getParametersForImport({
    keyId,
    wrappingAlgorithm,
    wrappingKeySpec: 'RSA_2048',
  });
  const encryptedKeyMaterial = wrap(publicKey, wrappingAlgorithm, Buffer.alloc(32, 1));
  const validTo = new Date(test.clock.millis() + 1_000);
  await admin.importKeyMaterial({ keyId, importToken, encryptedKeyMaterial, validTo });
  await admin.deleteImportedKeyMaterial({ keyId });
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

  it('of skipping the check for lockouts leaves the right to change policies', async () => {
    const caller = await denied({ Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } });
    const { policy } = await admin.getKeyPolicy({ keyId });
    expect(await reasonOf(caller.putKeyPolicy({ keyId, policy }))).toBe('done');
    expect(await reasonOf(caller.putKeyPolicy({ keyId, policy, bypassPolicyLockoutSafetyCheck: true }))).toBe(
      'AccessDeniedException',
    );
    expect(await reasonOf(caller.createKey({ bypassPolicyLockoutSafetyCheck: true }))).toBe('AccessDeniedException');
    // What KMS recommends: to allow the call only if it does not have the parameter.
    const careful = await test.as('careful', {
      policies: [
        {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 'kms:PutKeyPolicy',
              Resource: '*',
              Condition: { Null: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } },
            },
          ],
        },
      ],
    });
    expect(await reasonOf(careful.putKeyPolicy({ keyId, policy }))).toBe('done');
    expect(await reasonOf(careful.putKeyPolicy({ keyId, policy, bypassPolicyLockoutSafetyCheck: true }))).toBe(
      'AccessDeniedException',
    );
  });

  it('of an encryption algorithm concerns what encrypts and decrypts, also for a service', async () => {
    const caller = await denied({ StringEquals: { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' } });
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext });
    const refused = [
      caller.encrypt({ keyId, plaintext, encryptionAlgorithm: 'SYMMETRIC_DEFAULT' }),
      caller.decrypt({ ciphertextBlob }),
      caller.generateDataKey({ keyId }),
      caller.reEncrypt({ ciphertextBlob, destinationKeyId: keyId }),
    ].map(reasonOf);
    expect(new Set(await Promise.all(refused))).toEqual(new Set(['AccessDeniedException']));
    const [outcome] = await dataKeys.send([{ caller: caller.caller, generate: keyId }]);
    expect(outcome!.outcome).toMatchObject({ $case: 'error', value: { reason: 'AccessDeniedException' } });
    expect(await reasonOf(caller.describeKey({ keyId }))).toBe('done');
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
