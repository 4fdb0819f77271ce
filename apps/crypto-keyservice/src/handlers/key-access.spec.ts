import { Authorizer, callerForTests, serviceCaller, type Caller } from '@strongroom/access';
import { ManualClock } from '@strongroom/clock';
import { defaultKeyPolicy, ROTATION_WORKER, secretsManagerKeyPolicy } from '../domain/key-policy';
import { InMemoryGrants } from '../domain/in-memory-grants.testing';
import type { KeyOperationName } from '../domain/key-operations';
import type { KeyRecord } from '../domain/key-record';
import { keyForTests } from '../domain/key-record.testing';
import { keyTarget } from '../domain/key-target';
import { KeyAccess } from './key-access';

const region = 'us-east-1';
const account = '000000000000';
const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab';
const target = keyTarget(keyId, { accountId: account, region });
const access = new KeyAccess(new Authorizer({ region, clock: new ManualClock() }), new InMemoryGrants());
const from = (caller: Caller, via?: string) => ({ caller, peer: { address: '127.0.0.1' }, userAgent: 'test', via });
const keyWith = (policy: string, tags = {}): KeyRecord => keyForTests({ policy, tags, aliases: ['alias/app'] });
const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'allowed',
    (error: Error) => error.message,
  );
const statement = (Effect: string, Action: string, more = {}) => ({
  Version: '2012-10-17',
  Statement: { Effect, Action, Resource: '*', ...more },
});
const administrator = callerForTests();
const nobody = callerForTests({ policies: [] });
const stranger = callerForTests({ accountId: '111111111111' });
const via = 'secretsmanager';

describe('a customer key', () => {
  const key = keyWith(defaultKeyPolicy(account));
  const decrypts = (caller: Caller, of = key) => outcome(access.require(from(caller), 'Decrypt', target, of));

  it('is used by those whose identity policies allow it', async () => {
    expect(await decrypts(administrator)).toBe('allowed');
    expect(await decrypts(callerForTests({ policies: [statement('Allow', 'kms:Decrypt')] }))).toBe('allowed');
    expect(await decrypts(nobody)).toContain('is not authorized to perform: kms:Decrypt');
  });

  it('is out of reach for other accounts', async () => {
    expect(await decrypts(stranger)).toContain('is not authorized');
  });

  it('is reached from another account when both sides say so', async () => {
    const shared = keyWith(
      JSON.stringify(statement('Allow', 'kms:Decrypt', { Principal: { AWS: `arn:aws:iam::${stranger.accountId}:root` } })),
    );
    expect(await decrypts(stranger, shared)).toBe('allowed');
    expect(await decrypts(callerForTests({ accountId: stranger.accountId, policies: [] }), shared)).toContain(
      'is not authorized',
    );
    // The policy names nobody of the owner's account any more.
    expect(await decrypts(administrator, shared)).toContain('is not authorized');
  });

  it('decides by its tags and by the encryption context', async () => {
    const byTag = callerForTests({
      policies: [statement('Allow', 'kms:*', { Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } } })],
    });
    expect(await decrypts(byTag, keyWith(key.policy, { Team: 'blue' }))).toBe('allowed');
    expect(await decrypts(byTag, keyWith(key.policy, { Team: 'red' }))).toContain('is not authorized');
    const byContext = callerForTests({
      policies: [statement('Allow', 'kms:*', { Condition: { StringEquals: { 'kms:EncryptionContext:App': 'billing' } } })],
    });
    const require = (App: string) =>
      outcome(access.require(from(byContext), 'Decrypt', target, key, { encryptionContext: { App } }));
    expect(await require('billing')).toBe('allowed');
    expect(await require('other')).toContain('is not authorized');
  });

  it('looks the same to who may not use it whether it exists or not', async () => {
    for (const caller of [nobody, stranger]) {
      const absent = await outcome(access.require(from(caller), 'Decrypt', target, undefined));
      expect(absent).toBe(await decrypts(caller));
      expect(absent).toContain('is not authorized');
    }
    expect(await outcome(access.require(from(administrator), 'Decrypt', target, undefined))).toContain('does not exist');
  });

  it('looks the same to who may not decrypt with it whether it exists or not', async () => {
    const open = (caller: Caller, found?: KeyRecord) => outcome(access.requireForCiphertext(from(caller), 'Decrypt', found, {}));
    expect(await open(nobody, key)).toBe(await open(nobody, undefined));
    expect(await open(administrator, undefined)).toBe(await open(nobody, undefined));
    expect(await open(administrator, key)).toBe('allowed');
  });

  it('names an alias as the caller did, and not the key behind it', async () => {
    const alias = keyTarget('alias/app', { accountId: account, region });
    const message = await outcome(access.require(from(nobody), 'Decrypt', alias, key));
    expect(message).toContain(alias.arn);
    expect(message).not.toContain(keyId);
  });
});

describe('the default key', () => {
  const key = keyWith(secretsManagerKeyPolicy(account, region));
  const uses = (caller: Caller, operation: KeyOperationName, by?: string) =>
    outcome(access.require(from(caller, by), operation, target, key));

  it('is used by every principal of its account by way of the secrets service, and by no other way', async () => {
    for (const caller of [nobody, administrator, callerForTests({ policies: [], name: 'role/App/session' })]) {
      expect(await uses(caller, 'Decrypt', via)).toBe('allowed');
      expect(await uses(caller, 'GenerateDataKey', via)).toBe('allowed');
      expect(await uses(caller, 'Decrypt')).toContain('is not authorized');
      expect(await uses(caller, 'Decrypt', 'cloudtrail')).toContain('is not authorized');
    }
    expect(await uses(stranger, 'Decrypt', via)).toContain('is not authorized');
  });

  it('gives way to an explicit deny', async () => {
    const denied = callerForTests({ policies: [statement('Allow', '*'), statement('Deny', 'kms:Decrypt')] });
    expect(await uses(denied, 'Decrypt', via)).toContain('explicit deny');
    expect(await uses(denied, 'GenerateDataKey', via)).toBe('allowed');
  });

  it('is changed by nobody, and described by who may', async () => {
    for (const action of ['DisableKey', 'PutKeyPolicy', 'CreateAlias', 'DeleteAlias'] as const) {
      expect(await uses(administrator, action)).toContain('is not authorized');
    }
    expect(await uses(administrator, 'DescribeKey')).toBe('allowed');
    expect(await uses(nobody, 'DescribeKey')).toContain('is not authorized');
  });
});

describe('rotation-worker', () => {
  // Of a cluster with another account than the key's: it is no principal of the account.
  const service = (name: string) =>
    serviceCaller(`spiffe://strongroom.local/service/${name}`, { trustDomain: 'strongroom.local', accountId: '999999999999' })!;
  const allowed = (caller: Caller, policy: string, by?: string) => access.allows(from(caller, by), 'Decrypt', keyWith(policy));

  it('uses the default key by way of the secrets service, as no other service does', async () => {
    const policy = secretsManagerKeyPolicy(account, region);
    expect(allowed(service('rotation-worker'), policy, via)).toBe(true);
    expect(allowed(service('rotation-worker'), policy)).toBe(false);
    expect(allowed(service('audit-service'), policy, via)).toBe(false);
  });

  it('uses a customer key only where its policy names it', async () => {
    expect(allowed(service('rotation-worker'), defaultKeyPolicy(account), via)).toBe(false);
    const named = statement('Allow', 'kms:Decrypt', { Principal: { Service: ROTATION_WORKER } });
    expect(allowed(service('rotation-worker'), JSON.stringify(named), via)).toBe(true);
  });
});
