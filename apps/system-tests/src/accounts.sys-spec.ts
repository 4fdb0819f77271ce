import { eventually } from '@strongroom/testing';
import { type Api, failure, outcome } from './support/api';
import { allow, everything, policy } from './support/policies';
import { type RunningSystem, System, text, unique, type TestCaller } from './support/system';

let system: RunningSystem;
let other: { accountId: string; api: Api };
/** Of the other account, allowed everything there. */
let visitor: TestCaller;

beforeAll(async () => {
  system = await System.running();
  other = await system.account();
  visitor = await system.user('visitor', everything, other.api);
});
afterAll(() => system?.stop());

it('gives each account its own secrets, users, keys and trail', async () => {
  const name = unique('shared-name');
  const { arn: ours } = await system.admin.secrets.createSecret({ name, value: text('ours') });
  const { arn: theirs } = await other.api.secrets.createSecret({ name, value: text('theirs') });
  expect(theirs).toContain(`:${other.accountId}:secret:${name}-`);
  expect(ours).not.toBe(theirs);
  expect((await other.api.secrets.getSecretValue({ secretId: name })).value).toEqual(text('theirs'));
  const { secretList } = await other.api.secrets.listSecrets({});
  expect(secretList.map((s) => s.arn)).toEqual([theirs]);
  const { users } = await other.api.identity.listUsers();
  expect(users.every((u) => u.arn.startsWith(`arn:aws:iam::${other.accountId}:`))).toBe(true);
  expect(users.length).toBe(2);
  const events = await eventually('their trail', async () => {
    const found = (await other.api.audit.lookupEvents({ filter: { resource: theirs } })).events;
    return found.length > 0 && found;
  });
  expect(events.every((e) => e.recipientAccountId === other.accountId)).toBe(true);
  expect((await other.api.audit.lookupEvents({ filter: { resource: ours } })).events).toEqual([]);
});

it('lets an account that may do everything do nothing in another', async () => {
  const secretId = (await system.admin.secrets.createSecret({ name: unique('ours'), value: text('x') })).arn;
  const keyId = (await system.admin.keys.createKey()).keyMetadata!.arn;
  const role = await system.role('ours', everything);
  const { secrets, keys, tokens } = visitor.api;
  for (const call of [
    secrets.getSecretValue({ secretId }),
    secrets.putSecretValue({ secretId, value: text('y') }),
    secrets.describeSecret({ secretId }),
    secrets.deleteSecret({ secretId, forceDeleteWithoutRecovery: true }),
    keys.encrypt({ keyId, plaintext: Buffer.from('x') }),
    keys.disableKey({ keyId }),
    tokens.assumeRole({ roleArn: role.arn, roleSessionName: 'visit' }),
  ]) {
    expect(await outcome(call)).toBe('permission-denied AccessDeniedException');
  }
  expect(await outcome(visitor.api.identity.createAccount({ accountId: '999999999999' }))).toMatch(/^permission-denied/);
  // Who is refused writes into no trail but that of their own account.
  const refused = await eventually('the trail of who was refused', async () => {
    const { events } = await visitor.api.audit.lookupEvents({ filter: { resource: secretId } });
    return events.length === 4 && events;
  });
  expect(new Set(refused.map((e) => `${e.recipientAccountId} ${e.errorCode}`))).toEqual(
    new Set([`${visitor.arn.split(':')[4]} AccessDeniedException`]),
  );
  const { events: ours } = await system.admin.audit.lookupEvents({ filter: { resource: secretId } });
  expect(ours.map((e) => e.eventName)).toEqual(['CreateSecret']);
});

it('crosses accounts by ARN where resource, key and identity all allow it', async () => {
  const { secrets, keys, tokens } = system.admin;
  const { account } = await tokens.getCallerIdentity();
  const { keyMetadata } = await keys.createKey({
    policy: policy(
      { Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' },
      { Principal: { AWS: visitor.arn }, Action: 'kms:Decrypt', Resource: '*' },
    ),
  });
  const name = unique('lent');
  const { arn } = await secrets.createSecret({ name, value: text('lent'), kmsKeyId: keyMetadata!.arn });
  const lend = (principal: string) =>
    secrets.putResourcePolicy({
      secretId: arn,
      resourcePolicy: policy({ Principal: { AWS: principal }, Action: 'secretsmanager:GetSecretValue', Resource: '*' }),
    });
  const denied = 'permission-denied AccessDeniedException';
  expect(await outcome(visitor.api.secrets.getSecretValue({ secretId: arn }))).toBe(denied);
  await lend(visitor.arn);
  expect((await visitor.api.secrets.getSecretValue({ secretId: arn })).value).toEqual(text('lent'));
  // By its name it would be a secret of the caller's own account.
  expect(await outcome(visitor.api.secrets.getSecretValue({ secretId: name }))).toBe('not-found ResourceNotFoundException');

  // The owner's yes is not enough without one of the visitor's own account.
  const powerless = await system.user('powerless', undefined, other.api);
  await lend(`arn:aws:iam::${other.accountId}:root`);
  expect(await outcome(powerless.api.secrets.getSecretValue({ secretId: arn }))).toBe(denied);
  await secrets.deleteResourcePolicy({ secretId: arn });
  expect(await outcome(visitor.api.secrets.getSecretValue({ secretId: arn }))).toBe(denied);
});

it('keeps the default key of an account to itself', async () => {
  const { secrets } = system.admin;
  const { arn } = await secrets.createSecret({ name: unique('lent'), value: text('lent') });
  await secrets.putResourcePolicy({
    secretId: arn,
    resourcePolicy: policy({ Principal: { AWS: visitor.arn }, Action: 'secretsmanager:GetSecretValue', Resource: '*' }),
  });
  expect(await outcome(visitor.api.secrets.getSecretValue({ secretId: arn }))).not.toBe('ok');
});

describe('what may not be known', () => {
  const calls: [string, (api: Api, secretId: string) => Promise<unknown>][] = [
    ['GetSecretValue', ({ secrets }, secretId) => secrets.getSecretValue({ secretId })],
    ['DescribeSecret', ({ secrets }, secretId) => secrets.describeSecret({ secretId })],
    ['PutSecretValue', ({ secrets }, secretId) => secrets.putSecretValue({ secretId, value: text('x') })],
    ['DeleteSecret', ({ secrets }, secretId) => secrets.deleteSecret({ secretId })],
    ['GetResourcePolicy', ({ secrets }, secretId) => secrets.getResourcePolicy({ secretId })],
    ['TagResource', ({ secrets }, secretId) => secrets.tagResource({ secretId, tags: [{ key: 'a', value: 'b' }] })],
  ];

  it.each(calls)('%s says the same of a forbidden secret and of none', async (_operation, call) => {
    const { api } = await system.user('curious', allow('secretsmanager:GetRandomPassword'));
    const existing = await system.secret('x', 'known');
    const absent = unique('known');
    const [forbidden, missing] = [await failure(call(api, existing)), await failure(call(api, absent))];
    expect(forbidden.kind).toBe('permission-denied');
    expect([missing.kind, missing.reason]).toEqual([forbidden.kind, forbidden.reason]);
    // An existing secret's ARN has a suffix that an absent one's cannot have: neither may be in the message.
    expect(missing.message.replaceAll(absent, 'NAME')).toBe(forbidden.message.replaceAll(existing, 'NAME'));
    expect(Object.keys(missing.metadata).sort()).toEqual(Object.keys(forbidden.metadata).sort());
  });

  it('takes the same time for both', async () => {
    const { api } = await system.user('curious', allow('secretsmanager:GetRandomPassword'));
    const existing = await system.secret('x', 'timed');
    const absent = unique('timed');
    const times: Record<string, number[]> = { [existing]: [], [absent]: [] };
    for (let i = 0; i < 150; i++) {
      for (const secretId of [existing, absent]) {
        const start = performance.now();
        await outcome(api.secrets.getSecretValue({ secretId }));
        times[secretId]!.push(performance.now() - start);
      }
    }
    const median = (list: number[]) => list.sort((a, b) => a - b)[list.length >> 1]!;
    const ratio = median(times[existing]!) / median(times[absent]!);
    console.log(`forbidden to absent: ${ratio.toFixed(2)} of the time`);
    expect(ratio).toBeGreaterThan(0.7);
    expect(ratio).toBeLessThan(1.4);
  });
});
