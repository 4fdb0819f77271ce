import { BUILT_IN_POLICIES } from './domain/built-in-policies';
import {
  allow,
  document,
  groupTarget,
  OTHER_ACCOUNT,
  refusal,
  roleTarget,
  TestIdentity,
  userTarget,
  type TestCaller,
} from './server.testing';

let identity: TestIdentity;
let admin: TestCaller;
beforeAll(async () => {
  identity = await TestIdentity.start();
  admin = await identity.admin();
}, 60_000);
afterAll(() => identity.drop());

const reasonOf = async (promise: Promise<unknown>) => (await refusal(promise)).reason;
/** The different reasons that calls at the same time were refused with. */
const reasonsOf = async (...promises: Promise<unknown>[]) => [...new Set(await Promise.all(promises.map(reasonOf)))];
const trust = document({ Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' });
/** A valid document whose size, white space not counted, is exactly `size`. */
const documentOf = (size: number) => {
  const empty = document({ Sid: '', ...allow('a:b') });
  return document({ Sid: 'S'.repeat(size - empty.length), ...allow('a:b') });
};

describe('roles', () => {
  it('are made, read, changed and deleted', async () => {
    const request = {
      roleName: 'Deployer',
      path: '/ci/',
      assumeRolePolicyDocument: trust,
      description: 'deploys',
      maxSessionDuration: 43_200,
    };
    const { role } = await admin.iam.createRole({ ...request, tags: [{ key: 'Team', value: 'red' }] });
    expect(role).toMatchObject({
      ...request,
      roleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      arn: 'arn:aws:iam::000000000000:role/ci/Deployer',
      tags: [{ key: 'Team', value: 'red' }],
    });
    expect((await admin.iam.getRole({ roleName: 'deployer' })).role).toEqual(role);
    expect((await admin.iam.listRoles({ pathPrefix: '/ci/' })).roles).toEqual([role]);
    const policyDocument = trust.replace('000000000000', OTHER_ACCOUNT);
    await admin.iam.updateAssumeRolePolicy({ roleName: 'Deployer', policyDocument });
    expect((await admin.iam.getRole({ roleName: 'Deployer' })).role?.assumeRolePolicyDocument).toBe(policyDocument);
    const target = roleTarget('Deployer');
    await admin.iam.putInlinePolicy({ target, policyName: 'p', policyDocument: document(allow('a:b')) });
    expect(await reasonOf(admin.iam.deleteRole({ roleName: 'Deployer' }))).toBe('DeleteConflict');
    await admin.iam.deleteInlinePolicy({ target, policyName: 'p' });
    await admin.iam.bindCertificate({ uri: 'spiffe://strongroom.local/ci/deployer', target });
    expect(await reasonOf(admin.iam.deleteRole({ roleName: 'Deployer' }))).toBe('DeleteConflict');
    await admin.iam.unbindCertificate({ uri: 'spiffe://strongroom.local/ci/deployer' });
    await admin.iam.deleteRole({ roleName: 'Deployer' });
    expect(await reasonOf(admin.iam.getRole({ roleName: 'Deployer' }))).toBe('NoSuchEntity');
  });

  it.each([
    [{ roleName: 'a b' }, 'ValidationError'],
    [{ maxSessionDuration: 3_599 }, 'ValidationError'],
    [{ maxSessionDuration: 43_201 }, 'ValidationError'],
    [{ description: 'd'.repeat(1_001) }, 'ValidationError'],
    [{ assumeRolePolicyDocument: '' }, 'ValidationError'],
    [{ assumeRolePolicyDocument: '{' }, 'MalformedPolicyDocument'],
    [{ assumeRolePolicyDocument: document(allow('sts:AssumeRole')) }, 'MalformedPolicyDocument'],
    [{ permissionsBoundary: 'arn:aws:iam::000000000000:policy/absent' }, 'NoSuchEntity'],
  ])('are refused with %j', async (broken, reason) => {
    const request = { roleName: 'broken', assumeRolePolicyDocument: trust, ...broken };
    expect(await reasonOf(admin.iam.createRole(request))).toBe(reason);
  });

  it('fail in the words of AWS', async () => {
    const target = userTarget('admin');
    const policyArn = 'arn:aws:iam::000000000000:policy/absent';
    const broken = { roleName: 'broken', assumeRolePolicyDocument: '{"Version":' };
    for (const [call, reason, message] of [
      [() => admin.iam.createRole(broken), 'MalformedPolicyDocument', 'This policy contains invalid Json'],
      [
        () => admin.iam.attachPolicy({ target, policyArn: 'x'.repeat(20) }),
        'ValidationError',
        'Invalid ARN:  Could not be parsed!',
      ],
      [() => admin.iam.detachPolicy({ target, policyArn: 'arn:x' }), 'ValidationError', 'Invalid ARN:  Could not be parsed!'],
      [() => admin.iam.detachPolicy({ target, policyArn }), 'NoSuchEntity', `Policy ${policyArn} was not found.`],
      [() => admin.iam.getPolicy({ policyArn }), 'NoSuchEntity', `Policy ${policyArn} was not found.`],
      [
        () => admin.iam.attachPolicy({ target, policyArn }),
        'NoSuchEntity',
        `Policy ${policyArn} does not exist or is not attachable.`,
      ],
    ] as const) {
      expect(await refusal(call())).toMatchObject({ reason, message });
    }
  });

  it('keep their trust policy small', async () => {
    const sized = (length: number) => {
      const statement = (Sid: string) =>
        document({ Sid, Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' });
      return statement('S'.repeat(length - statement('').length));
    };
    await admin.iam.createRole({ roleName: 'edge', assumeRolePolicyDocument: sized(2_048) });
    const more = admin.iam.createRole({ roleName: 'over', assumeRolePolicyDocument: sized(2_049) });
    expect(await refusal(more)).toMatchObject({ reason: 'LimitExceeded', message: expect.stringContaining('2048') });
  });
});

describe('managed policies', () => {
  const arn = 'arn:aws:iam::000000000000:policy/team/Reader';

  it('have up to five versions, one of them in force', async () => {
    const first = document(allow('secretsmanager:GetSecretValue'));
    const { policy } = await admin.iam.createPolicy({
      policyName: 'Reader',
      path: '/team/',
      policyDocument: first,
      description: 'reads',
    });
    expect(policy).toMatchObject({ arn, defaultVersionId: 'v1', attachmentCount: 0, policyId: expect.stringMatching(/^ANPA/) });
    expect(await reasonOf(admin.iam.createPolicy({ policyName: 'READER', policyDocument: first }))).toBe('EntityAlreadyExists');
    for (let i = 2; i <= 5; i++) {
      const { policyVersion } = await admin.iam.createPolicyVersion({
        policyArn: arn,
        policyDocument: document(allow(`s3:V${i}`)),
        setAsDefault: i === 3,
      });
      expect(policyVersion).toMatchObject({ versionId: `v${i}`, isDefaultVersion: i === 3 });
    }
    expect(await reasonOf(admin.iam.createPolicyVersion({ policyArn: arn, policyDocument: first }))).toBe('LimitExceeded');
    const { versions } = await admin.iam.listPolicyVersions({ policyArn: arn });
    expect(versions.map((version) => [version.versionId, version.isDefaultVersion, version.document])).toEqual([
      ['v5', false, ''],
      ['v4', false, ''],
      ['v3', true, ''],
      ['v2', false, ''],
      ['v1', false, ''],
    ]);
    expect((await admin.iam.getPolicyVersion({ policyArn: arn, versionId: 'v1' })).policyVersion?.document).toBe(first);
    expect(await reasonOf(admin.iam.deletePolicyVersion({ policyArn: arn, versionId: 'v3' }))).toBe('DeleteConflict');
    await admin.iam.setDefaultPolicyVersion({ policyArn: arn, versionId: 'v1' });
    expect((await admin.iam.getPolicy({ policyArn: arn })).policy?.defaultVersionId).toBe('v1');
    expect(await reasonOf(admin.iam.deletePolicy({ policyArn: arn }))).toBe('DeleteConflict');
    for (const versionId of ['v2', 'v3', 'v4', 'v5']) await admin.iam.deletePolicyVersion({ policyArn: arn, versionId });
    // A number is not given twice.
    expect((await admin.iam.createPolicyVersion({ policyArn: arn, policyDocument: first })).policyVersion?.versionId).toBe('v6');
    for (const [versionId, reason] of [
      ['v9', 'NoSuchEntity'],
      ['9', 'ValidationError'],
      ['v0', 'ValidationError'],
    ] as const) {
      expect(await reasonOf(admin.iam.getPolicyVersion({ policyArn: arn, versionId }))).toBe(reason);
    }
    await admin.iam.deletePolicyVersion({ policyArn: arn, versionId: 'v6' });
  });

  it('are not deleted while they are attached or bound somebody', async () => {
    await admin.iam.createUser({ userName: 'holder' });
    const target = userTarget('holder');
    await admin.iam.attachPolicy({ target, policyArn: arn });
    expect((await admin.iam.getPolicy({ policyArn: arn })).policy?.attachmentCount).toBe(1);
    expect(await reasonOf(admin.iam.deletePolicy({ policyArn: arn }))).toBe('DeleteConflict');
    await admin.iam.detachPolicy({ target, policyArn: arn });
    expect(await reasonOf(admin.iam.detachPolicy({ target, policyArn: arn }))).toBe('NoSuchEntity');
    await admin.iam.putPermissionsBoundary({ target, policyArn: arn });
    expect((await admin.iam.getUser({ userName: 'holder' })).user?.permissionsBoundary).toBe(arn);
    expect(await reasonOf(admin.iam.deletePolicy({ policyArn: arn }))).toBe('DeleteConflict');
    await admin.iam.deletePermissionsBoundary({ target });
    expect(await reasonOf(admin.iam.deletePermissionsBoundary({ target }))).toBe('NoSuchEntity');
    await admin.iam.deletePolicy({ policyArn: arn });
    expect(await reasonsOf(admin.iam.getPolicy({ policyArn: arn }), admin.iam.attachPolicy({ target, policyArn: arn }))).toEqual([
      'NoSuchEntity',
    ]);
    const group = admin.iam.putPermissionsBoundary({ target: groupTarget('any'), policyArn: arn });
    expect(await reasonOf(group)).toBe('ValidationError');
  });

  it('are attached ten to one at most, also when many are attached at once', async () => {
    await admin.iam.createGroup({ groupName: 'full' });
    const arns = [];
    for (let i = 0; i < 12; i++) {
      const { policy } = await admin.iam.createPolicy({
        policyName: `Full${String(i).padStart(2, '0')}`,
        policyDocument: document(allow('a:b')),
      });
      arns.push(policy!.arn);
    }
    const target = groupTarget('full');
    const outcomes = await Promise.allSettled(arns.map((policyArn) => admin.iam.attachPolicy({ target, policyArn })));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(10);
    const first = await admin.iam.listAttachedPolicies({ target, maxItems: 6 });
    const second = await admin.iam.listAttachedPolicies({ target, maxItems: 6, marker: first.marker });
    expect([first.attachedPolicies.length, second.attachedPolicies.length, second.marker]).toEqual([6, 4, '']);
  });

  it('have at most 6,144 characters, white space not counted', async () => {
    const spaced = JSON.stringify(JSON.parse(documentOf(6_144)), undefined, 20);
    await admin.iam.createPolicy({ policyName: 'Edge', policyDocument: spaced });
    const over = admin.iam.createPolicy({ policyName: 'Over', policyDocument: documentOf(6_145) });
    expect(await reasonOf(over)).toBe('LimitExceeded');
    for (const policyDocument of ['nonsense', document({ Effect: 'Perhaps' }), trust]) {
      expect(await reasonOf(admin.iam.createPolicy({ policyName: 'Bad', policyDocument }))).toBe('MalformedPolicyDocument');
    }
  });

  it('come with Strongroom too, listed among the others in the order of names, and cannot be changed', async () => {
    await admin.iam.createPolicy({ policyName: 'AdministratorAccess', policyDocument: document(allow('x:y')) });
    const seen: string[] = [];
    let marker = '';
    do {
      const page = await admin.iam.listPolicies({ maxItems: 3, marker });
      seen.push(...page.policies.map((policy) => policy.arn));
      marker = page.marker;
    } while (marker !== '');
    const whole = (await admin.iam.listPolicies({ maxItems: 1_000 })).policies;
    expect(seen).toEqual(whole.map((policy) => policy.arn));
    const names = whole.map((policy) => policy.policyName.toUpperCase());
    expect(names).toEqual([...names].sort());
    expect(seen).toEqual(expect.arrayContaining(BUILT_IN_POLICIES.map((policy) => policy.arn)));
    const local = (await admin.iam.listPolicies({ onlyLocal: true, maxItems: 1_000 })).policies;
    expect(local).toHaveLength(whole.length - BUILT_IN_POLICIES.length);

    const policyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    const { policy } = await admin.iam.getPolicy({ policyArn });
    expect(policy).toMatchObject({ attachmentCount: 1, defaultVersionId: 'v1' });
    const { policyVersion } = await admin.iam.getPolicyVersion({ policyArn, versionId: 'v1' });
    expect(JSON.parse(policyVersion!.document)).toMatchObject({ Statement: [{ Effect: 'Allow', Action: ['*'], Resource: '*' }] });
    const policyDocument = document(allow('a:b'));
    expect(
      await reasonsOf(
        admin.iam.deletePolicy({ policyArn }),
        admin.iam.createPolicyVersion({ policyArn, policyDocument }),
        admin.iam.setDefaultPolicyVersion({ policyArn, versionId: 'v1' }),
        admin.iam.deletePolicyVersion({ policyArn, versionId: 'v1' }),
      ),
    ).toEqual(['InvalidInput']);
  });
});

describe('inline policies', () => {
  it('are put, read, listed and deleted', async () => {
    await admin.iam.createUser({ userName: 'inline' });
    const target = userTarget('inline');
    const policyDocument = document(allow('a:b'));
    for (const policyName of ['one', 'two', 'three']) await admin.iam.putInlinePolicy({ target, policyName, policyDocument });
    expect(await admin.iam.getInlinePolicy({ target, policyName: 'ONE' })).toEqual({ policyName: 'one', policyDocument });
    const first = await admin.iam.listInlinePolicies({ target, maxItems: 2 });
    expect(first.policyNames).toEqual(['one', 'three']);
    expect((await admin.iam.listInlinePolicies({ target, marker: first.marker })).policyNames).toEqual(['two']);
    await admin.iam.deleteInlinePolicy({ target, policyName: 'one' });
    expect(
      await reasonsOf(
        admin.iam.getInlinePolicy({ target, policyName: 'one' }),
        admin.iam.deleteInlinePolicy({ target, policyName: 'one' }),
      ),
    ).toEqual(['NoSuchEntity']);
    const malformed = admin.iam.putInlinePolicy({ target, policyName: 'bad', policyDocument: '{}' });
    expect(await refusal(malformed)).toMatchObject({ reason: 'MalformedPolicyDocument', kind: 'invalid-argument' });
    expect(await reasonOf(admin.iam.putInlinePolicy({ target: undefined, policyName: 'x', policyDocument }))).toBe(
      'ValidationError',
    );
  });

  it.each([
    ['user', 2_048],
    ['group', 5_120],
    ['role', 10_240],
  ] as const)('of a %s have %i characters together at most', async (kind, most) => {
    if (kind === 'user') await admin.iam.createUser({ userName: 'big' });
    if (kind === 'group') await admin.iam.createGroup({ groupName: 'big' });
    if (kind === 'role') await admin.iam.createRole({ roleName: 'big', assumeRolePolicyDocument: trust });
    const target = { user: userTarget, group: groupTarget, role: roleTarget }[kind]('big');
    await admin.iam.putInlinePolicy({ target, policyName: 'half', policyDocument: documentOf(1_000) });
    await admin.iam.putInlinePolicy({ target, policyName: 'rest', policyDocument: documentOf(most - 1_000) });
    const over = admin.iam.putInlinePolicy({ target, policyName: 'rest', policyDocument: documentOf(most - 999) });
    expect(await refusal(over)).toMatchObject({ reason: 'LimitExceeded', message: expect.stringContaining(`${most} bytes`) });
    expect((await admin.iam.getInlinePolicy({ target, policyName: 'rest' })).policyDocument).toHaveLength(most - 1_000);
  });
});

describe('accounts', () => {
  it('are worlds of their own', async () => {
    const uri = 'spiffe://strongroom.local/user/other-admin';
    const created = await admin.iam.createAccount({
      accountId: OTHER_ACCOUNT,
      displayName: 'Other',
      administratorCertificateUri: uri,
    });
    expect(created.administrator?.arn).toBe(`arn:aws:iam::${OTHER_ACCOUNT}:user/admin`);
    expect((await admin.iam.listAccounts()).accounts.map((account) => account.accountId)).toEqual([
      '000000000000',
      OTHER_ACCOUNT,
    ]);
    const again = { accountId: OTHER_ACCOUNT, administratorCertificateUri: 'spiffe://strongroom.local/user/z' };
    expect(await reasonOf(admin.iam.createAccount(again))).toBe('EntityAlreadyExists');
    const taken = { accountId: '333333333333', administratorCertificateUri: uri };
    expect(await reasonOf(admin.iam.createAccount(taken))).toBe('EntityAlreadyExists');
    expect(await reasonOf(admin.iam.createAccount({ accountId: '12', administratorCertificateUri: uri }))).toBe(
      'ValidationError',
    );
    expect((await admin.iam.listAccounts()).accounts).toHaveLength(2);

    const other = await identity.as(uri);
    expect((await other.iam.listUsers()).users.map((user) => user.userName)).toEqual(['admin']);
    await admin.iam.createUser({ userName: 'here' });
    expect(await reasonOf(other.iam.getUser({ userName: 'here' }))).toBe('NoSuchEntity');
    await other.iam.createUser({ userName: 'here' });
    const { policy } = await admin.iam.createPolicy({ policyName: 'Ours', policyDocument: document(allow('a:b')) });
    const policyArn = policy!.arn;
    expect(await reasonsOf(other.iam.getPolicy({ policyArn }), other.iam.deletePolicy({ policyArn }))).toEqual([
      'AccessDeniedException',
    ]);
    expect(await reasonOf(other.iam.attachPolicy({ target: userTarget('here'), policyArn }))).toBe('NoSuchEntity');
    expect(await reasonOf(other.iam.listAccounts())).toBe('AccessDeniedException');
    expect(
      await reasonOf(other.iam.createAccount({ ...taken, administratorCertificateUri: 'spiffe://strongroom.local/user/q' })),
    ).toBe('AccessDeniedException');
    // A URI of another account is refused alike whether it is bound or not, and is not theirs to unbind.
    const ours = ['spiffe://strongroom.local/user/admin', 'spiffe://strongroom.local/app/not-yet'];
    const target = userTarget('here');
    const refusals = await Promise.all(ours.map((one) => refusal(other.iam.bindCertificate({ uri: one, target }))));
    expect(refusals[0]).toEqual({
      kind: 'invalid-argument',
      reason: 'InvalidInput',
      message: `uri must belong to the account: it must begin with spiffe://strongroom.local/account/${OTHER_ACCOUNT}/ or spiffe://team.example/.`,
    });
    expect(refusals[1]).toEqual(refusals[0]);
    expect(await reasonOf(other.iam.unbindCertificate({ uri: ours[0] }))).toBe('NoSuchEntity');
    for (const theirs of [`spiffe://strongroom.local/account/${OTHER_ACCOUNT}/app/x`, 'spiffe://team.example/app/x']) {
      const taken = { uri: theirs, target: userTarget('admin') };
      expect(await reasonOf(admin.iam.bindCertificate(taken))).toBe('InvalidInput');
      const newcomer = { accountId: '444444444444', administratorCertificateUri: theirs };
      expect(await reasonOf(admin.iam.createAccount(newcomer))).toBe('InvalidInput');
      await other.iam.bindCertificate({ uri: theirs, target });
      expect((await (await identity.as(theirs)).sts.getCallerIdentity()).arn).toBe(`arn:aws:iam::${OTHER_ACCOUNT}:user/here`);
      await other.iam.unbindCertificate({ uri: theirs });
    }
    expect((await admin.iam.listAccounts()).accounts).toHaveLength(2);
    expect((await other.iam.listCertificateBindings()).bindings.map((binding) => binding.uri)).toEqual([uri]);
  });
});
