import { type Api, outcome } from './support/api';
import { allow, policy } from './support/policies';
import { type RunningSystem, System, unique } from './support/system';

let system: RunningSystem;
const apis: Record<string, Api> = {};

beforeAll(async () => {
  system = await System.running();
  const { api } = await system.user('key-operator', allow('kms:*'));
  apis.certificate = api;
  apis.token = await system.byToken(api);
});
afterAll(() => system?.stop());

const bothWays = (name: string, test: (api: Api) => Promise<void>) =>
  it.each(['certificate', 'token'])(`${name} (by %s)`, (way) => test(apis[way]!));

bothWays('makes, describes, lists, disables and enables keys', async ({ keys }) => {
  const { keyMetadata } = await keys.createKey({ description: 'of a test', tags: [{ key: 'a', value: 'b' }] });
  const { keyId, arn } = keyMetadata!;
  expect(keyMetadata).toMatchObject({
    awsAccountId: '000000000000',
    arn: `arn:aws:kms:us-east-1:000000000000:key/${keyId}`,
    enabled: true,
    description: 'of a test',
    keyUsage: 'ENCRYPT_DECRYPT',
    keySpec: 'SYMMETRIC_DEFAULT',
    origin: 'AWS_KMS',
  });
  await keys.disableKey({ keyId });
  expect((await keys.describeKey({ keyId: arn })).keyMetadata).toMatchObject({ keyId, enabled: false, keyState: 2 });
  expect(await outcome(keys.encrypt({ keyId, plaintext: Buffer.from('x') }))).toBe('failed-precondition DisabledException');
  await keys.enableKey({ keyId: arn });
  expect((await keys.describeKey({ keyId })).keyMetadata).toMatchObject({ enabled: true, keyState: 1 });

  const listed: string[] = [];
  for (let marker = ''; ;) {
    const page = await keys.listKeys({ limit: 5, marker });
    listed.push(...page.keys.map((key) => key.keyId));
    expect(page.truncated).toBe(page.nextMarker !== '');
    if (!(marker = page.nextMarker)) break;
  }
  expect(listed).toContain(keyId);
  expect(new Set(listed).size).toBe(listed.length);
});

bothWays('reaches a key by id, ARN, alias and alias ARN', async ({ keys }) => {
  const [one, two] = await Promise.all([keys.createKey(), keys.createKey()]);
  const [first, second] = [one.keyMetadata!, two.keyMetadata!];
  const aliasName = `alias/${unique('test')}`;
  await keys.createAlias({ aliasName, targetKeyId: first.keyId });
  const aliasArn = `arn:aws:kms:us-east-1:000000000000:${aliasName}`;
  for (const keyId of [first.keyId, first.arn, aliasName, aliasArn]) {
    expect((await keys.describeKey({ keyId })).keyMetadata!.keyId).toBe(first.keyId);
  }
  await keys.updateAlias({ aliasName, targetKeyId: second.arn });
  expect((await keys.describeKey({ keyId: aliasName })).keyMetadata!.keyId).toBe(second.keyId);
  const { aliases } = await keys.listAliases({ keyId: second.keyId });
  expect(aliases).toMatchObject([{ aliasName, aliasArn, targetKeyId: second.keyId }]);
  expect(await outcome(keys.createAlias({ aliasName, targetKeyId: first.keyId }))).toBe('already-exists AlreadyExistsException');
  await keys.deleteAlias({ aliasName });
  expect(await outcome(keys.describeKey({ keyId: aliasName }))).toBe('not-found NotFoundException');
});

bothWays('encrypts and decrypts under a context', async ({ keys }) => {
  const { keyMetadata } = await keys.createKey();
  const { keyId, arn } = keyMetadata!;
  const plaintext = Buffer.alloc(4_096, 'p');
  const encryptionContext = { place: 'here' };
  const { ciphertextBlob, keyId: used } = await keys.encrypt({ keyId, plaintext, encryptionContext });
  expect(used).toBe(arn);
  expect(await keys.decrypt({ ciphertextBlob, encryptionContext })).toMatchObject({ plaintext, keyId: arn });

  const invalid = 'invalid-argument InvalidCiphertextException';
  expect(await outcome(keys.decrypt({ ciphertextBlob, encryptionContext: { place: 'there' } }))).toBe(invalid);
  expect(await outcome(keys.decrypt({ ciphertextBlob }))).toBe(invalid);
  const flipped = Buffer.from(ciphertextBlob);
  flipped[flipped.length - 1]! ^= 1;
  expect(await outcome(keys.decrypt({ ciphertextBlob: flipped, encryptionContext }))).toBe(invalid);
  const shorter = ciphertextBlob.subarray(0, -1);
  expect(await outcome(keys.decrypt({ ciphertextBlob: shorter, encryptionContext }))).toBe(invalid);
  const { keyMetadata: other } = await keys.createKey();
  expect(await outcome(keys.decrypt({ ciphertextBlob, encryptionContext, keyId: other!.keyId }))).toBe(
    'invalid-argument IncorrectKeyException',
  );
});

bothWays('makes data keys and random bytes', async ({ keys }) => {
  const { keyMetadata } = await keys.createKey();
  const { keyId } = keyMetadata!;
  const encryptionContext = { purpose: 'test' };
  const dataKey = await keys.generateDataKey({ keyId, keySpec: 1, encryptionContext });
  expect(dataKey.plaintext).toHaveLength(32);
  const opened = await keys.decrypt({ ciphertextBlob: dataKey.ciphertextBlob, encryptionContext });
  expect(opened.plaintext).toEqual(dataKey.plaintext);
  const wrapped = await keys.generateDataKeyWithoutPlaintext({ keyId, numberOfBytes: 1_024 });
  expect((await keys.decrypt({ ciphertextBlob: wrapped.ciphertextBlob })).plaintext).toHaveLength(1_024);
  const { plaintext } = await keys.generateRandom({ numberOfBytes: 1_024 });
  expect(plaintext).toHaveLength(1_024);
  expect(plaintext.equals(Buffer.alloc(1_024))).toBe(false);
});

bothWays('decides by the key policy', async ({ keys, tokens }) => {
  const { keyMetadata } = await keys.createKey();
  const { keyId } = keyMetadata!;
  expect(JSON.parse((await keys.getKeyPolicy({ keyId })).policy)).toHaveProperty('Statement');
  const { arn } = await tokens.getCallerIdentity();
  const onlyDecrypt = policy({
    Principal: { AWS: arn },
    Action: ['kms:PutKeyPolicy', 'kms:GetKeyPolicy', 'kms:Decrypt'],
    Resource: '*',
  });
  await keys.putKeyPolicy({ keyId, policy: onlyDecrypt });
  expect(JSON.parse((await keys.getKeyPolicy({ keyId })).policy)).toEqual(JSON.parse(onlyDecrypt));
  expect(await outcome(keys.encrypt({ keyId, plaintext: Buffer.from('x') }))).toBe('permission-denied AccessDeniedException');
});
