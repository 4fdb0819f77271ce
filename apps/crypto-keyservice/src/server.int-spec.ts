import { serviceUnavailable } from '@strongroom/errors';
import { systemRandom } from '@strongroom/random';
import { DataKeySpec, KeyManager, KeyState, type DataKeyOutcome } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { accountId, reasonOf, region, TestKeyservice, type Keys } from './server.testing';

let test: TestKeyservice;
let admin: Awaited<ReturnType<TestKeyservice['as']>>;
let reader: Keys;
let keyId: string;
let arn: string;

beforeAll(async () => {
  test = await TestKeyservice.start();
  admin = await test.as('admin');
  reader = await test.as('reader', { policies: [] });
});

afterAll(() => test?.stop());

beforeEach(async () => {
  ({ keyId, arn } = (await admin.createKey({ description: 'payments' })).keyMetadata!);
  test.recorder.events.length = 0;
});

const encryptionContext = { App: 'billing' };
const plaintext = Buffer.from('a value that must not be seen');
const lastEvent = () => test.recorder.events.at(-1)!;
const lastOf = (name: string) => test.recorder.events.filter(({ eventName }) => eventName === name).at(-1)!;
const statement = (Effect: string, more: object) => ({ Version: '2012-10-17', Statement: [{ Effect, Resource: '*', ...more }] });

describe('keys', () => {
  it('are made, described and listed', async () => {
    const { keyMetadata } = await admin.describeKey({ keyId });
    expect(keyMetadata).toEqual({
      awsAccountId: accountId,
      keyId,
      arn: `arn:aws:kms:${region}:${accountId}:key/${keyId}`,
      creationDate: test.clock.now(),
      enabled: true,
      description: 'payments',
      keyState: KeyState.ENABLED,
      keyManager: KeyManager.CUSTOMER,
      keyUsage: 'ENCRYPT_DECRYPT',
      keySpec: 'SYMMETRIC_DEFAULT',
      origin: 'AWS_KMS',
      multiRegion: false,
      deletionDate: undefined,
      validTo: undefined,
      expirationModel: '',
      encryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      signingAlgorithms: [],
      keyAgreementAlgorithms: [],
      macAlgorithms: [],
      encapsulationAlgorithms: [],
      currentKeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
      currentKeyMaterialVersion: 1,
    });
    const all: string[] = [];
    let marker = '';
    do {
      const page = await admin.listKeys({ limit: 2, marker });
      expect(page.keys.length).toBeLessThanOrEqual(2);
      all.push(...page.keys.map((key) => key.keyId));
      ({ nextMarker: marker } = page);
      expect(page.truncated).toBe(marker !== '');
    } while (marker);
    expect(all).toContain(keyId);
    expect(new Set(all).size).toBe(all.length);
  });

  it('are known to their account only', async () => {
    const stranger = await test.as('stranger', { accountId: '111111111111' });
    expect((await stranger.listKeys({})).keys).toEqual([]);
    expect(await reasonOf(stranger.describeKey({ keyId }))).toBe('NotFoundException');
    expect(await reasonOf(stranger.describeKey({ keyId: arn }))).toBe('AccessDeniedException');
    expect(await reasonOf(reader.describeKey({ keyId }))).toBe('AccessDeniedException');
    expect(await reasonOf(reader.describeKey({ keyId: '1234abcd-12ab-34cd-56ef-1234567890ab' }))).toBe('AccessDeniedException');
  });

  it('refuse every use from the moment they are disabled', async () => {
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext });
    await admin.disableKey({ keyId });
    expect((await admin.describeKey({ keyId })).keyMetadata).toMatchObject({ enabled: false, keyState: KeyState.DISABLED });
    for (const use of [
      admin.encrypt({ keyId, plaintext }),
      admin.decrypt({ ciphertextBlob }),
      admin.generateDataKey({ keyId }),
      admin.generateDataKeyWithoutPlaintext({ keyId }),
    ]) {
      expect(await reasonOf(use)).toBe('DisabledException');
    }
    await admin.enableKey({ keyId: arn });
    expect((await admin.decrypt({ ciphertextBlob })).plaintext.equals(plaintext)).toBe(true);
    expect(await reasonOf(admin.disableKey({ keyId: 'alias/app' }))).toBe('NotFoundException');
  });

  it('have tags that policies can ask about', async () => {
    const blue = await admin.createKey({ tags: [{ key: 'Team', value: 'blue' }] });
    const member = await test.as('member', {
      policies: [statement('Allow', { Action: 'kms:*', Condition: { StringEquals: { 'aws:ResourceTag/Team': 'blue' } } })],
    });
    expect(await reasonOf(member.encrypt({ keyId: blue.keyMetadata!.keyId, plaintext }))).toBe('done');
    expect(await reasonOf(member.encrypt({ keyId, plaintext }))).toBe('AccessDeniedException');
    expect(await reasonOf(admin.createKey({ tags: [{ key: 'aws:x', value: '' }] }))).toBe('TagException');
  });

  it('have policies, which decide at once', async () => {
    const { policy } = await admin.getKeyPolicy({ keyId });
    expect(JSON.parse(policy)).toMatchObject({
      Statement: [{ Action: 'kms:*', Principal: { AWS: `arn:aws:iam::${accountId}:root` } }],
    });
    const allowAll = (JSON.parse(policy) as { Statement: object[] }).Statement[0];
    const denyUse = { Effect: 'Deny', Principal: '*', Action: 'kms:Encrypt', Resource: '*' };
    await admin.putKeyPolicy({ keyId, policy: JSON.stringify({ Version: '2012-10-17', Statement: [allowAll, denyUse] }) });
    expect(await reasonOf(admin.encrypt({ keyId, plaintext }))).toBe('AccessDeniedException');
    // The trail tells which policy lets everybody in.
    expect(lastOf('PutKeyPolicy').requestParameters).not.toHaveProperty('publicAccess');
    const letUse = { Effect: 'Allow', Principal: '*', Action: 'kms:Encrypt', Resource: '*' };
    await admin.putKeyPolicy({ keyId, policy: JSON.stringify({ Version: '2012-10-17', Statement: [allowAll, letUse] }) });
    expect(lastOf('PutKeyPolicy').requestParameters).toMatchObject({ publicAccess: 'true' });
    const lockout = JSON.stringify({ Version: '2012-10-17', Statement: [denyUse] });
    expect(await reasonOf(admin.putKeyPolicy({ keyId, policy: lockout }))).toBe('MalformedPolicyDocumentException');
    expect(await reasonOf(admin.putKeyPolicy({ keyId, policy: '{' }))).toBe('MalformedPolicyDocumentException');
    expect(await reasonOf(admin.createKey({ policy: lockout }))).toBe('MalformedPolicyDocumentException');
    expect(await reasonOf(admin.createKey({ policy: lockout, bypassPolicyLockoutSafetyCheck: true }))).toBe('done');
  });
});

describe('aliases', () => {
  it('stand for their key wherever a key is used', async () => {
    await admin.createAlias({ aliasName: 'alias/first', targetKeyId: keyId });
    const aliasArn = `arn:aws:kms:${region}:${accountId}:alias/first`;
    for (const id of [keyId, arn, 'alias/first', aliasArn]) {
      const { ciphertextBlob, keyId: used } = await admin.encrypt({ keyId: id, plaintext, encryptionContext });
      expect(used).toBe(arn);
      expect((await admin.decrypt({ ciphertextBlob, encryptionContext, keyId: id })).plaintext.equals(plaintext)).toBe(true);
      expect((await admin.describeKey({ keyId: id })).keyMetadata?.keyId).toBe(keyId);
    }
    expect((await admin.listAliases({ keyId })).aliases).toEqual([
      {
        aliasName: 'alias/first',
        aliasArn,
        targetKeyId: keyId,
        creationDate: test.clock.now(),
        lastUpdatedDate: test.clock.now(),
      },
    ]);
    const other = (await admin.createKey({})).keyMetadata!;
    await admin.updateAlias({ aliasName: 'alias/first', targetKeyId: other.arn });
    expect((await admin.describeKey({ keyId: 'alias/first' })).keyMetadata?.keyId).toBe(other.keyId);
    await admin.deleteAlias({ aliasName: 'alias/first' });
    expect(await reasonOf(admin.describeKey({ keyId: 'alias/first' }))).toBe('NotFoundException');
  });

  it('are refused by name, by rule, and by permission', async () => {
    await admin.createAlias({ aliasName: 'alias/taken', targetKeyId: keyId });
    const create = (aliasName: string, targetKeyId = keyId, caller: Keys = admin) =>
      reasonOf(caller.createAlias({ aliasName, targetKeyId }));
    expect(await create('alias/taken')).toBe('AlreadyExistsException');
    expect(await create('alias/aws/mine')).toBe('InvalidAliasNameException');
    expect(await create('taken')).toBe('ValidationException');
    expect(await create('alias/new', 'alias/taken')).toBe('NotFoundException');
    expect(await create('alias/new', '1234abcd-12ab-34cd-56ef-1234567890ab')).toBe('NotFoundException');
    expect(await create('alias/new', `arn:aws:kms:${region}:111111111111:key/${keyId}`)).toBe('ValidationException');
    expect(await create('alias/new', keyId, reader)).toBe('AccessDeniedException');
    expect(await reasonOf(admin.updateAlias({ aliasName: 'alias/absent', targetKeyId: keyId }))).toBe('NotFoundException');
    expect(await reasonOf(admin.deleteAlias({ aliasName: 'alias/absent' }))).toBe('NotFoundException');
    expect(await reasonOf(reader.deleteAlias({ aliasName: 'alias/taken' }))).toBe('AccessDeniedException');
    expect(await reasonOf(admin.deleteAlias({ aliasName: 'alias/aws/secretsmanager' }))).toBe('InvalidAliasNameException');
  });
});

describe('cryptography', () => {
  it('binds the encryption context, and tells nothing when it does not fit', async () => {
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext, encryptionContext });
    expect((await admin.decrypt({ ciphertextBlob, encryptionContext })).plaintext.equals(plaintext)).toBe(true);
    const altered = Buffer.from(ciphertextBlob);
    altered[60]! ^= 1;
    for (const request of [
      { ciphertextBlob },
      { ciphertextBlob, encryptionContext: { App: 'other' } },
      { ciphertextBlob, encryptionContext: { ...encryptionContext, more: '' } },
      { ciphertextBlob: altered, encryptionContext },
      { ciphertextBlob: ciphertextBlob.subarray(0, -1), encryptionContext },
      { ciphertextBlob: Buffer.from('nonsense'), encryptionContext },
    ]) {
      await expect(admin.decrypt(request)).rejects.toMatchObject({
        reason: 'InvalidCiphertextException',
        message: 'The ciphertext is not valid for this key and encryption context.',
      });
    }
  });

  it.each(['__proto__', 'constructor'])(
    'binds a context whose key is %s, and shows it to policies and the trail',
    async (key) => {
      const odd = Object.fromEntries([[key, 'billing']]);
      const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext, encryptionContext: odd });
      expect(lastEvent().requestParameters['encryptionContext']).toBe(`{"${key}":"billing"}`);
      expect((await admin.decrypt({ ciphertextBlob, encryptionContext: odd })).plaintext.equals(plaintext)).toBe(true);
      expect(await reasonOf(admin.decrypt({ ciphertextBlob }))).toBe('InvalidCiphertextException');
      expect(await reasonOf(admin.decrypt({ ciphertextBlob, encryptionContext: {} }))).toBe('InvalidCiphertextException');
      const condition = { 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': key } };
      const denied = await test.as(`denied-${key.replaceAll('_', 'x')}`, {
        policies: [statement('Allow', { Action: 'kms:*' }), statement('Deny', { Action: 'kms:Decrypt', Condition: condition })],
      });
      expect(await reasonOf(denied.decrypt({ ciphertextBlob, encryptionContext: odd }))).toBe('AccessDeniedException');
    },
  );

  it('binds every pair of the encryption context, whatever its key is called', async () => {
    for (const name of ['__proto__', 'constructor', 'toString', '']) {
      const encryptionContext = Object.fromEntries([[name, 'x']]);
      const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext, encryptionContext });
      expect((await admin.decrypt({ ciphertextBlob, encryptionContext })).plaintext.equals(plaintext)).toBe(true);
      expect(await reasonOf(admin.decrypt({ ciphertextBlob }))).toBe('InvalidCiphertextException');
      const other = Object.fromEntries([[name, 'y']]);
      expect(await reasonOf(admin.decrypt({ ciphertextBlob, encryptionContext: other }))).toBe('InvalidCiphertextException');
    }
  });

  it('says which key it needs, and no more to those who may not use it', async () => {
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext });
    const other = (await admin.createKey({})).keyMetadata!;
    expect(await reasonOf(admin.decrypt({ ciphertextBlob, keyId: other.keyId }))).toBe('IncorrectKeyException');
    expect(await reasonOf(admin.decrypt({ ciphertextBlob, keyId: 'alias/absent' }))).toBe('IncorrectKeyException');
    const absent = Buffer.from(ciphertextBlob);
    absent[5]! ^= 1;
    const messages = await Promise.all(
      [ciphertextBlob, absent].map((blob) => reader.decrypt({ ciphertextBlob: blob }).catch((error: Error) => error.message)),
    );
    expect(messages[0]).toBe(messages[1]);
    expect(messages[0]).toBe(
      'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
    );
  });

  it('fails in the words of AWS', async () => {
    const messageOf = (work: Promise<unknown>) =>
      work.then(
        () => undefined,
        (error: Error) => error.message,
      );
    const absent = '00000000-0000-4000-8000-000000000000';
    const arnOf = (resource: string) => `arn:aws:kms:${region}:000000000000:${resource}`;
    await admin.createAlias({ aliasName: 'alias/worded', targetKeyId: keyId });
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext });
    const other = (await admin.createKey({})).keyMetadata!.keyId;
    const disabled = (await admin.createKey({})).keyMetadata!;
    await admin.disableKey({ keyId: disabled.keyId });
    for (const [call, message] of [
      [() => admin.describeKey({ keyId: absent }), `Key '${arnOf(`key/${absent}`)}' does not exist`],
      [() => admin.describeKey({ keyId: 'alias/absent' }), `Alias ${arnOf('alias/absent')} is not found.`],
      [() => admin.deleteAlias({ aliasName: 'alias/absent' }), `Alias ${arnOf('alias/absent')} is not found.`],
      [() => admin.enableKey({ keyId: 'alias/worded' }), "Invalid keyId 'alias/worded'"],
      [
        () => admin.createAlias({ aliasName: 'alias/worded', targetKeyId: keyId }),
        `An alias with the name ${arnOf('alias/worded')} already exists`,
      ],
      [
        () => admin.decrypt({ ciphertextBlob, keyId: other }),
        'The key ID in the request does not identify a CMK that can perform this operation.',
      ],
      [() => admin.generateRandom({ numberOfBytes: 0 }), 'NumberOfBytes is required.'],
      [() => admin.encrypt({ keyId: disabled.keyId, plaintext }), `${disabled.arn} is disabled.`],
    ] as const) {
      expect(await messageOf(call())).toBe(message);
    }
    await admin.deleteAlias({ aliasName: 'alias/worded' });
  });

  it('keeps the limits', async () => {
    expect(await reasonOf(admin.encrypt({ keyId, plaintext: Buffer.alloc(4_096, 1) }))).toBe('done');
    expect(await reasonOf(admin.encrypt({ keyId, plaintext: Buffer.alloc(4_097, 1) }))).toBe('ValidationException');
    expect(await reasonOf(admin.encrypt({ keyId, plaintext: Buffer.alloc(0) }))).toBe('ValidationException');
    expect(await reasonOf(admin.encrypt({ keyId, plaintext, encryptionContext: { a: 'x'.repeat(8_192) } }))).toBe(
      'ValidationException',
    );
  });

  it('makes data keys, with and without plaintext, and random bytes', async () => {
    const { plaintext: dataKey, ciphertextBlob, keyId: used } = await admin.generateDataKey({ keyId, encryptionContext });
    expect(dataKey).toHaveLength(32);
    expect(used).toBe(arn);
    expect((await admin.decrypt({ ciphertextBlob, encryptionContext })).plaintext.equals(dataKey)).toBe(true);
    expect((await admin.generateDataKey({ keyId, keySpec: DataKeySpec.AES_128 })).plaintext).toHaveLength(16);
    expect((await admin.generateDataKey({ keyId, numberOfBytes: 1_024 })).plaintext).toHaveLength(1_024);
    expect(await reasonOf(admin.generateDataKey({ keyId, numberOfBytes: 1_025 }))).toBe('ValidationException');
    expect(await reasonOf(admin.generateDataKey({ keyId, numberOfBytes: 64, keySpec: DataKeySpec.AES_256 }))).toBe(
      'ValidationException',
    );
    const wrapped = await admin.generateDataKeyWithoutPlaintext({ keyId });
    expect((await admin.decrypt({ ciphertextBlob: wrapped.ciphertextBlob })).plaintext).toHaveLength(32);
    expect((await admin.generateRandom({ numberOfBytes: 64 })).plaintext).toHaveLength(64);
    expect(await reasonOf(reader.generateRandom({ numberOfBytes: 64 }))).toBe('AccessDeniedException');
  });
});

describe('the audit trail', () => {
  it('has an event for each call, with the key and without any value', async () => {
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext, encryptionContext });
    expect(lastEvent()).toMatchObject({
      eventSource: 'kms.amazonaws.com',
      eventName: 'Encrypt',
      readOnly: true,
      recipientAccountId: accountId,
      resources: [{ arn, type: 'AWS::KMS::Key' }],
      requestParameters: { encryptionContext: '{"App":"billing"}' },
      errorCode: '',
    });
    await reasonOf(reader.decrypt({ ciphertextBlob, encryptionContext }));
    expect(lastEvent()).toMatchObject({ eventName: 'Decrypt', errorCode: 'AccessDeniedException', resources: [{ arn }] });
    await admin.disableKey({ keyId });
    expect(lastEvent()).toMatchObject({ eventName: 'DisableKey', readOnly: false });
    const trail = JSON.stringify(test.recorder.events);
    expect(trail).not.toContain(plaintext.toString());
    expect(trail).not.toContain(plaintext.toString('base64'));
  });

  it('is a condition of every answer and of every change', async () => {
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext });
    test.recorder.failure = serviceUnavailable('the journal is unavailable');
    try {
      expect(await reasonOf(admin.decrypt({ ciphertextBlob }))).toBe('ServiceUnavailableException');
      expect(await reasonOf(admin.disableKey({ keyId }))).toBe('ServiceUnavailableException');
    } finally {
      test.recorder.failure = undefined;
    }
    expect((await admin.describeKey({ keyId })).keyMetadata?.enabled).toBe(true);
  });
});

describe('the data-key stream', () => {
  const dataKey = ({ outcome }: DataKeyOutcome) => {
    if (outcome?.$case !== 'dataKey') throw new Error(JSON.stringify(outcome?.value));
    return outcome.value;
  };
  const reason = ({ outcome }: DataKeyOutcome) => (outcome?.$case === 'error' ? outcome.value.reason : 'done');

  it('makes and opens data keys in batches, in which each fails alone', async () => {
    const stream = await test.dataKeys();
    const { caller } = admin;
    const made = await stream.send(Array.from({ length: 256 }, (_, i) => ({ caller, secretVersionId: `v${i}` })));
    const blobs = made.map((outcome) => dataKey(outcome).ciphertextBlob);
    const opened = await stream.send(blobs.map((decrypt, i) => ({ caller, decrypt, secretVersionId: i === 7 ? 'v8' : `v${i}` })));
    opened.forEach((outcome, i) => {
      if (i === 7) expect(reason(outcome)).toBe('InvalidCiphertextException');
      else expect(dataKey(outcome).plaintext.equals(dataKey(made[i]!).plaintext)).toBe(true);
    });
    stream.end();
  });

  it('makes one default key for an account, whoever asks first, and says so in the trail', async () => {
    const second = await test.serve();
    const { caller } = await test.as('newcomer', { accountId: '222222222222', policies: [] });
    const streams = [await test.dataKeys(), await test.dataKeys('secrets-api', second)];
    const batch = [{ caller }, { caller }, { caller }];
    const outcomes = (await Promise.all(streams.map((stream) => stream.send(batch)))).flat();
    const arns = new Set(outcomes.map((outcome) => dataKey(outcome).keyArn));
    expect(arns.size).toBe(1);
    const events = test.recorder.events.filter((event) => event.eventName === 'CreateKey');
    expect(events).toMatchObject([{ recipientAccountId: '222222222222', userIdentity: { type: 'AWSService' } }]);
    const owner = await test.as('owner', { accountId: '222222222222' });
    const { keyMetadata } = await owner.describeKey({ keyId: 'alias/aws/secretsmanager' });
    expect(keyMetadata).toMatchObject({ arn: [...arns][0], keyManager: KeyManager.AWS });
    // Only by way of the secrets service.
    expect(await reasonOf(owner.generateDataKey({ keyId: keyMetadata!.keyId }))).toBe('AccessDeniedException');
    expect(await reasonOf(owner.disableKey({ keyId: keyMetadata!.keyId }))).toBe('AccessDeniedException');
    for (const stream of streams) stream.end();
    await second.stop(1_000);
  });

  it('knows that a key was disabled, and a credential revoked, from one message to the next', async () => {
    const stream = await test.dataKeys();
    const { caller } = await test.as('leaver');
    const [made] = await stream.send([{ caller, generate: keyId }]);
    const decrypt = dataKey(made!).ciphertextBlob;
    const open = async () => reason((await stream.send([{ caller, decrypt }]))[0]!);
    expect(await open()).toBe('done');
    await admin.disableKey({ keyId });
    expect(await open()).toBe('DisabledException');
    await admin.enableKey({ keyId });
    expect(await open()).toBe('done');
    test.principals.remove('spiffe://strongroom.local/user/leaver');
    expect(await open()).toBe('UnrecognizedClientException');
    stream.end();
  });

  it('is for secrets-api alone', async () => {
    for (const other of ['audit-service', 'rotation-worker']) {
      const stream = await test.dataKeys(other);
      expect(await reasonOf(stream.send([{ caller: admin.caller }]))).toMatch(/AccessDenied|UnrecognizedClient/);
    }
  });

  it('refuses a message with nothing or too much in it', async () => {
    for (const count of [0, 257]) {
      const stream = await test.dataKeys();
      expect(await reasonOf(stream.send(Array.from({ length: count }, () => ({ caller: admin.caller }))))).toBe(
        'ValidationException',
      );
    }
  });
});

describe('starting', () => {
  it('goes on with the same root key, and refuses another one without touching anything', async () => {
    const { ciphertextBlob } = await admin.encrypt({ keyId, plaintext });
    const before = await test.database.admin.query('SELECT * FROM root_key');
    await expect(test.serve(systemRandom.bytes(32).toString('base64'))).rejects.toThrow(/another identity/);
    expect(JSON.stringify((await test.database.admin.query('SELECT * FROM root_key'))[0])).toBe(JSON.stringify(before[0]));

    const restarted = await test.serve();
    const again = await test.as('admin', {}, restarted);
    expect((await again.decrypt({ ciphertextBlob })).plaintext.equals(plaintext)).toBe(true);
    await restarted.stop(1_000);
  });
});
