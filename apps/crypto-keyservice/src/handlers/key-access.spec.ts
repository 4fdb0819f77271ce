import { Authorizer, callerForTests, serviceCaller, type Caller } from '@strongroom/access';
import { ManualClock } from '@strongroom/clock';
import { defaultKeyPolicy, ROTATION_WORKER, secretsManagerKeyPolicy, secretsManagerService } from '../domain/key-policy';
import type { KeyRecord } from '../domain/key-record';
import { keyTarget } from '../domain/key-target';
import { contextKeys, KeyAccess } from './key-access';

const region = 'us-east-1';
const account = '000000000000';
const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab';
const target = keyTarget(keyId, { accountId: account, region });
const access = new KeyAccess(new Authorizer({ region, clock: new ManualClock() }));
const from = (caller: Caller) => ({ caller, peer: { address: '127.0.0.1' }, userAgent: 'test' });
const keyWith = (policy: string, tags = {}): KeyRecord => ({
  accountId: account,
  keyId,
  arn: target.arn,
  state: 'Enabled',
  manager: 'CUSTOMER',
  description: '',
  createdAt: new Date(),
  policy,
  tags,
  aliases: ['alias/app'],
  currentMaterial: 1,
  materials: [],
});
const outcome = (work: () => unknown): string => {
  try {
    work();
    return 'allowed';
  } catch (error) {
    return (error as Error).message;
  }
};
const statement = (Effect: string, Action: string, more = {}) => ({
  Version: '2012-10-17',
  Statement: { Effect, Action, Resource: '*', ...more },
});
const administrator = callerForTests();
const nobody = callerForTests({ policies: [] });
const stranger = callerForTests({ accountId: '111111111111' });
const via = { 'kms:viaservice': 'secretsmanager.us-east-1.amazonaws.com' };

describe('a customer key', () => {
  const key = keyWith(defaultKeyPolicy(account));
  const decrypts = (caller: Caller, of = key) => outcome(() => access.require(from(caller), 'kms:Decrypt', target, of));

  it('is used by those whose identity policies allow it', () => {
    expect(decrypts(administrator)).toBe('allowed');
    expect(decrypts(callerForTests({ policies: [statement('Allow', 'kms:Decrypt')] }))).toBe('allowed');
    expect(decrypts(nobody)).toContain('is not authorized to perform: kms:Decrypt');
  });

  it('is out of reach for other accounts', () => {
    expect(decrypts(stranger)).toContain('is not authorized');
  });

  it('is reached from another account when both sides say so', () => {
    const shared = keyWith(
      JSON.stringify(statement('Allow', 'kms:Decrypt', { Principal: { AWS: `arn:aws:iam::${stranger.accountId}:root` } })),
    );
    expect(decrypts(stranger, shared)).toBe('allowed');
    expect(decrypts(callerForTests({ accountId: stranger.accountId, policies: [] }), shared)).toContain('is not authorized');
    // The policy names nobody of the owner's account any more.
    expect(decrypts(administrator, shared)).toContain('is not authorized');
  });

  it('decides by its tags and by the encryption context', () => {
    const byTag = callerForTests({
      policies: [statement('Allow', 'kms:*', { Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } } })],
    });
    expect(decrypts(byTag, keyWith(key.policy, { Team: 'blue' }))).toBe('allowed');
    expect(decrypts(byTag, keyWith(key.policy, { Team: 'red' }))).toContain('is not authorized');
    const byContext = callerForTests({
      policies: [statement('Allow', 'kms:*', { Condition: { StringEquals: { 'kms:EncryptionContext:App': 'billing' } } })],
    });
    const require = (App: string) =>
      outcome(() => access.require(from(byContext), 'kms:Decrypt', target, key, contextKeys({ App })));
    expect(require('billing')).toBe('allowed');
    expect(require('other')).toContain('is not authorized');
  });

  it('looks the same to who may not use it whether it exists or not', () => {
    for (const caller of [nobody, stranger]) {
      const absent = outcome(() => access.require(from(caller), 'kms:Decrypt', target, undefined));
      expect(absent).toBe(decrypts(caller));
      expect(absent).toContain('is not authorized');
    }
    expect(outcome(() => access.require(from(administrator), 'kms:Decrypt', target, undefined))).toContain('does not exist');
  });

  it('looks the same to who may not decrypt with it whether it exists or not', () => {
    const open = (caller: Caller, found?: KeyRecord) => outcome(() => access.requireForCiphertext(from(caller), found, {}));
    expect(open(nobody, key)).toBe(open(nobody, undefined));
    expect(open(administrator, undefined)).toBe(open(nobody, undefined));
    expect(open(administrator, key)).toBe('allowed');
  });

  it('names an alias as the caller did, and not the key behind it', () => {
    const alias = keyTarget('alias/app', { accountId: account, region });
    const message = outcome(() => access.require(from(nobody), 'kms:Decrypt', alias, key));
    expect(message).toContain(alias.arn);
    expect(message).not.toContain(keyId);
  });
});

describe('the default key', () => {
  const key = keyWith(secretsManagerKeyPolicy(account, region));
  const uses = (caller: Caller, action: string, context = {}) =>
    outcome(() => access.require(from(caller), action, target, key, context));

  it('is used by every principal of its account by way of the secrets service, and by no other way', () => {
    for (const caller of [nobody, administrator, callerForTests({ policies: [], name: 'role/App/session' })]) {
      expect(uses(caller, 'kms:Decrypt', via)).toBe('allowed');
      expect(uses(caller, 'kms:GenerateDataKey', via)).toBe('allowed');
      expect(uses(caller, 'kms:Decrypt')).toContain('is not authorized');
      expect(uses(caller, 'kms:Decrypt', { 'kms:viaservice': 'secretsmanager.eu-west-1.amazonaws.com' })).toContain('not auth');
    }
    expect(uses(stranger, 'kms:Decrypt', via)).toContain('is not authorized');
  });

  it('gives way to an explicit deny', () => {
    const denied = callerForTests({ policies: [statement('Allow', '*'), statement('Deny', 'kms:Decrypt')] });
    expect(uses(denied, 'kms:Decrypt', via)).toContain('explicit deny');
    expect(uses(denied, 'kms:GenerateDataKey', via)).toBe('allowed');
  });

  it('is changed by nobody, and described by who may', () => {
    for (const action of ['kms:DisableKey', 'kms:PutKeyPolicy', 'kms:CreateAlias', 'kms:DeleteAlias']) {
      expect(uses(administrator, action)).toContain('is not authorized');
    }
    expect(uses(administrator, 'kms:DescribeKey')).toBe('allowed');
    expect(uses(nobody, 'kms:DescribeKey')).toContain('is not authorized');
  });
});

describe('rotation-worker', () => {
  // Of a cluster with another account than the key's: it is no principal of the account.
  const service = (name: string) =>
    serviceCaller(`spiffe://strongroom.local/service/${name}`, { trustDomain: 'strongroom.local', accountId: '999999999999' })!;
  const via = { 'kms:viaservice': secretsManagerService(region) };
  const allowed = (caller: Caller, policy: string, context = {}) =>
    access.allows(from(caller), 'kms:Decrypt', keyWith(policy), context);

  it('uses the default key by way of the secrets service, as no other service does', () => {
    const policy = secretsManagerKeyPolicy(account, region);
    expect(allowed(service('rotation-worker'), policy, via)).toBe(true);
    expect(allowed(service('rotation-worker'), policy)).toBe(false);
    expect(allowed(service('audit-service'), policy, via)).toBe(false);
  });

  it('uses a customer key only where its policy names it', () => {
    expect(allowed(service('rotation-worker'), defaultKeyPolicy(account), via)).toBe(false);
    const named = statement('Allow', 'kms:Decrypt', { Principal: { Service: ROTATION_WORKER } });
    expect(allowed(service('rotation-worker'), JSON.stringify(named), via)).toBe(true);
  });
});
