import type { Identity } from './identity';
import * as rules from './identity-policies';
import { ACCOUNT, InMemoryChange } from './in-memory-change.testing';
import { arnOfPolicy, parsePolicyArn } from './managed-policy';

const OTHER_ACCOUNT = '111111111111';
let change: InMemoryChange;
let ada: Identity;
const newReference = (name: string, accountId?: string) => parsePolicyArn(arnOfPolicy(change.newPolicy(name, accountId)));

beforeEach(() => {
  change = new InMemoryChange();
  ada = change.newIdentity('user', 'ada');
});

describe('a policy that is attached', () => {
  it('is one of the account, or comes with Strongroom', async () => {
    await rules.attachPolicyTo(change, ada, newReference('own', ACCOUNT));
    await rules.attachPolicyTo(change, ada, newReference('built-in', 'aws'));
    expect(await change.attachments.of(ada.id)).toHaveLength(2);
    const foreign = newReference('foreign', OTHER_ACCOUNT);
    await expect(rules.attachPolicyTo(change, ada, foreign)).rejects.toMatchObject({ reason: 'NoSuchEntity' });
    const absent = parsePolicyArn(`arn:aws:iam::${ACCOUNT}:policy/absent`);
    await expect(rules.attachPolicyTo(change, ada, absent)).rejects.toMatchObject({ reason: 'NoSuchEntity' });
    expect(change.subjects).toEqual([ada.id, ada.id]);
  });

  it('is one of ten, and the same one counts once', async () => {
    for (let n = 0; n < 10; n++) await rules.attachPolicyTo(change, ada, newReference(`p${n}`));
    await rules.attachPolicyTo(change, ada, parsePolicyArn(`arn:aws:iam::${ACCOUNT}:policy/p0`));
    await expect(rules.attachPolicyTo(change, ada, newReference('p10'))).rejects.toMatchObject({
      reason: 'LimitExceeded',
      message: 'Cannot exceed quota for PoliciesPerUser: 10',
    });
  });

  it('can be detached once', async () => {
    const policy = newReference('own');
    await rules.attachPolicyTo(change, ada, policy);
    await rules.detachPolicyFrom(change, ada, policy);
    await expect(rules.detachPolicyFrom(change, ada, policy)).rejects.toMatchObject({ reason: 'NoSuchEntity' });
    expect(change.subjects).toEqual([ada.id, ada.id]);
  });
});

describe('inline policies', () => {
  const sized = (size: number) => ({ name: `p${size}`, document: 'x'.repeat(size) });

  it.each([
    ['user', 2_048],
    ['group', 5_120],
    ['role', 10_240],
  ] as const)('of a %s have %i characters together', async (kind, most) => {
    const identity = change.newIdentity(kind, 'one');
    await rules.putPolicyInto(change, identity, sized(most - 1));
    await rules.putPolicyInto(change, identity, { name: 'spaces', document: ' y\n' });
    expect(change.subjects).toEqual([identity.id, identity.id]);
    await expect(rules.putPolicyInto(change, identity, sized(1))).rejects.toMatchObject({ reason: 'LimitExceeded' });
  });

  it('are counted as they are after a replacement', async () => {
    await rules.putPolicyInto(change, ada, { name: 'one', document: 'x'.repeat(2_048) });
    await rules.putPolicyInto(change, ada, { name: 'one', document: 'y'.repeat(2_048) });
    expect(await change.inlinePolicies.of(ada.id)).toEqual([{ name: 'one', document: 'y'.repeat(2_048) }]);
  });

  it('can be removed once', async () => {
    await rules.putPolicyInto(change, ada, sized(1));
    await rules.removePolicyFrom(change, ada, 'p1');
    await expect(rules.removePolicyFrom(change, ada, 'p1')).rejects.toMatchObject({ reason: 'NoSuchEntity' });
    expect(change.subjects).toEqual([ada.id, ada.id]);
  });
});

it('bounds an identity by a policy that it may use, until the boundary is removed', async () => {
  const foreign = newReference('foreign', OTHER_ACCOUNT);
  await expect(rules.putBoundary(change, ada, foreign)).rejects.toMatchObject({ reason: 'NoSuchEntity' });
  await expect(rules.removeBoundary(change, ada)).rejects.toMatchObject({ reason: 'NoSuchEntity' });
  const policy = newReference('own');
  await rules.putBoundary(change, ada, policy);
  const bounded = change.stored.identities.get(ada.id)!;
  expect(bounded.permissionsBoundary).toBe(policy.arn);
  await rules.removeBoundary(change, bounded);
  expect(change.stored.identities.get(ada.id)!.permissionsBoundary).toBeUndefined();
  expect(change.subjects).toEqual([ada.id, ada.id]);
});
