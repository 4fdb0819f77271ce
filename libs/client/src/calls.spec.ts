import type { ServiceClient } from '@strongroom/grpc-kit';
import { FakeConnection } from '@strongroom/grpc-kit/testing';
import {
  auditService,
  identityService,
  keyDependentsService,
  keyService,
  rotationService,
  secretsService,
  type Service,
  tokenService,
} from '@strongroom/methods';
import { auditCalls } from './audit.calls';
import { CallInvoker } from './call-invoker';
import { identityCalls, tokenCalls } from './identity.calls';
import { keyDependentsCalls } from './key-dependents.calls';
import { keysCalls } from './keys.calls';
import { rotationCalls } from './rotation.calls';
import { secretsCalls } from './secrets.calls';

const invoker = new CallInvoker({ timeoutMs: 5_000, maxAttempts: 4 });
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const made = <S extends Service, Calls>(make: (client: ServiceClient<S>, invoker: CallInvoker) => Calls, service: S) => {
  const { connection, client } = FakeConnection.of(service);
  return { client: connection, calls: make(client, invoker) };
};
const secrets = () => made(secretsCalls, secretsService);
const identity = () => made(identityCalls, identityService);
const tokens = () => made(tokenCalls, tokenService);
const keys = () => made(keysCalls, keyService);
const keyDependents = () => made(keyDependentsCalls, keyDependentsService);
const audit = () => made(auditCalls, auditService);
const rotation = () => made(rotationCalls, rotationService);

describe('values', () => {
  it.each([
    ['text', { secretString: 'open sesame' }, { $case: 'secretString', value: 'open sesame' }],
    ['empty text, which the service refuses', { secretString: '' }, { $case: 'secretString', value: '' }],
    ['bytes', { secretBinary: Buffer.from([1, 2]) }, { $case: 'secretBinary', value: Buffer.from([1, 2]) }],
  ])('of %s go out in the contract’s form', async (_what, plain, value) => {
    const { client, calls } = secrets();
    await calls.createSecret({ name: 'a', ...plain });
    await calls.putSecretValue({ secretId: 'a', ...plain });
    await calls.updateSecret({ secretId: 'a', ...plain });
    expect(client.sent.map(({ request }) => request)).toMatchObject(Array(3).fill({ value: { value } }));
  });

  it('come back as plain fields, alone and in batches', async () => {
    const { client, calls } = secrets();
    const text = { versionId: '1', value: { value: { $case: 'secretString', value: 'x' } } };
    const bytes = { versionId: '2', value: { value: { $case: 'secretBinary', value: Buffer.from('y') } } };
    client.answers['getSecretValue'] = () => text;
    client.answers['batchGetSecretValue'] = () => ({ secretValues: [text, bytes], errors: [], nextToken: '' });
    expect(await calls.getSecretValue({ secretId: 'a' })).toEqual({ versionId: '1', secretString: 'x' });
    expect((await calls.batchGetSecretValue({ secretIdList: ['a', 'b'] })).secretValues).toEqual([
      { versionId: '1', secretString: 'x' },
      { versionId: '2', secretBinary: Buffer.from('y') },
    ]);
  });

  it('cannot be two', async () => {
    const { client, calls } = secrets();
    await expect(calls.createSecret({ name: 'a', secretString: 'x', secretBinary: Buffer.from('y') })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'SecretString and SecretBinary: give exactly one of the two',
    });
    expect(client.sent).toEqual([]);
  });

  it('numbers may stand where the contract has 64 bits', async () => {
    const { client, calls } = secrets();
    await calls.deleteSecret({ secretId: 'a', recoveryWindowInDays: 7 });
    expect(client.requests('deleteSecret')).toMatchObject([{ recoveryWindowInDays: 7n }]);
  });
});

describe('repeats', () => {
  it('a write of a value with one token, made for it', async () => {
    for (const method of ['createSecret', 'putSecretValue', 'updateSecret'] as const) {
      const { client, calls } = secrets();
      client.failing(method, 2);
      await calls[method]({ name: 'a', secretId: 'a', secretString: 'x' });
      const [first, second, third, ...more] = client.requests(method).map((request) => request['clientRequestToken']);
      expect(first).toMatch(uuid);
      expect([second, third]).toEqual([first, first]);
      expect(more).toEqual([]);
    }
  });

  it('a write with the caller’s own token, and makes a new one for another write', async () => {
    const { client, calls } = secrets();
    await calls.putSecretValue({ secretId: 'a', secretString: 'x', clientRequestToken: 'mine' });
    await calls.putSecretValue({ secretId: 'a', secretString: 'x' });
    await calls.putSecretValue({ secretId: 'a', secretString: 'x' });
    const [mine, one, other] = client.requests('putSecretValue').map((request) => request['clientRequestToken']);
    expect(mine).toBe('mine');
    expect(one).not.toBe(other);
  });

  it('reads, and what only computes', async () => {
    const reading = secrets();
    reading.client.failing('describeSecret', 3);
    await reading.calls.describeSecret({ secretId: 'a' });
    expect(reading.client.sent).toHaveLength(4);
    const computing = keys();
    computing.client.failing('generateDataKey', 1);
    await computing.calls.generateDataKey({ keyId: 'alias/a' });
    expect(computing.client.sent).toHaveLength(2);
  });

  it('gives up after the last attempt', async () => {
    const { client, calls } = secrets();
    client.failing('describeSecret', 99);
    await expect(calls.describeSecret({ secretId: 'a' })).rejects.toMatchObject({ name: 'ServiceUnavailableException' });
    expect(client.sent).toHaveLength(4);
  });

  it.each([
    ['deleteSecret', async () => ({ ...secrets(), request: { secretId: 'a' } })],
    ['createSecret', async () => ({ ...secrets(), request: { name: 'a', clientRequestToken: 'without a value' } })],
    ['updateSecret', async () => ({ ...secrets(), request: { secretId: 'a', description: 'b' } })],
    ['tagResource', async () => ({ ...secrets(), request: { secretId: 'a', tags: [] } })],
    ['createRole', async () => ({ ...identity(), request: { roleName: 'a' } })],
    ['createAccessKey', async () => ({ ...identity(), request: {} })],
    ['getSessionToken', async () => ({ ...tokens(), request: {} })],
    ['assumeRole', async () => ({ ...tokens(), request: {} })],
    ['disableKey', async () => ({ ...keys(), request: { keyId: 'a' } })],
  ])('%s never', async (method, make) => {
    const { client, calls, request } = await make();
    client.failing(method, 1);
    const call = (calls as unknown as Record<string, (request: object) => Promise<unknown>>)[method]!;
    await expect(call(request)).rejects.toMatchObject({ name: 'ServiceUnavailableException' });
    expect(client.sent).toHaveLength(1);
  });
});

describe('lists', () => {
  const pages = (tokenField: string, nextField: string, itemsField: string) => (request: Record<string, unknown>) => {
    const at = Number(request[tokenField] || 0);
    return { [itemsField]: [`item-${at}a`, `item-${at}b`], [nextField]: at < 2 ? String(at + 1) : '' };
  };
  const all = ['item-0a', 'item-0b', 'item-1a', 'item-1b', 'item-2a', 'item-2b'];

  it('run through all pages, by nextToken and by marker', async () => {
    const { client, calls } = secrets();
    client.answers['listSecrets'] = pages('nextToken', 'nextToken', 'secretList');
    expect(await calls.listSecrets({ maxResults: 2 }).all()).toEqual(all);
    expect(client.requests('listSecrets')).toMatchObject(Array(3).fill({ maxResults: 2 }));
    const people = identity();
    people.client.answers['listUsers'] = pages('marker', 'marker', 'users');
    expect(await people.calls.listUsers().all()).toEqual(all);
    const keyring = keys();
    keyring.client.answers['listKeys'] = pages('marker', 'nextMarker', 'keys');
    expect(await keyring.calls.listKeys().all()).toEqual(all);
    const trail = audit();
    trail.client.answers['lookupEvents'] = pages('nextToken', 'nextToken', 'events');
    expect(await trail.calls.lookupEvents({ filter: { eventName: 'GetSecretValue' } }).all()).toEqual(all);
  });

  it('fetch no page before it is read, and can be read again', async () => {
    const { client, calls } = secrets();
    client.answers['listSecrets'] = pages('nextToken', 'nextToken', 'secretList');
    const list = calls.listSecrets();
    expect(client.sent).toHaveLength(0);
    for await (const _ of list) break;
    expect(client.sent).toHaveLength(1);
    expect(await list.all()).toHaveLength(6);
  });

  it('hand out whole pages too, and begin where the caller says', async () => {
    const { client, calls } = secrets();
    client.answers['listSecrets'] = pages('nextToken', 'nextToken', 'secretList');
    const seen: unknown[] = [];
    for await (const { secretList } of calls.listSecrets({ nextToken: '1' }).pages()) seen.push(secretList);
    expect(seen).toEqual([all.slice(2, 4), all.slice(4)]);
  });

  it('that have no pages end', async () => {
    const { client, calls } = identity();
    client.answers['listAccessKeys'] = () => ({ accessKeys: ['one'] });
    expect(await calls.listAccessKeys({ userName: 'ann' }).all()).toEqual(['one']);
  });
});

describe('principals', () => {
  it('are named by a plain field', async () => {
    const { client, calls } = identity();
    await calls.attachPolicy({ target: { roleName: 'orders' }, policyArn: 'arn:aws:iam::000000000000:policy/p' });
    expect(client.sent[0]!.request).toMatchObject({ target: { entity: { $case: 'roleName', value: 'orders' } } });
  });

  it('lose their sessions by key or by name', async () => {
    const { client, calls } = tokens();
    await calls.revokeSessions({ accessKeyId: 'ASIA' });
    await calls.revokeSessions({ target: { userName: 'ann' } });
    expect(client.requests('revokeSessions')).toEqual([
      { sessions: { $case: 'accessKeyId', value: 'ASIA' } },
      { sessions: { $case: 'target', value: { entity: { $case: 'userName', value: 'ann' } } } },
    ]);
  });
});

it.each([
  ['secrets', secrets, secretsService],
  ['identity', identity, identityService],
  ['tokens', tokens, tokenService],
  ['keys', keys, keyService],
  ['key dependents', keyDependents, keyDependentsService],
  ['audit', audit, auditService],
  ['rotation', rotation, rotationService],
])('%s has every method of its contract', (_name, make, service) => {
  expect(Object.keys(make().calls).sort()).toEqual(Object.keys(service.contract).sort());
});
