import type { Caller } from '@strongroom/access';
import { oddRequests, oddText, tryOddInput } from '@strongroom/testing';
import fc from 'fast-check';
import { region, TestKeyservice, type Keys, type TestDataKeys } from './server.testing';

let test: TestKeyservice;
let admin: Keys & { caller: Caller };
let dataKeys: TestDataKeys;
let keyId: string;
let ciphertextBlob: Buffer;

beforeAll(async () => {
  test = await TestKeyservice.start();
  admin = await test.as('admin');
  dataKeys = await test.dataKeys();
  keyId = (await admin.createKey({})).keyMetadata!.keyId;
  await admin.createAlias({ aliasName: 'alias/odd', targetKeyId: keyId });
  ({ ciphertextBlob } = await admin.encrypt({ keyId, plaintext: Buffer.from('x'), encryptionContext: { App: 'odd' } }));
});
afterAll(() => test?.stop());

const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'kms:*', Resource: '*' },
});

/** A request of each method, with each of its fields. */
const examples = (): Record<keyof Keys, object> => {
  const named = { keyId: `arn:aws:kms:${region}:000000000000:key/${keyId}` };
  const encryptionContext = { App: 'odd' };
  const grantTokens = ['token'];
  const dryRun = { grantTokens, dryRun: true };
  const data = { ...named, ...dryRun, encryptionContext, keySpec: 1, numberOfBytes: 32 };
  const page = { limit: 10, marker: keyId };
  const principals = {
    granteePrincipal: 'arn:aws:iam::000000000000:user/odd',
    retiringPrincipal: 'arn:aws:iam::000000000000:root',
  };
  const pair = { ...named, ...dryRun, encryptionContext, keyPairSpec: 'ECC_NIST_P256' };
  const message = { ...named, ...dryRun, message: Buffer.from('x') };
  const signing = { ...message, messageType: 'RAW', signingAlgorithm: 'ECDSA_SHA_256' };
  const absent = { keyId: `${named.keyId.slice(0, -1)}x` };
  return {
    createKey: {
      description: 'odd',
      keySpec: 'RSA_2048',
      keyUsage: 'SIGN_VERIFY',
      origin: 'AWS_KMS',
      policy,
      tags: [{ key: 'Team', value: 'blue' }],
      bypassPolicyLockoutSafetyCheck: true,
    },
    describeKey: { ...named, grantTokens },
    updateKeyDescription: { ...named, description: 'odd' },
    scheduleKeyDeletion: { ...absent, pendingWindowInDays: 30 },
    cancelKeyDeletion: absent,
    getKeyLastUsage: named,
    tagResource: { ...named, tags: [{ key: 'Team', value: 'blue' }] },
    untagResource: { ...named, tagKeys: ['Team'] },
    listResourceTags: { ...named, limit: 10, marker: 'Team' },
    listKeyPolicies: { ...named, ...page },
    createGrant: {
      ...named,
      ...principals,
      ...dryRun,
      operations: ['Decrypt'],
      constraints: { encryptionContextSubset: encryptionContext, encryptionContextEquals: {}, sourceArn: named.keyId },
      name: 'odd',
      granteeServicePrincipal: '',
      retiringServicePrincipal: '',
    },
    revokeGrant: { ...named, grantId: 'a'.repeat(64), dryRun: true },
    retireGrant: { ...named, grantId: 'a'.repeat(64), grantToken: 'token', dryRun: true },
    listGrants: { ...named, ...page, grantId: 'a'.repeat(64), granteePrincipal: principals.granteePrincipal },
    listRetirableGrants: { ...page, retiringPrincipal: principals.retiringPrincipal },
    enableKeyRotation: { ...named, rotationPeriodInDays: 365 },
    disableKeyRotation: named,
    getKeyRotationStatus: named,
    rotateKeyOnDemand: absent,
    listKeyRotations: { ...named, ...page, includeKeyMaterial: 'ALL_KEY_MATERIAL' },
    getParametersForImport: { ...named, wrappingAlgorithm: 'RSAES_OAEP_SHA_256', wrappingKeySpec: 'RSA_2048' },
    importKeyMaterial: {
      ...named,
      importToken: Buffer.from('x'),
      encryptedKeyMaterial: Buffer.from('x'),
      expirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
      importType: 'NEW_KEY_MATERIAL',
      keyMaterialDescription: 'odd',
      keyMaterialId: 'a'.repeat(64),
    },
    deleteImportedKeyMaterial: { ...named, keyMaterialId: 'a'.repeat(64) },
    reEncrypt: {
      ...dryRun,
      ciphertextBlob,
      sourceKeyId: named.keyId,
      destinationKeyId: named.keyId,
      sourceEncryptionContext: encryptionContext,
      destinationEncryptionContext: encryptionContext,
      sourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      destinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      dryRunModifiers: ['IGNORE_CIPHERTEXT'],
    },
    generateDataKeyPair: pair,
    generateDataKeyPairWithoutPlaintext: pair,
    sign: signing,
    verify: { ...signing, signature: Buffer.from('x') },
    getPublicKey: { ...named, grantTokens },
    generateMac: { ...message, macAlgorithm: 'HMAC_SHA_256' },
    verifyMac: { ...message, macAlgorithm: 'HMAC_SHA_256', mac: Buffer.from('x') },
    deriveSharedSecret: { ...named, ...dryRun, keyAgreementAlgorithm: 'ECDH', publicKey: Buffer.from('x') },
    encapsulate: { ...named, ...dryRun, encapsulationAlgorithm: 'ML_KEM' },
    decapsulate: { ...named, ...dryRun, encapsulationAlgorithm: 'ML_KEM', sharedSecretCiphertextBlob: Buffer.from('x') },
    listKeys: { limit: 10, marker: keyId },
    enableKey: named,
    disableKey: absent,
    createAlias: { aliasName: 'alias/new', targetKeyId: keyId },
    updateAlias: { aliasName: 'alias/odd', targetKeyId: keyId },
    deleteAlias: { aliasName: 'alias/new' },
    listAliases: { keyId, limit: 10, marker: 'alias/odd' },
    getKeyPolicy: named,
    putKeyPolicy: { ...named, policy, bypassPolicyLockoutSafetyCheck: true },
    encrypt: { ...named, ...dryRun, plaintext: Buffer.from('x'), encryptionContext, encryptionAlgorithm: 'SYMMETRIC_DEFAULT' },
    decrypt: { ...named, ...dryRun, ciphertextBlob, encryptionContext, dryRunModifiers: ['IGNORE_CIPHERTEXT'] },
    generateDataKey: data,
    generateDataKeyWithoutPlaintext: data,
    generateRandom: { numberOfBytes: 8 },
  };
};

it.each(Object.keys(examples()) as (keyof Keys)[])('%s takes odd input for the mistake of its caller', async (method) => {
  const empty = {
    numberOfBytes: 0,
    keyId: '',
    aliasName: '',
    targetKeyId: '',
    policy: '',
    plaintext: EMPTY,
    ciphertextBlob: EMPTY,
  };
  const call = admin[method] as (request: object) => Promise<unknown>;
  const optional = {
    keyId: ['decrypt', 'listAliases'],
    policy: ['createKey'],
    numberOfBytes: ['generateDataKey', 'generateDataKeyWithoutPlaintext'],
  };
  const left = Object.entries(optional).flatMap(([field, methods]) => (methods.includes(method) ? [field] : []));
  const defaults = Object.fromEntries(Object.entries(empty).filter(([field]) => !left.includes(field)));
  await tryOddInput(oddRequests(examples()[method], ['encryptionContext']), (request) => call({ ...defaults, ...request }));
});
const EMPTY = Buffer.alloc(0);

it('answers odd operations of a stream each for itself', async () => {
  const operation = fc.oneof(
    fc.oneof(oddText, fc.constant('alias/odd')).map((generate) => ({ generate })),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => ({ decrypt: Buffer.from(bytes) })),
  );
  await tryOddInput(fc.array(fc.tuple(operation, oddText), { minLength: 1, maxLength: 8 }), async (operations) => {
    const asked = operations.map(([one, secretVersionId]) => ({ caller: admin.caller, secretVersionId, ...one }));
    for (const { outcome } of await dataKeys.send(asked)) {
      if (outcome?.$case === 'error' && outcome.value.code === 13) throw new Error(outcome.value.message);
    }
  });
});
