import { allow, document, groupTarget, refusal, TestIdentity, userTarget, type TestCaller } from './server.testing';

let identity: TestIdentity;
let admin: TestCaller;
beforeAll(async () => {
  identity = await TestIdentity.start();
  admin = await identity.admin();
}, 60_000);
afterAll(() => identity.drop());

const reasonOf = async (promise: Promise<unknown>) => (await refusal(promise)).reason;

describe('users', () => {
  it('are made, read, listed by path and deleted', async () => {
    const { user } = await admin.iam.createUser({ userName: 'Ann', path: '/dev/', tags: [{ key: 'Team', value: 'blue' }] });
    expect(user).toMatchObject({
      userName: 'Ann',
      path: '/dev/',
      arn: 'arn:aws:iam::000000000000:user/dev/Ann',
      userId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
      createDate: identity.clock.now(),
      tags: [{ key: 'Team', value: 'blue' }],
    });
    // Whatever the case.
    expect((await admin.iam.getUser({ userName: 'ANN' })).user).toEqual(user);
    await admin.iam.createUser({ userName: 'bob', path: '/dev_ops/' });
    expect((await admin.iam.listUsers({ pathPrefix: '/dev/' })).users.map((one) => one.userName)).toEqual(['Ann']);
    expect((await admin.iam.listUsers({ pathPrefix: '/dev_' })).users.map((one) => one.userName)).toEqual(['bob']);
    await admin.iam.deleteUser({ userName: 'ann' });
    expect(await refusal(admin.iam.getUser({ userName: 'Ann' }))).toEqual({
      kind: 'not-found',
      reason: 'NoSuchEntity',
      message: 'The user with name Ann cannot be found.',
    });
  });

  it('are unique whatever their case, also when two are made at once', async () => {
    const outcomes = await Promise.allSettled(
      ['carol', 'CAROL', 'Carol', 'cArol'].map((userName) => admin.iam.createUser({ userName })),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ reason: 'EntityAlreadyExists' });
    }
  });

  it.each([
    [{ userName: '' }, 'user_name'],
    [{ userName: 'a'.repeat(65) }, 'user_name'],
    [{ userName: 'a b' }, 'user_name'],
    [{ userName: 'ok', path: 'dev/' }, 'path'],
    [{ userName: 'ok', path: `/${'a'.repeat(511)}/` }, 'path'],
    [{ userName: 'ok', tags: [{ key: '', value: '' }] }, 'tags.key'],
    [{ userName: 'ok', tags: [{ key: 'k', value: 'v'.repeat(257) }] }, 'tags.value'],
    [{ userName: 'ok', tags: Array.from({ length: 51 }, (_, i) => ({ key: `k${i}`, value: '' })) }, 'tags'],
    [{ userName: 'ok', permissionsBoundary: 'nonsense' }, 'permissions_boundary'],
  ])('are refused with a broken field: %j', async (request, field) => {
    const error = await refusal(admin.iam.createUser(request));
    expect(error).toMatchObject({ kind: 'invalid-argument', reason: 'ValidationError' });
    expect(error.message).toContain(field);
  });

  it('take names and tags at the edge of what is allowed', async () => {
    const tags = Array.from({ length: 50 }, (_, i) => ({ key: `${i}`.padEnd(128, 'k'), value: 'v'.repeat(256) }));
    const userName = 'z'.repeat(64);
    await admin.iam.createUser({ userName, path: `/${'p'.repeat(510)}/`, tags });
    expect((await admin.iam.getUser({ userName })).user?.tags).toEqual(tags);
    const more = admin.iam.tagPrincipal({ target: userTarget(userName), tags: [{ key: 'one more', value: '' }] });
    expect(await refusal(more)).toMatchObject({ reason: 'LimitExceeded', kind: 'resource-exhausted' });
    await admin.iam.deleteUser({ userName });
  });

  it('are listed in pages', async () => {
    const names = ['page-a', 'Page-B', 'page-c', 'page-d', 'page-e'];
    for (const userName of names) await admin.iam.createUser({ userName, path: '/paged/' });
    const seen: string[] = [];
    let marker = '';
    do {
      const page = await admin.iam.listUsers({ pathPrefix: '/paged/', maxItems: 2, marker });
      expect(page.users.length).toBeLessThanOrEqual(2);
      seen.push(...page.users.map((user) => user.userName));
      marker = page.marker;
    } while (marker !== '');
    expect(seen).toEqual(names);
    expect(await reasonOf(admin.iam.listUsers({ marker: 'x!' }))).toBe('ValidationError');
    for (const maxItems of [0, 1001]) expect(await reasonOf(admin.iam.listUsers({ maxItems }))).toBe('ValidationError');
  });

  it('are not deleted while something hangs on them', async () => {
    const userName = 'laden';
    const target = userTarget(userName);
    const uri = 'spiffe://strongroom.local/user/laden';
    const policyArn = 'arn:aws:iam::aws:policy/IAMFullAccess';
    await admin.iam.createUser({ userName });
    await admin.iam.createGroup({ groupName: 'laden' });
    const { accessKey } = await admin.iam.createAccessKey({ userName });
    await admin.iam.bindCertificate({ uri, target });
    await admin.iam.attachPolicy({ target, policyArn });
    await admin.iam.putInlinePolicy({ target, policyName: 'p', policyDocument: document(allow('iam:GetUser')) });
    await admin.iam.addUserToGroup({ groupName: 'laden', userName });
    const { accessKeyId } = accessKey!;
    const obstacles: [string, () => Promise<unknown>][] = [
      ['access keys', () => admin.iam.deleteAccessKey({ userName, accessKeyId })],
      ['certificates', () => admin.iam.unbindCertificate({ uri })],
      ['detach', () => admin.iam.detachPolicy({ target, policyArn })],
      ['delete policies', () => admin.iam.deleteInlinePolicy({ target, policyName: 'p' })],
      ['group', () => admin.iam.removeUserFromGroup({ groupName: 'laden', userName })],
    ];
    for (const [word, clear] of obstacles) {
      const error = await refusal(admin.iam.deleteUser({ userName }));
      expect(error).toMatchObject({ reason: 'DeleteConflict', kind: 'failed-precondition' });
      expect(error.message).toContain(word);
      await clear();
    }
    await admin.iam.deleteUser({ userName });
    await admin.iam.deleteGroup({ groupName: 'laden' });
  });
});

describe('groups', () => {
  it('have members, in pages, and end when they have none', async () => {
    const { group } = await admin.iam.createGroup({ groupName: 'Readers', path: '/g/' });
    expect(group).toMatchObject({ arn: 'arn:aws:iam::000000000000:group/g/Readers', groupId: expect.stringMatching(/^AGPA/) });
    for (const userName of ['m1', 'm2', 'm3']) {
      await admin.iam.createUser({ userName });
      await admin.iam.addUserToGroup({ groupName: 'readers', userName });
      await admin.iam.addUserToGroup({ groupName: 'readers', userName });
    }
    const first = await admin.iam.getGroup({ groupName: 'Readers', maxItems: 2 });
    const second = await admin.iam.getGroup({ groupName: 'Readers', maxItems: 2, marker: first.marker });
    expect([...first.users, ...second.users].map((user) => user.userName)).toEqual(['m1', 'm2', 'm3']);
    expect(second.marker).toBe('');
    expect((await admin.iam.listGroupsForUser({ userName: 'm1' })).groups).toEqual([group]);
    expect((await admin.iam.listGroups({ pathPrefix: '/g/' })).groups).toEqual([group]);
    expect(await reasonOf(admin.iam.deleteGroup({ groupName: 'Readers' }))).toBe('DeleteConflict');
    for (const userName of ['m1', 'm2', 'm3']) await admin.iam.removeUserFromGroup({ groupName: 'Readers', userName });
    expect(await reasonOf(admin.iam.removeUserFromGroup({ groupName: 'Readers', userName: 'm1' }))).toBe('NoSuchEntity');
    await admin.iam.deleteGroup({ groupName: 'Readers' });
    expect(await reasonOf(admin.iam.getGroup({ groupName: 'Readers' }))).toBe('NoSuchEntity');
  });

  it('are at most ten for a user, also when many are joined at once', async () => {
    await admin.iam.createUser({ userName: 'joiner' });
    const names = Array.from({ length: 12 }, (_, i) => `join-${i}`);
    for (const groupName of names) await admin.iam.createGroup({ groupName });
    const outcomes = await Promise.allSettled(
      names.map((groupName) => admin.iam.addUserToGroup({ groupName, userName: 'joiner' })),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(10);
    expect(outcomes.find((outcome) => outcome.status === 'rejected')).toMatchObject({ reason: { reason: 'LimitExceeded' } });
    expect((await admin.iam.listGroupsForUser({ userName: 'joiner' })).groups).toHaveLength(10);
  });

  it('answer to strangers as if they were not there', async () => {
    const joining = { groupName: 'nowhere', userName: 'admin' };
    expect(await reasonOf(admin.iam.addUserToGroup(joining))).toBe('NoSuchEntity');
    expect(await reasonOf(admin.iam.createGroup({ groupName: 'a/b' }))).toBe('ValidationError');
    await admin.iam.createGroup({ groupName: 'twice' });
    expect(await reasonOf(admin.iam.createGroup({ groupName: 'TWICE' }))).toBe('EntityAlreadyExists');
    await admin.iam.attachPolicy({ target: groupTarget('twice'), policyArn: 'arn:aws:iam::aws:policy/IAMFullAccess' });
    expect(await reasonOf(admin.iam.deleteGroup({ groupName: 'twice' }))).toBe('DeleteConflict');
  });
});

describe('permissions', () => {
  it('decide by the action and the ARN of the entity', async () => {
    const mine = { Effect: 'Allow', Action: 'iam:GetUser', Resource: 'arn:aws:iam::000000000000:user/${aws:username}' };
    const self = await identity.user('selfish', mine);
    expect((await self.iam.getUser({})).user?.userName).toBe('selfish');
    expect(await refusal(self.iam.getUser({ userName: 'admin' }))).toEqual({
      kind: 'permission-denied',
      reason: 'AccessDeniedException',
      message:
        'User: arn:aws:iam::000000000000:user/selfish is not authorized to perform: iam:GetUser on resource: user admin ' +
        'because no identity-based policy allows the iam:GetUser action',
    });
    // Nobody learns what is there who may not.
    const absent = await refusal(self.iam.getUser({ userName: 'nobody' }));
    expect(absent.message).toContain('is not authorized to perform: iam:GetUser on resource: user nobody');
  });

  it('can ask for tags, boundaries and policies', async () => {
    const boundary = 'arn:aws:iam::aws:policy/StrongroomReadOnlyAccess';
    const delegate = await identity.user(
      'delegate',
      { ...allow('iam:CreateUser'), Condition: { StringEquals: { 'iam:PermissionsBoundary': boundary } } },
      { ...allow('iam:TagUser'), Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } } },
      { ...allow('iam:AttachUserPolicy'), Condition: { ArnEquals: { 'iam:PolicyARN': boundary } } },
      { ...allow('iam:DeleteUser'), Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } } },
    );
    expect(await reasonOf(delegate.iam.createUser({ userName: 'd1' }))).toBe('AccessDeniedException');
    await delegate.iam.createUser({ userName: 'd1', permissionsBoundary: boundary, tags: [{ key: 'team', value: 'blue' }] });
    const target = userTarget('d1');
    expect(await reasonOf(delegate.iam.tagPrincipal({ target, tags: [{ key: 'rank', value: 'high' }] }))).toBe(
      'AccessDeniedException',
    );
    const other = 'arn:aws:iam::aws:policy/AdministratorAccess';
    expect(await reasonOf(delegate.iam.attachPolicy({ target, policyArn: other }))).toBe('AccessDeniedException');
    await delegate.iam.attachPolicy({ target, policyArn: boundary });
    expect(await reasonOf(delegate.iam.deleteUser({ userName: 'admin' }))).toBe('AccessDeniedException');
    await admin.iam.detachPolicy({ target, policyArn: boundary });
    await delegate.iam.deleteUser({ userName: 'd1' });
  });

  it('are none for somebody without policies', async () => {
    const nobody = await identity.user('powerless');
    const attempts: Promise<unknown>[] = [
      nobody.iam.listUsers(),
      nobody.iam.listGroups(),
      nobody.iam.listRoles(),
      nobody.iam.listPolicies(),
      nobody.iam.listCertificateBindings(),
      nobody.iam.listAccounts(),
      nobody.iam.createUser({ userName: 'x' }),
      nobody.iam.createGroup({ groupName: 'x' }),
      nobody.iam.createRole({
        roleName: 'x',
        assumeRolePolicyDocument: document({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }),
      }),
      nobody.iam.createPolicy({ policyName: 'x', policyDocument: document(allow('a:b')) }),
      nobody.iam.createAccount({ accountId: '222222222222', administratorCertificateUri: 'spiffe://strongroom.local/user/x' }),
      nobody.iam.createAccessKey(),
      nobody.iam.bindCertificate({ uri: 'spiffe://strongroom.local/user/y', target: userTarget('powerless') }),
      nobody.iam.unbindCertificate({ uri: 'spiffe://strongroom.local/user/admin' }),
      nobody.sts.revokeSessions({ sessions: { $case: 'target', value: userTarget('admin') } }),
    ];
    for (const reason of await Promise.all(attempts.map(reasonOf))) expect(reason).toBe('AccessDeniedException');
    // Neither whether a URI is bound or a session there is, nor whose it is.
    const session = (await admin.sts.getSessionToken()).credentials!.accessKeyId;
    for (const [there, absent, ask] of [
      [
        'spiffe://strongroom.local/user/admin',
        'spiffe://strongroom.local/user/nobody',
        (uri: string) => nobody.iam.unbindCertificate({ uri }),
      ],
      [
        session,
        'ASIANOBODYNOBODY0000',
        (value: string) => nobody.sts.revokeSessions({ sessions: { $case: 'accessKeyId', value } }),
      ],
    ] as const) {
      const [one, other] = [await refusal(ask(there)), await refusal(ask(absent))];
      expect(one.reason).toBe('AccessDeniedException');
      expect({ ...one, message: one.message.replaceAll(there, absent) }).toEqual(other);
    }
    expect((await nobody.sts.getCallerIdentity()).arn).toBe('arn:aws:iam::000000000000:user/powerless');
  });
});

describe('every call', () => {
  it('has its event, a change before it happens', async () => {
    await admin.iam.createUser({ userName: 'audited' });
    const created = identity.recorder.events.at(-1);
    expect(created).toMatchObject({
      eventSource: 'iam.amazonaws.com',
      eventName: 'CreateUser',
      readOnly: false,
      errorCode: '',
      userIdentity: { type: 'IAMUser', userName: 'admin' },
      resources: [{ arn: 'arn:aws:iam::000000000000:user/audited', type: 'AWS::IAM::User' }],
    });
    identity.recorder.failure = new Error('the journal is full');
    await expect(admin.iam.createUser({ userName: 'unaudited' })).rejects.toThrow();
    identity.recorder.failure = undefined;
    expect(await reasonOf(admin.iam.getUser({ userName: 'unaudited' }))).toBe('NoSuchEntity');
    expect(identity.recorder.events.at(-1)).toMatchObject({ eventName: 'GetUser', errorCode: 'NoSuchEntity', readOnly: true });
  });
});
