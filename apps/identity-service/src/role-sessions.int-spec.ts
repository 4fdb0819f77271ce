import { HOUR } from '@strongroom/clock';
import { allow, document, OTHER_ACCOUNT, refusal, roleTarget, TestIdentity, type TestCaller, userTarget } from './server.testing';

let identity: TestIdentity;
let admin: TestCaller;
beforeAll(async () => {
  identity = await TestIdentity.start();
  admin = await identity.admin();
}, 60_000);
afterAll(() => identity.drop());

const reasonOf = async (promise: Promise<unknown>) => (await refusal(promise)).reason;
const NOBODY = {
  kind: 'unauthenticated',
  reason: 'UnrecognizedClientException',
  message: 'The security token included in the request is invalid.',
};
const trusting = (principal: object | string, more: object = {}) =>
  document({ Effect: 'Allow', Principal: principal, Action: ['sts:AssumeRole', 'sts:TagSession'], ...more });

describe('AssumeRole', () => {
  const roleArn = 'arn:aws:iam::000000000000:role/Worker';
  const open = { roleArn, roleSessionName: 'job-1' };
  let worker: TestCaller;
  beforeAll(async () => {
    worker = await identity.user('worker');
    await admin.iam.createRole({
      roleName: 'Worker',
      assumeRolePolicyDocument: trusting({ AWS: 'arn:aws:iam::000000000000:user/worker' }),
      maxSessionDuration: 7_200,
      tags: [
        { key: 'Team', value: 'role' },
        { key: 'Tier', value: 'gold' },
      ],
    });
    await admin.iam.putInlinePolicy({ target: roleTarget('Worker'), policyName: 'p', policyDocument: document(allow('iam:*')) });
  });

  it('begins a session of the role', async () => {
    const answer = await worker.sts.assumeRole(open);
    expect(answer).toMatchObject({
      assumedRoleArn: 'arn:aws:sts::000000000000:assumed-role/Worker/job-1',
      assumedRoleId: expect.stringMatching(/^AROA.*:job-1$/),
      credentials: { expiration: new Date(identity.clock.millis() + HOUR) },
    });
    const session = identity.withToken(answer.credentials!.sessionToken);
    expect(await session.sts.getCallerIdentity()).toEqual({
      userId: answer.assumedRoleId,
      account: '000000000000',
      arn: answer.assumedRoleArn,
    });
    expect((await session.iam.getUser({ userName: 'worker' })).user?.userName).toBe('worker');
    expect(await reasonOf(session.iam.getUser({}))).toBe('ValidationError');
  });

  it('answers the same for a role that refuses and one that is not there', async () => {
    const other = await identity.user('outsider', allow('sts:*'));
    for (const arn of [roleArn, 'arn:aws:iam::000000000000:role/Absent', 'arn:aws:iam::000000000000:role/wrong/path/Worker']) {
      expect(await refusal(other.sts.assumeRole({ ...open, roleArn: arn }))).toEqual({
        kind: 'permission-denied',
        reason: 'AccessDeniedException',
        message: `User: arn:aws:iam::000000000000:user/outsider is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      });
    }
  });

  it.each([
    [{ roleArn: 'x' }, 'ValidationError'],
    [{ roleArn: 'arn:aws:iam::000000000000:user/worker' }, 'ValidationError'],
    [{ roleSessionName: 'x' }, 'ValidationError'],
    [{ roleSessionName: 'a'.repeat(65) }, 'ValidationError'],
    [{ durationSeconds: 899 }, 'ValidationError'],
    [{ durationSeconds: 7_201 }, 'ValidationError'],
    [{ externalId: 'x' }, 'ValidationError'],
    [{ policy: 'x'.repeat(2_049) }, 'ValidationError'],
    [{ policy: '{}' }, 'MalformedPolicyDocument'],
    [{ policyArns: Array.from({ length: 11 }, (_, i) => `arn:aws:iam::aws:policy/P${i}`) }, 'ValidationError'],
    [{ policyArns: ['arn:aws:iam::000000000000:policy/absent'] }, 'NoSuchEntity'],
    [{ tags: Array.from({ length: 51 }, (_, i) => ({ key: `k${i}`, value: '' })) }, 'ValidationError'],
    [{ tags: [{ key: 'aws:x', value: '' }] }, 'InvalidInput'],
    [
      {
        tags: [
          { key: 'a', value: '' },
          { key: 'A', value: '' },
        ],
      },
      'InvalidParameterValue',
    ],
    [{ transitiveTagKeys: ['absent'] }, 'InvalidParameterValue'],
    [{ roleArn: 'arn:aws:iam::000000000000:user/no-role' }, 'ValidationError'],
  ])('refuses %j', async (broken, reason) => {
    expect(await reasonOf(worker.sts.assumeRole({ ...open, ...broken }))).toBe(reason);
  });

  it('lasts no longer than the role allows, nor than an hour along a chain', async () => {
    const long = await worker.sts.assumeRole({ ...open, durationSeconds: 7_200 });
    expect(long.credentials?.expiration).toEqual(new Date(identity.clock.millis() + 2 * HOUR));
    await admin.iam.createRole({
      roleName: 'Next',
      assumeRolePolicyDocument: trusting({ AWS: roleArn }),
      maxSessionDuration: 43_200,
    });
    const session = identity.withToken(long.credentials!.sessionToken);
    const next = { roleArn: 'arn:aws:iam::000000000000:role/Next', roleSessionName: 'next' };
    const longer = await refusal(session.sts.assumeRole({ ...next, durationSeconds: 3_601 }));
    expect(longer).toMatchObject({ reason: 'ValidationError', message: expect.stringContaining('role chaining') });
    await session.sts.assumeRole({ ...next, durationSeconds: 3_600 });
  });

  it('narrows a session by policies, which are the most it can do', async () => {
    const policy = document(allow('iam:GetUser', 'iam:ListUsers'));
    const narrow = await worker.sts.assumeRole({
      ...open,
      policy,
      policyArns: ['arn:aws:iam::aws:policy/StrongroomReadOnlyAccess'],
    });
    const session = identity.withToken(narrow.credentials!.sessionToken);
    await session.iam.listUsers();
    expect(await refusal(session.iam.createUser({ userName: 'x' }))).toMatchObject({
      reason: 'AccessDeniedException',
      message: expect.stringContaining('no session policy allows'),
    });
  });

  it('hands tags on: the role’s, the session’s over them, and the transitive ones along a chain', async () => {
    const seesTags = (tags: Record<string, string>) => ({
      ...allow('iam:ListUsers'),
      Condition: {
        StringEquals: Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
      },
    });
    await admin.iam.createRole({ roleName: 'Tagged', assumeRolePolicyDocument: trusting({ AWS: '000000000000' }) });
    await admin.iam.createRole({ roleName: 'Last', assumeRolePolicyDocument: trusting({ AWS: '000000000000' }) });
    await admin.iam.putInlinePolicy({
      target: roleTarget('Tagged'),
      policyName: 'p',
      policyDocument: document(allow('sts:*'), seesTags({ Team: 'blue', Cost: '7' })),
    });
    await admin.iam.putInlinePolicy({
      target: roleTarget('Last'),
      policyName: 'p',
      policyDocument: document(seesTags({ Cost: '7', Extra: 'e' })),
    });
    await admin.iam.tagPrincipal({ target: roleTarget('Tagged'), tags: [{ key: 'team', value: 'overridden' }] });
    const first = await admin.sts.assumeRole({
      roleArn: 'arn:aws:iam::000000000000:role/Tagged',
      roleSessionName: 'first',
      tags: [
        { key: 'Team', value: 'blue' },
        { key: 'Cost', value: '7' },
      ],
      transitiveTagKeys: ['Cost'],
    });
    const session = identity.withToken(first.credentials!.sessionToken);
    await session.iam.listUsers();
    const last = { roleArn: 'arn:aws:iam::000000000000:role/Last', roleSessionName: 'last' };
    expect(await reasonOf(session.sts.assumeRole({ ...last, tags: [{ key: 'cost', value: '8' }] }))).toBe(
      'InvalidParameterValue',
    );
    const second = await session.sts.assumeRole({ ...last, tags: [{ key: 'Extra', value: 'e' }] });
    await identity.withToken(second.credentials!.sessionToken).iam.listUsers();
  });

  it('needs sts:TagSession for tags, and the external id that the role asks for', async () => {
    await admin.iam.createRole({
      roleName: 'Strict',
      assumeRolePolicyDocument: document({
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::000000000000:user/worker' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'ticket-1' }, StringLike: { 'sts:RoleSessionName': 'job-*' } },
      }),
    });
    const strict = { roleArn: 'arn:aws:iam::000000000000:role/Strict', roleSessionName: 'job-9', externalId: 'ticket-1' };
    await worker.sts.assumeRole(strict);
    for (const change of [
      { externalId: '' },
      { externalId: 'ticket-2' },
      { roleSessionName: 'other' },
      { tags: [{ key: 'a', value: 'b' }] },
    ]) {
      expect(await reasonOf(worker.sts.assumeRole({ ...strict, ...change }))).toBe('AccessDeniedException');
    }
  });

  it('crosses accounts when both sides say so', async () => {
    const uri = 'spiffe://strongroom.local/user/far-admin';
    await admin.iam.createAccount({ accountId: OTHER_ACCOUNT, administratorCertificateUri: uri });
    const far = await identity.as(uri);
    await admin.iam.createRole({ roleName: 'Shared', assumeRolePolicyDocument: trusting({ AWS: OTHER_ACCOUNT }) });
    const shared = { roleArn: 'arn:aws:iam::000000000000:role/Shared', roleSessionName: 'visitor' };
    const answer = await far.sts.assumeRole(shared);
    expect(identity.recorder.events.at(-1)).toMatchObject({ eventName: 'AssumeRole', recipientAccountId: '000000000000' });
    const session = identity.withToken(answer.credentials!.sessionToken);
    expect((await session.sts.getCallerIdentity()).account).toBe('000000000000');
    const name = `spiffe://strongroom.local/account/${OTHER_ACCOUNT}/far-user`;
    await far.iam.createUser({ userName: 'far-user' });
    await far.iam.bindCertificate({ uri: name, target: userTarget('far-user') });
    const user = await identity.as(name);
    expect(await reasonOf(user.sts.assumeRole(shared))).toBe('AccessDeniedException');
    await far.iam.putInlinePolicy({
      target: userTarget('far-user'),
      policyName: 'p',
      policyDocument: document(allow('sts:AssumeRole')),
    });
    await user.sts.assumeRole(shared);
    expect(await reasonOf(far.sts.assumeRole(open))).toBe('AccessDeniedException');
  });
});

describe('RevokeSessions', () => {
  it('ends one session, or all that there are of a user or role', async () => {
    const somebody = await identity.user('revoked');
    const begin = async () => {
      const { credentials } = await somebody.sts.getSessionToken();
      return { id: credentials!.accessKeyId, caller: identity.withToken(credentials!.sessionToken) };
    };
    const [one, two, three] = [await begin(), await begin(), await begin()];
    const of = (value: string) => ({ sessions: { $case: 'accessKeyId', value } }) as const;
    // Its own, without a permission, by itself or by another credential of the user; those of others, not.
    expect(await one.caller.sts.revokeSessions(of(one.id))).toEqual({ revoked: 1 });
    expect(await refusal(one.caller.sts.getCallerIdentity())).toEqual(NOBODY);
    const four = await begin();
    expect(await somebody.sts.revokeSessions(of(four.id))).toEqual({ revoked: 1 });
    expect(await refusal(four.caller.sts.getCallerIdentity())).toEqual(NOBODY);
    const other = await identity.user('revoker');
    expect(await reasonOf(other.sts.revokeSessions(of(three.id)))).toBe('AccessDeniedException');
    expect(await reasonOf(two.caller.sts.revokeSessions(of('ASIAAAAAAAAAAAAAAAAA')))).toBe('AccessDeniedException');
    expect(await reasonOf(admin.sts.revokeSessions(of(one.id)))).toBe('NoSuchEntity');
    expect(await admin.sts.revokeSessions({ sessions: { $case: 'target', value: userTarget('revoked') } })).toEqual({
      revoked: 2,
    });
    for (const { caller } of [two, three]) expect(await refusal(caller.sts.getCallerIdentity())).toEqual(NOBODY);
    expect(await reasonOf(admin.sts.revokeSessions({ sessions: undefined }))).toBe('ValidationError');
    await (await begin()).caller.sts.getCallerIdentity();
  });

  it('lets a session of a role end itself, and no other of the role', async () => {
    const principal = { AWS: '000000000000' };
    await admin.iam.createRole({ roleName: 'shared-by-two', assumeRolePolicyDocument: trusting(principal) });
    const begin = async (roleSessionName: string) => {
      const roleArn = 'arn:aws:iam::000000000000:role/shared-by-two';
      const { credentials } = await admin.sts.assumeRole({ roleArn, roleSessionName });
      return { id: credentials!.accessKeyId, caller: identity.withToken(credentials!.sessionToken) };
    };
    const [one, two] = [await begin('one'), await begin('two')];
    const of = (value: string) => ({ sessions: { $case: 'accessKeyId', value } }) as const;
    expect(await reasonOf(one.caller.sts.revokeSessions(of(two.id)))).toBe('AccessDeniedException');
    expect(await one.caller.sts.revokeSessions(of(one.id))).toEqual({ revoked: 1 });
    await two.caller.sts.getCallerIdentity();
  });

  it('is not needed where the user goes, or the certificate', async () => {
    const somebody = await identity.user('goner');
    const { credentials } = await somebody.sts.getSessionToken();
    const session = identity.withToken(credentials!.sessionToken);
    await session.sts.getCallerIdentity();
    await admin.iam.unbindCertificate({ uri: 'spiffe://strongroom.local/user/goner' });
    expect(await refusal(session.sts.getCallerIdentity())).toEqual(NOBODY);
    expect(await refusal(somebody.sts.getCallerIdentity())).toEqual(NOBODY);
    await admin.iam.deleteUser({ userName: 'goner' });
  });
});
