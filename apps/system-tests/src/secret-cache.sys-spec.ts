import { readFileSync } from 'node:fs';
import {
  AccessDeniedException,
  SecretCache,
  type SecretChange,
  StrongroomClient,
  UnrecognizedClientException,
} from '@strongroom/client';
import { eventually } from '@strongroom/testing';
import { allow, policy } from './support/policies';
import { entity, POLICY_NAME, type RunningSystem, System, text, type TestCaller, unique } from './support/system';
import { eventsSince } from './support/trail';

let system: RunningSystem;
const open: { close(): void }[] = [];

beforeAll(async () => {
  system = await System.running();
});
afterAll(async () => {
  for (const it of open) it.close();
  await system?.stop();
});

const read = allow('secretsmanager:GetSecretValue');

/** The cache of a program that calls in one of the two ways. */
const cacheOf = async ({ api, certificate }: TestCaller, way: 'certificate' | 'token') => {
  const { caFile } = system.cluster.adminCertificate;
  const { credentials } = way === 'token' ? await api.tokens.getSessionToken() : { credentials: undefined };
  const client = new StrongroomClient({
    addresses: { secrets: system.cluster.endpoint('secrets-api') },
    tls: credentials ? { ca: readFileSync(caFile) } : { ...certificate, caFile },
    token: credentials?.sessionToken,
  });
  const cache = new SecretCache(client);
  open.push(cache, client);
  return { cache, accessKeyId: credentials?.accessKeyId ?? '' };
};
const isAlive = (cache: SecretCache) => eventually('push is alive', () => cache.live);

/** What the cache tells of one secret. */
const changesOf = (cache: SecretCache, secretId: string) => {
  const changes: SecretChange[] = [];
  cache.subscribe(secretId, (change) => changes.push(change));
  return {
    kinds: () => changes.map((change) => (change.kind === 'changed' ? change.kind : change.error.name)),
    next: (count: number) => eventually(`${count} changes`, () => changes[count - 1]),
  };
};

it('asks once for a hundred who ask at the same time, and not again until there is something new', async () => {
  const startTime = new Date();
  const secretId = await system.secret('the first');
  const { cache } = await cacheOf(await system.user('caching', read), 'certificate');
  const readAll = () => Promise.all(Array.from({ length: 100 }, () => cache.get(secretId)));
  const first = await readAll();
  expect(new Set(first.map(({ secretString }) => secretString))).toEqual(new Set(['the first']));
  await isAlive(cache);
  const changes = changesOf(cache, secretId);
  const { versionId } = await system.admin.secrets.putSecretValue({ secretId, value: text('the second') });
  expect(await changes.next(1)).toEqual({ kind: 'changed', secretId, arn: first[0]!.arn, versionId });
  const second = await readAll();
  expect(new Set(second.map(({ secretString }) => secretString))).toEqual(new Set(['the second']));
  const reads = await eventually('the trail has both reads', async () => {
    const events = await eventsSince(system.admin, startTime, { eventName: 'GetSecretValue' });
    const ofSecret = events.filter(({ resources }) => resources.some(({ arn }) => arn === first[0]!.arn));
    return ofSecret.length >= 2 && ofSecret;
  });
  expect(reads).toHaveLength(2);
});

it('holds nothing once the right to read has ended, and again once it is given back', async () => {
  const secretId = await system.secret();
  const caller = await system.user('caching', read);
  const { cache } = await cacheOf(caller, 'certificate');
  await cache.get(secretId);
  const changes = changesOf(cache, secretId);
  await isAlive(cache);
  const put = (policyDocument: string) =>
    system.admin.identity.putInlinePolicy({ target: entity.user(caller.name), policyName: POLICY_NAME, policyDocument });
  await put(policy({ Effect: 'Deny', Action: 'secretsmanager:*', Resource: '*' }));
  expect(await changes.next(1)).toMatchObject({ kind: 'lost', error: { name: 'AccessDeniedException' } });
  await expect(cache.get(secretId)).rejects.toBeInstanceOf(AccessDeniedException);
  await put(read);
  expect(await changes.next(2)).toMatchObject({ kind: 'changed' });
  await system.admin.secrets.deleteSecret({ secretId });
  expect(await changes.next(3)).toMatchObject({ kind: 'lost', error: { name: 'InvalidRequestException' } });
  await system.admin.secrets.restoreSecret({ secretId });
  await changes.next(4);
  expect((await cache.get(secretId)).secretString).toBe('a value');
  expect(changes.kinds()).toEqual(['AccessDeniedException', 'changed', 'InvalidRequestException', 'changed']);
});

it('holds nothing of any secret once its session is revoked', async () => {
  const [one, other] = [await system.secret(), await system.secret()];
  const caller = await system.user('caching', read);
  const { cache, accessKeyId } = await cacheOf(caller, 'token');
  await Promise.all([cache.get(one), cache.get(other)]);
  const changes = [changesOf(cache, one), changesOf(cache, other)];
  await isAlive(cache);
  await caller.api.tokens.revokeSessions({ sessions: { $case: 'accessKeyId', value: accessKeyId } });
  for (const { next } of changes) expect(await next(1)).toMatchObject({ error: { name: 'UnrecognizedClientException' } });
  await expect(cache.get(one)).rejects.toBeInstanceOf(UnrecognizedClientException);
});

it('hears of a secret that is made after somebody subscribed to it', async () => {
  const secretId = unique('later');
  const { cache } = await cacheOf(await system.user('caching', allow('secretsmanager:*')), 'certificate');
  const changes = changesOf(cache, secretId);
  expect(await changes.next(1)).toMatchObject({ kind: 'lost', error: { name: 'ResourceNotFoundException' } });
  await isAlive(cache);
  const { versionId } = await system.admin.secrets.createSecret({ name: secretId, value: text('x') });
  expect(await changes.next(2)).toMatchObject({ kind: 'changed', versionId });
});
