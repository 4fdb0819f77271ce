import { Authorizer, FakePrincipalSource, callerForTests } from '@strongroom/access';
import { ManualClock } from '@strongroom/clock';
import { DataKeyOperation, type DataKeyOutcome } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { CustomerKey, parseKeyBlob, RootKey } from '@strongroom/envelope';
import { SeededRandom } from '@strongroom/random';
import { silentLogger } from '@strongroom/telemetry';
import { checkpointKey, DefaultKeys, eventsKey, trailKey } from '../domain/default-keys';
import { InMemoryGrants } from '../domain/in-memory-grants.testing';
import { InMemoryKeys, noImports, noRotations, withMaterial } from '../domain/in-memory-keys.testing';
import { KeyFactory } from '../domain/key-factory';
import { defaultKeyPolicy } from '../domain/key-policy';
import { keyMaking } from '../domain/key-making';
import { KeyPairs } from '../domain/key-pairs';
import { KeyRing } from '../domain/key-ring';
import { MaterialImporter } from '../domain/material-importer';
import { performOperation } from './data-key-operations';
import type { Dependencies } from './dependencies';
import { KeyAccess } from './key-access';

const region = 'us-east-1';
const account = '000000000000';
const secretArn = `arn:aws:secretsmanager:${region}:${account}:secret:app-AbCdEf`;
const alice = callerForTests({ name: 'alice', policies: [] });
const admin = callerForTests({ name: 'admin' });

function setUp() {
  const random = new SeededRandom('operations');
  const clock = new ManualClock();
  const keys = new InMemoryKeys();
  const grants = new InMemoryGrants();
  const rootKey = RootKey.fromBytes(random.bytes(32));
  const ring = new KeyRing(rootKey, random);
  const pairs = new KeyPairs(rootKey, random);
  const factory = new KeyFactory(ring, pairs, random, clock, region);
  const principals = new FakePrincipalSource().add('alice', alice).add('admin', admin);
  const d: Dependencies = {
    region,
    clock,
    random,
    logger: silentLogger,
    principals,
    access: new KeyAccess(new Authorizer({ region, clock }), grants),
    keys,
    store: keys,
    grants,
    rotations: noRotations,
    imports: noImports,
    importer: new MaterialImporter(rootKey, random, clock, keyMaking()),
    ring,
    pairs,
    lastUses: { note: () => undefined, of: () => Promise.resolve(undefined) },
    factory,
    defaultKeys: new DefaultKeys(keys, keys, factory, region, () => Promise.resolve()),
    trailKeys: new DefaultKeys(keys, keys, factory, region, () => Promise.resolve(), trailKey),
    eventsKeys: new DefaultKeys(keys, keys, factory, region, () => Promise.resolve(), eventsKey),
    checkpointKeys: new DefaultKeys(keys, keys, factory, region, () => Promise.resolve(), checkpointKey),
  };
  const made = factory.make({
    accountId: account,
    manager: 'CUSTOMER',
    description: '',
    policy: defaultKeyPolicy(account),
    tags: {},
  });
  const customerKey = withMaterial(ring, made);
  keys.keys.set(customerKey.keyId, customerKey);
  const perform = (caller: { credentialId: string }, change: Parameters<typeof DataKeyOperation.fromPartial>[0]) =>
    performOperation(
      d,
      DataKeyOperation.fromPartial({
        caller: { credentialId: caller.credentialId, sourceIp: '10.0.0.1' },
        accountId: account,
        secretArn,
        secretVersionId: 'version-1',
        ...change,
      }),
    );
  const generate = (caller: { credentialId: string }, value = '') =>
    perform(caller, { operation: { $case: 'generateUnderKeyId', value } });
  const decrypt = (caller: { credentialId: string }, value: Buffer, change = {}) =>
    perform(caller, { operation: { $case: 'decryptCiphertextBlob', value }, ...change });
  const reEncrypt = (value: Buffer, change = {}) =>
    perform(admin, { caller: undefined, operation: { $case: 'reEncryptCiphertextBlob', value }, ...change });
  /** Gives the customer key another material. */
  const rotate = () => {
    const { accountId, keyId, materials } = customerKey;
    const wrapped = CustomerKey.generate({ accountId, keyId, materialVersion: 2 }, random).wrap(rootKey, random);
    keys.keys.set(keyId, { ...customerKey, currentMaterial: 2, materials: [...materials, { version: 2, wrapped }] });
  };
  return { d, keys, principals, customerKey, perform, generate, decrypt, reEncrypt, rotate };
}
const dataKey = ({ outcome }: DataKeyOutcome) => {
  if (outcome?.$case !== 'dataKey') throw new Error(`failed: ${JSON.stringify(outcome?.value)}`);
  return outcome.value;
};
const reason = ({ outcome }: DataKeyOutcome) => (outcome?.$case === 'error' ? outcome.value.reason : 'done');

it('makes the default key when it is first needed, and opens what was made under it', async () => {
  const { keys, generate, decrypt } = setUp();
  const generated = dataKey(await generate(alice));
  expect(generated.plaintext).toHaveLength(32);
  expect(keys.aliases.has(`${account}/alias/aws/secretsmanager`)).toBe(true);
  const opened = dataKey(await decrypt(alice, generated.ciphertextBlob));
  expect(opened.plaintext.equals(generated.plaintext)).toBe(true);
  expect(opened.keyArn).toBe(generated.keyArn);
  expect(opened.ciphertextBlob).toHaveLength(0);
});

it("makes no default key for an account other than the secret's", async () => {
  const { keys, generate } = setUp();
  const outcome = await generate(admin, `arn:aws:kms:${region}:111111111111:alias/aws/secretsmanager`);
  expect(reason(outcome)).toBe('AccessDeniedException');
  expect(keys.aliases.size).toBe(0);
});

it('needs the permission of the caller, not of the service, for a customer key', async () => {
  const { generate, decrypt, customerKey } = setUp();
  expect(reason(await generate(alice, customerKey.keyId))).toBe('AccessDeniedException');
  const { ciphertextBlob } = dataKey(await generate(admin, customerKey.arn));
  expect(reason(await decrypt(alice, ciphertextBlob))).toBe('AccessDeniedException');
  expect(reason(await decrypt(admin, ciphertextBlob))).toBe('done');
});

it('does not open a data key in another secret, version or account context', async () => {
  const { generate, decrypt } = setUp();
  const { ciphertextBlob } = dataKey(await generate(admin));
  for (const change of [{ secretVersionId: 'version-2' }, { secretArn: `${secretArn}x` }]) {
    expect(reason(await decrypt(admin, ciphertextBlob, change))).toBe('InvalidCiphertextException');
  }
});

it('refuses a credential that stands for nobody any more', async () => {
  const { generate, decrypt, principals } = setUp();
  const { ciphertextBlob } = dataKey(await generate(alice));
  principals.remove('alice');
  const outcome = await decrypt(alice, ciphertextBlob);
  expect(outcome.outcome).toMatchObject({ value: { code: 16, reason: 'UnrecognizedClientException' } });
});

it('refuses a disabled key at once, and a key or a ciphertext that is not there', async () => {
  const { keys, generate, decrypt, customerKey } = setUp();
  const { ciphertextBlob } = dataKey(await generate(admin, customerKey.keyId));
  keys.keys.set(customerKey.keyId, { ...customerKey, state: 'Disabled' });
  expect(reason(await decrypt(admin, ciphertextBlob))).toBe('DisabledException');
  expect(reason(await generate(admin, customerKey.keyId))).toBe('DisabledException');
  keys.keys.delete(customerKey.keyId);
  expect(reason(await decrypt(admin, ciphertextBlob))).toBe('AccessDeniedException');
  expect(reason(await generate(admin, customerKey.keyId))).toBe('NotFoundException');
  expect(reason(await decrypt(admin, Buffer.from('nonsense')))).toBe('InvalidCiphertextException');
});

describe('re-encrypting', () => {
  it('puts a data key under the newest material, and gives nobody the data key', async () => {
    const { customerKey, generate, decrypt, reEncrypt, rotate, principals } = setUp();
    const generated = dataKey(await generate(admin, customerKey.keyId));
    rotate();
    // Whoever started the work may be gone.
    principals.remove('admin');
    const { plaintext, ciphertextBlob, keyArn } = dataKey(await reEncrypt(generated.ciphertextBlob));
    expect([plaintext.length, keyArn]).toEqual([0, customerKey.arn]);
    const versions = [generated.ciphertextBlob, ciphertextBlob].map((blob) => parseKeyBlob(blob).materialVersion);
    expect(versions).toEqual([1, 2]);
    principals.add('admin', admin);
    for (const blob of [generated.ciphertextBlob, ciphertextBlob]) {
      expect(dataKey(await decrypt(admin, blob)).plaintext.equals(generated.plaintext)).toBe(true);
    }
  });

  it('erases the data key', async () => {
    const { d, customerKey, generate, reEncrypt } = setUp();
    const { ciphertextBlob } = dataKey(await generate(admin, customerKey.keyId));
    const opened = jest.spyOn(d.ring, 'decrypt');
    await reEncrypt(ciphertextBlob);
    expect(opened.mock.results[0]!.value).toMatchObject({ plaintext: Buffer.alloc(32) });
  });

  it('leaves a data key where it is: bound to its secret and version, and closed under a key that is not to be used', async () => {
    const { keys, customerKey, generate, reEncrypt } = setUp();
    const { ciphertextBlob } = dataKey(await generate(admin, customerKey.keyId));
    expect(reason(await reEncrypt(ciphertextBlob, { secretVersionId: 'version-2' }))).toBe('InvalidCiphertextException');
    expect(reason(await reEncrypt(Buffer.from('nonsense')))).toBe('InvalidCiphertextException');
    keys.keys.set(customerKey.keyId, { ...customerKey, state: 'PendingDeletion' });
    expect(reason(await reEncrypt(ciphertextBlob))).toBe('KMSInvalidStateException');
    keys.keys.delete(customerKey.keyId);
    expect(reason(await reEncrypt(ciphertextBlob))).toBe('NotFoundException');
  });

  it('is for nobody else', async () => {
    const { customerKey, generate, reEncrypt } = setUp();
    const { ciphertextBlob } = dataKey(await generate(admin, customerKey.keyId));
    const caller = { credentialId: admin.credentialId };
    expect(reason(await reEncrypt(ciphertextBlob, { caller }))).toBe('ValidationException');
  });
});

it('asks nobody who calls before it has seen that a ciphertext is one', async () => {
  const { d, decrypt } = setUp();
  const asked = jest.spyOn(d.principals, 'byCredentialId');
  const outcome = await decrypt({ credentialId: 'nobody' }, Buffer.from('nonsense'));
  expect(reason(outcome)).toBe('InvalidCiphertextException');
  expect(asked).not.toHaveBeenCalled();
});

it.each([{ accountId: '12' }, { secretArn: '' }, { secretVersionId: '' }, { operation: undefined }])(
  'refuses an incomplete operation: %j',
  async (change) => {
    const { perform } = setUp();
    const operation = { $case: 'generateUnderKeyId' as const, value: '' };
    expect(reason(await perform(admin, { operation, ...change }))).toBe('ValidationException');
  },
);

it('tells nothing of an error that nobody foresaw', async () => {
  const { d, generate } = setUp();
  d.defaultKeys.of = () => Promise.reject(new Error('SELECT secrets FROM somewhere'));
  expect(await generate(admin)).toEqual({
    outcome: { $case: 'error', value: { code: 13, reason: 'InternalServiceError', message: 'internal error' } },
  });
});
