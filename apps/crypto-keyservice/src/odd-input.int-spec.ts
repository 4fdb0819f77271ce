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
  const data = { ...named, encryptionContext, keySpec: 1, numberOfBytes: 32 };
  return {
    createKey: { description: 'odd', policy, tags: [{ key: 'Team', value: 'blue' }], bypassPolicyLockoutSafetyCheck: true },
    describeKey: named,
    listKeys: { limit: 10, marker: keyId },
    enableKey: named,
    disableKey: { keyId: `${named.keyId.slice(0, -1)}x` },
    createAlias: { aliasName: 'alias/new', targetKeyId: keyId },
    updateAlias: { aliasName: 'alias/odd', targetKeyId: keyId },
    deleteAlias: { aliasName: 'alias/new' },
    listAliases: { keyId, limit: 10, marker: 'alias/odd' },
    getKeyPolicy: named,
    putKeyPolicy: { ...named, policy, bypassPolicyLockoutSafetyCheck: true },
    encrypt: { ...named, plaintext: Buffer.from('x'), encryptionContext },
    decrypt: { ...named, ciphertextBlob, encryptionContext },
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
