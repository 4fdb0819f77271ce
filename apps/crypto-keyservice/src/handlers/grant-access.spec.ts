import { Authorizer, callerForTests, serviceCaller, type Caller } from '@strongroom/access';
import { ManualClock } from '@strongroom/clock';
import type { Grant } from '../domain/grant';
import { InMemoryGrants } from '../domain/in-memory-grants.testing';
import { defaultKeyPolicy } from '../domain/key-policy';
import type { KeyRecord } from '../domain/key-record';
import { keyForTests } from '../domain/key-record.testing';
import { keyTarget } from '../domain/key-target';
import { KeyAccess, type KeyUse } from './key-access';

const region = 'us-east-1';
const account = '000000000000';
const other = '111111111111';
const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab';
const target = keyTarget(keyId, { accountId: account, region });
const statement = (Effect: string, Action: string, more = {}) => ({
  Version: '2012-10-17',
  Statement: { Effect, Action, Resource: '*', ...more },
});
const keyWith = (policy = defaultKeyPolicy(account)): KeyRecord => keyForTests({ policy });
const key = keyWith();
const root = (accountId: string) => `arn:aws:iam::${accountId}:root`;
const none = { policies: [] };
const alice = callerForTests({ ...none, name: 'alice' });
const stranger = callerForTests({ ...none, name: 'alice', accountId: other });
const session = (more = {}) => callerForTests({ ...none, name: 'role/App/session', ...more });
const worker = serviceCaller('spiffe://strongroom.local/service/rotation-worker', {
  trustDomain: 'strongroom.local',
  accountId: account,
})!;

let grants: InMemoryGrants;
let access: KeyAccess;
beforeEach(() => {
  grants = new InMemoryGrants();
  access = new KeyAccess(new Authorizer({ region, clock: new ManualClock() }), grants);
});

let next = 0;
const grantTo = (grantee: string, more: Partial<Grant> = {}): Grant => {
  const grant: Grant = {
    grantId: String(next++).padStart(64, '0'),
    keyId,
    issuingAccountId: account,
    name: undefined,
    grantee,
    retiring: undefined,
    operations: ['Decrypt'],
    constraints: { encryptionContextSubset: {}, encryptionContextEquals: {}, sourceArn: undefined },
    createdAt: new Date(),
    tokenKey: Buffer.alloc(32),
    ...more,
  };
  grants.grants.push(grant);
  return grant;
};
const from = (caller: Caller) => ({ caller, peer: { address: '127.0.0.1' }, userAgent: 'test' });
const outcome = (work: () => unknown): Promise<string> =>
  Promise.resolve()
    .then(work)
    .then(
      () => 'allowed',
      (error: Error) => error.message,
    );
const ABSENT = null;
const decrypts = (caller: Caller, of: KeyRecord | null = key, use: KeyUse = {}) =>
  outcome(() => access.require(from(caller), 'Decrypt', target, of ?? undefined, use));

describe('a grant', () => {
  it('stands for a policy', async () => {
    expect(await decrypts(alice)).toContain('is not authorized');
    grantTo(alice.arn);
    expect(await decrypts(alice)).toBe('allowed');
    expect(await outcome(() => access.require(from(alice), 'Encrypt', target, key))).toContain('is not authorized');
    expect(await decrypts(callerForTests({ ...none, name: 'bob' }))).toContain('is not authorized');
  });

  it('needs no statement of the key policy, and no identity policy in any account', async () => {
    grantTo(stranger.arn);
    expect(await decrypts(stranger)).toBe('allowed');
    const policy = JSON.stringify(statement('Allow', 'kms:*', { Principal: { AWS: `arn:aws:iam::${account}:user/nobody` } }));
    expect(await decrypts(stranger, keyWith(policy))).toBe('allowed');
    expect(await decrypts(alice)).toContain('is not authorized');
  });

  it('to a role is one to its sessions, within what narrows them', async () => {
    grantTo(session().roleArn!);
    expect(await decrypts(session())).toBe('allowed');
    expect(await decrypts(session({ session: [statement('Allow', 'kms:Decrypt')] }))).toBe('allowed');
    expect(await decrypts(session({ session: [statement('Allow', 'kms:Encrypt')] }))).toContain('is not authorized');
    expect(await decrypts(session({ boundary: statement('Allow', 'kms:Encrypt') }))).toContain('is not authorized');
  });

  it('to a session, or to a user, counts whatever narrows them', async () => {
    grantTo(session().arn);
    grantTo(alice.arn);
    expect(await decrypts(session({ session: [statement('Allow', 'kms:Encrypt')] }))).toBe('allowed');
    expect(await decrypts(callerForTests({ ...none, name: 'alice', boundary: statement('Allow', 'kms:Encrypt') }))).toBe(
      'allowed',
    );
    expect(await decrypts(callerForTests({ ...none, name: 'role/App/another' }))).toContain('is not authorized');
  });

  it('to an account lets its identity policies pass it on', async () => {
    grantTo(root(other));
    expect(await decrypts(stranger)).toContain('is not authorized');
    expect(await decrypts(callerForTests({ accountId: other, policies: [statement('Allow', 'kms:Decrypt')] }))).toBe('allowed');
  });

  it('to a service counts for its resource', async () => {
    const sourceArn = `arn:aws:secretsmanager:${region}:${account}:secret:app-AbCdEf`;
    const constraints = { encryptionContextSubset: {}, encryptionContextEquals: {}, sourceArn };
    grantTo('rotation-worker.strongroom.internal', { constraints });
    expect(await decrypts(worker, key, { sourceArn })).toBe('allowed');
    expect(await decrypts(worker, key, { sourceArn: `${sourceArn}x` })).toContain('is not authorized');
    expect(await decrypts(worker)).toContain('is not authorized');
  });

  it('gives way to a Deny, wherever it is', async () => {
    grantTo(alice.arn);
    const deny = statement('Deny', 'kms:Decrypt');
    expect(await decrypts(callerForTests({ name: 'alice', policies: [deny] }))).toContain('explicit deny');
    expect(await decrypts(callerForTests({ ...none, name: 'alice', boundary: deny }))).toContain('explicit deny');
    expect(await decrypts(callerForTests({ ...none, name: 'alice', session: [deny] }))).toContain('explicit deny');
    expect(
      await decrypts(alice, keyWith(JSON.stringify({ ...deny, Statement: { ...deny.Statement, Principal: '*' } }))),
    ).toContain('explicit deny');
  });

  it('lets its grantee open a ciphertext', async () => {
    const opens = (caller: Caller, of?: KeyRecord, use: KeyUse = {}) =>
      outcome(() => access.requireForCiphertext(from(caller), 'Decrypt', of, use));
    const refusal = await opens(alice);
    expect(await opens(alice, key)).toBe(refusal);
    grantTo(alice.arn, {
      constraints: { encryptionContextSubset: { App: 'billing' }, encryptionContextEquals: {}, sourceArn: undefined },
    });
    expect(await opens(alice, key, { encryptionContext: { App: 'billing' } })).toBe('allowed');
    expect(await opens(alice, key, { encryptionContext: { App: 'other' } })).toBe(refusal);
    expect(await opens(alice)).toBe(refusal);
  });
});

describe('grants are looked for', () => {
  it('only when policies do not allow', async () => {
    expect(await decrypts(callerForTests())).toBe('allowed');
    expect(grants.asked).toBe(0);
    await decrypts(alice);
    expect(grants.asked).toBe(1);
  });

  it('after every refusal, so that an absent key costs what a forbidden one does', async () => {
    const denied = callerForTests({ policies: [statement('Allow', '*'), statement('Deny', 'kms:Decrypt')] });
    for (const found of [key, ABSENT]) {
      for (const caller of [alice, denied]) {
        for (const work of [
          () => decrypts(caller, found),
          () => outcome(() => access.requireForCiphertext(from(caller), 'Decrypt', found ?? undefined, {})),
        ]) {
          grants.asked = 0;
          expect(await work()).not.toBe('allowed');
          expect(grants.asked).toBe(1);
        }
      }
    }
    grants.asked = 0;
    await outcome(() => access.requireForCiphertext(from(callerForTests()), 'Decrypt', undefined, {}));
    expect(grants.asked).toBe(1);
  });

  it('not for what no grant can allow', async () => {
    grantTo(alice.arn);
    expect(await outcome(() => access.require(from(alice), 'PutKeyPolicy', target, key))).toContain('is not authorized');
    expect(grants.asked).toBe(0);
  });
});

describe('a grant is retired', () => {
  const retires = (caller: Caller, grant: Grant | undefined, of: KeyRecord | null = key) =>
    outcome(() => access.requireRetirement(from(caller), target, of ?? undefined, grant?.grantId ?? 'absent', grant));
  const may = (accountId: string) =>
    callerForTests({ name: 'admin', accountId, policies: [statement('Allow', 'kms:RetireGrant')] });

  it('by whom it names for it, without any policy', async () => {
    const grant = grantTo(alice.arn, { retiring: stranger.arn });
    expect(await retires(stranger, grant)).toBe('allowed');
    expect(await retires(alice, grant)).toContain('is not authorized');
  });

  it('by its grantee, if that is among the operations', async () => {
    expect(await retires(alice, grantTo(alice.arn, { operations: ['Decrypt', 'RetireGrant'] }))).toBe('allowed');
    expect(await retires(session(), grantTo(session().roleArn!, { operations: ['RetireGrant'] }))).toBe('allowed');
  });

  it('by the accounts of the key and of its maker, as their identity policies say', async () => {
    const grant = grantTo(alice.arn, { issuingAccountId: other });
    expect(await retires(may(account), grant)).toBe('allowed');
    expect(await retires(may(other), grant)).toBe('allowed');
    expect(await retires(stranger, grant)).toContain('is not authorized');
    expect(await retires(may(other), grantTo(alice.arn))).toContain('is not authorized');
  });

  it('by nobody for whom only the key policy speaks, and by nobody who is denied it', async () => {
    const policy = JSON.stringify(statement('Allow', 'kms:*', { Principal: { AWS: stranger.arn } }));
    expect(await retires(stranger, grantTo(alice.arn), keyWith(policy))).toContain('is not authorized');
    const denied = callerForTests({ accountId: other, name: 'alice', policies: [statement('Deny', 'kms:RetireGrant')] });
    expect(await retires(denied, grantTo(alice.arn, { retiring: stranger.arn }))).toContain('explicit deny');
    const denying = JSON.stringify(statement('Deny', 'kms:RetireGrant', { Principal: '*' }));
    expect(await retires(stranger, grantTo(alice.arn, { retiring: stranger.arn }), keyWith(denying))).toContain('explicit deny');
  });

  it('looks the same to who may not, whether it exists or not', async () => {
    const refusal = await retires(alice, grantTo(stranger.arn));
    expect(await retires(alice, undefined)).toBe(refusal);
    expect(await retires(alice, undefined, ABSENT)).toBe(refusal);
    expect(await retires(may(account), undefined)).toContain('not found');
    expect(await retires(may(account), undefined, ABSENT)).toContain('does not exist');
  });
});
