import { BUILT_IN_POLICIES } from './built-in-policies';
import { ACCOUNT, InMemoryChange, NOW } from './in-memory-change.testing';
import { arnOfPolicy, type ManagedPolicy } from './managed-policy';
import * as rules from './managed-policy-changes';

const LATER = new Date(NOW.getTime() + 1_000);
let change: InMemoryChange;
let policy: ManagedPolicy;
let arn: string;
const stored = () => change.stored.policies.get(arn);
const add = (setAsDefault = false) => rules.addVersion(change, policy, { document: '{"a":1}', setAsDefault, now: LATER });

beforeEach(() => {
  change = new InMemoryChange();
  policy = change.newPolicy('readers');
  arn = arnOfPolicy(policy);
});

it('says that there is a policy of this name, since sessions may refer to one that was deleted', async () => {
  await rules.addPolicy(change, { ...policy, id: 'ANPAOTHER', name: 'others' }, '{}');
  expect(change.subjects).toEqual([`arn:aws:iam::${ACCOUNT}:policy/others`]);
});

describe('a version', () => {
  it('is in force when it is made so', async () => {
    expect(await add()).toMatchObject({ version: 2, createDate: LATER });
    expect([stored()!.policy.defaultVersion, change.subjects]).toEqual([1, []]);
    expect(await add(true)).toMatchObject({ version: 3 });
    expect(stored()!.policy).toMatchObject({ defaultVersion: 3, updateDate: LATER });
    expect(change.subjects).toEqual([arn]);
    await rules.setDefaultVersion(change, policy, 2, LATER);
    expect([stored()!.policy.defaultVersion, change.subjects]).toEqual([2, [arn, arn]]);
  });

  it('is one of five', async () => {
    for (let n = 2; n <= 5; n++) await add();
    await expect(add()).rejects.toMatchObject({ reason: 'LimitExceeded' });
    await rules.removeVersion(change, policy, 3);
    expect((await add()).version).toBe(6);
  });

  it('is not removed while it is in force', async () => {
    await add();
    await expect(rules.removeVersion(change, policy, 1)).rejects.toMatchObject({ reason: 'DeleteConflict' });
    await rules.removeVersion(change, policy, 2);
    expect((await rules.versionsOf(change, policy)).map(({ version }) => version)).toEqual([1]);
  });

  it('is neither put in force nor removed when it is absent', async () => {
    const absent = { reason: 'NoSuchEntity', message: `Policy ${arn} version v7 does not exist or is not attachable.` };
    await expect(rules.setDefaultVersion(change, policy, 7, LATER)).rejects.toMatchObject(absent);
    await expect(rules.removeVersion(change, policy, 7)).rejects.toMatchObject(absent);
  });
});

describe('a policy is removed', () => {
  it('unless somebody has it', async () => {
    const ada = change.newIdentity('user', 'ada');
    await change.attachments.add(ada.id, arn);
    await expect(rules.removePolicy(change, policy)).rejects.toMatchObject({ reason: 'DeleteConflict' });
    await change.attachments.remove(ada.id, arn);
    await change.identities.update({ ...ada, permissionsBoundary: arn });
    await expect(rules.removePolicy(change, policy)).rejects.toMatchObject({ reason: 'DeleteConflict' });
    await change.identities.update(ada);
    await rules.removePolicy(change, policy);
    expect([stored(), change.subjects]).toEqual([undefined, [arn]]);
  });

  it('with one version, which is in force', async () => {
    await add();
    await expect(rules.removePolicy(change, policy)).rejects.toMatchObject({ reason: 'DeleteConflict' });
    expect(stored()).toBeDefined();
  });
});

it('leaves what comes with Strongroom as it is', async () => {
  const [builtIn] = BUILT_IN_POLICIES;
  const given = change.newPolicy(builtIn!.name, 'aws');
  const fixed = { reason: 'InvalidInput' };
  await expect(rules.removePolicy(change, given)).rejects.toMatchObject(fixed);
  await expect(rules.setDefaultVersion(change, given, 1, LATER)).rejects.toMatchObject(fixed);
  await expect(rules.removeVersion(change, given, 1)).rejects.toMatchObject(fixed);
  const version = { document: '{}', setAsDefault: true, now: LATER };
  await expect(rules.addVersion(change, given, version)).rejects.toMatchObject(fixed);
  expect(await rules.versionsOf(change, given)).toEqual([
    { version: builtIn!.defaultVersion, document: builtIn!.document, createDate: builtIn!.updateDate },
  ]);
});
