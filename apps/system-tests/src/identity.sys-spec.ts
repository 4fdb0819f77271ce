import { userUri } from '@strongroom/local-cluster';
import { type Api, outcome } from './support/api';
import { allow, everything, policy, trust } from './support/policies';
import { type RunningSystem, entity, System, unique } from './support/system';

const ACCOUNT = '000000000000';
let system: RunningSystem;
const apis: Record<string, Api> = {};

beforeAll(async () => {
  system = await System.running();
  const { api } = await system.user('identity-operator', allow(['iam:*', 'sts:*']));
  apis.certificate = api;
  apis.token = await system.byToken(api);
});
afterAll(() => system?.stop());

const bothWays = (name: string, test: (api: Api) => Promise<void>) =>
  it.each(['certificate', 'token'])(`${name} (by %s)`, (way) => test(apis[way]!));

/** All items of a paged list. */
const all = async <T>(page: (marker: string) => Promise<{ items: T[]; marker: string }>): Promise<T[]> => {
  const items: T[] = [];
  for (let marker = ''; ;) {
    const next = await page(marker);
    items.push(...next.items);
    if (!(marker = next.marker)) return items;
  }
};

bothWays('keeps users', async ({ identity }) => {
  const userName = unique('user');
  const { user } = await identity.createUser({ userName, path: '/tests/', tags: [{ key: 'team', value: 'a' }] });
  expect(user).toMatchObject({ userName, path: '/tests/', arn: `arn:aws:iam::${ACCOUNT}:user/tests/${userName}` });
  expect(user!.userId).toMatch(/^AIDA[A-Z0-9]{17}$/);
  expect((await identity.getUser({ userName })).user).toEqual(user);
  expect(await outcome(identity.createUser({ userName: userName.toUpperCase() }))).toMatch(/^already-exists EntityAlreadyExists/);

  const target = entity.user(userName);
  await identity.tagPrincipal({ target, tags: [{ key: 'stage', value: 'test' }] });
  await identity.untagPrincipal({ target, tagKeys: ['team'] });
  expect((await identity.getUser({ userName })).user!.tags).toEqual([{ key: 'stage', value: 'test' }]);

  const listed = await all(async (marker) => {
    const { users, marker: next } = await identity.listUsers({ pathPrefix: '/tests/', maxItems: 1, marker });
    return { items: users.map((u) => u.userName), marker: next };
  });
  expect(listed).toContain(userName);
  await identity.deleteUser({ userName });
  expect(await outcome(identity.getUser({ userName }))).toMatch(/^not-found NoSuchEntity/);
});

bothWays('keeps groups and their members', async ({ identity }) => {
  const [groupName, userName] = [unique('group'), unique('member')];
  await identity.createUser({ userName });
  const { group } = await identity.createGroup({ groupName });
  expect(group!.groupId).toMatch(/^AGPA/);
  await identity.addUserToGroup({ groupName, userName });
  expect((await identity.getGroup({ groupName })).users.map((u) => u.userName)).toEqual([userName]);
  expect((await identity.listGroupsForUser({ userName })).groups.map((g) => g.groupName)).toEqual([groupName]);
  const groups = await all(async (marker) => {
    const { groups, marker: next } = await identity.listGroups({ maxItems: 2, marker });
    return { items: groups.map((g) => g.groupName), marker: next };
  });
  expect(groups).toContain(groupName);
  expect(await outcome(identity.deleteUser({ userName }))).toMatch(/DeleteConflict/);
  expect(await outcome(identity.deleteGroup({ groupName }))).toMatch(/DeleteConflict/);
  await identity.removeUserFromGroup({ groupName, userName });
  await identity.deleteGroup({ groupName });
  await identity.deleteUser({ userName });
});

bothWays('keeps roles, and lets those assume them whom they trust', async (api) => {
  const { identity, tokens } = api;
  const me = await tokens.getCallerIdentity();
  const roleName = unique('role');
  const nobody = trust(`arn:aws:iam::${ACCOUNT}:user/${(await identity.createUser({ userName: unique('x') })).user!.userName}`);
  const { role } = await identity.createRole({ roleName, assumeRolePolicyDocument: nobody, description: 'of a test' });
  expect(role).toMatchObject({ arn: `arn:aws:iam::${ACCOUNT}:role/${roleName}`, maxSessionDuration: 3_600 });
  const session = { roleArn: role!.arn, roleSessionName: 'mine' };
  expect(await outcome(tokens.assumeRole(session))).toBe('permission-denied AccessDeniedException');
  await identity.updateAssumeRolePolicy({ roleName, policyDocument: trust(me.arn) });
  expect(JSON.parse((await identity.getRole({ roleName })).role!.assumeRolePolicyDocument)).toEqual(JSON.parse(trust(me.arn)));

  const assumed = await tokens.assumeRole({ ...session, tags: [{ key: 'project', value: 'x' }] });
  expect(assumed.assumedRoleArn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/${roleName}/mine`);
  const asRole = system.connect({ token: assumed.credentials!.sessionToken });
  expect(await asRole.tokens.getCallerIdentity()).toMatchObject({ arn: assumed.assumedRoleArn, account: ACCOUNT });

  const roles = await all(async (marker) => {
    const { roles, marker: next } = await identity.listRoles({ maxItems: 2, marker });
    return { items: roles.map((r) => r.roleName), marker: next };
  });
  expect(roles).toContain(roleName);
  await identity.deleteRole({ roleName });
  expect(await outcome(asRole.secrets.getRandomPassword())).not.toBe('ok');
});

bothWays('keeps managed policies with versions, attached and inline', async ({ identity }) => {
  const [policyName, groupName] = [unique('policy'), unique('group')];
  const { policy: made } = await identity.createPolicy({ policyName, policyDocument: allow('secretsmanager:GetSecretValue') });
  const policyArn = made!.arn;
  expect(made).toMatchObject({ policyName, defaultVersionId: 'v1', attachmentCount: 0 });
  const second = allow('secretsmanager:DescribeSecret');
  await identity.createPolicyVersion({ policyArn, policyDocument: second, setAsDefault: true });
  expect((await identity.getPolicy({ policyArn })).policy!.defaultVersionId).toBe('v2');
  const { policyVersion } = await identity.getPolicyVersion({ policyArn, versionId: 'v2' });
  expect(JSON.parse(policyVersion!.document)).toEqual(JSON.parse(second));
  expect((await identity.listPolicyVersions({ policyArn })).versions.map((v) => v.versionId)).toEqual(['v2', 'v1']);
  await identity.setDefaultPolicyVersion({ policyArn, versionId: 'v1' });
  await identity.deletePolicyVersion({ policyArn, versionId: 'v2' });

  await identity.createGroup({ groupName });
  const target = entity.group(groupName);
  await identity.attachPolicy({ target, policyArn });
  expect((await identity.listAttachedPolicies({ target })).attachedPolicies).toEqual([{ policyName, policyArn }]);
  expect(await outcome(identity.deletePolicy({ policyArn }))).toMatch(/DeleteConflict/);
  const policies = await all(async (marker) => {
    const { policies, marker: next } = await identity.listPolicies({ onlyLocal: true, maxItems: 2, marker });
    return { items: policies.map((p) => p.arn), marker: next };
  });
  expect(policies).toContain(policyArn);
  await identity.detachPolicy({ target, policyArn });
  await identity.deletePolicy({ policyArn });

  await identity.putInlinePolicy({ target, policyName: 'inline', policyDocument: everything });
  expect((await identity.listInlinePolicies({ target })).policyNames).toEqual(['inline']);
  const inline = await identity.getInlinePolicy({ target, policyName: 'inline' });
  expect(JSON.parse(inline.policyDocument)).toEqual(JSON.parse(everything));
  await identity.deleteInlinePolicy({ target, policyName: 'inline' });
  await identity.deleteGroup({ groupName });
});

bothWays('keeps a principal within its permissions boundary', async ({ identity }) => {
  const bounded = await system.user('bounded', allow('secretsmanager:*'));
  const { policy: made } = await identity.createPolicy({
    policyName: unique('boundary'),
    policyDocument: allow('secretsmanager:GetRandomPassword'),
  });
  const target = entity.user(bounded.name);
  await identity.putPermissionsBoundary({ target, policyArn: made!.arn });
  expect(await outcome(bounded.api.secrets.getRandomPassword())).toBe('ok');
  expect(await outcome(bounded.api.secrets.createSecret({ name: unique('s') }))).toMatch(/^permission-denied/);
  await identity.deletePermissionsBoundary({ target });
  expect((await identity.getUser({ userName: bounded.name })).user!.permissionsBoundary).toBe('');
});

bothWays('gives access keys, and session tokens for them', async ({ identity }) => {
  const { name: userName } = await system.user('keyed', allow('secretsmanager:GetRandomPassword'));
  const { accessKey, secretAccessKey } = await identity.createAccessKey({ userName });
  expect(accessKey!.accessKeyId).toMatch(/^AKIA[A-Z0-9]{16}$/);
  expect(secretAccessKey).toHaveLength(40);
  expect((await identity.listAccessKeys({ userName })).accessKeys).toMatchObject([{ accessKeyId: accessKey!.accessKeyId }]);

  const anonymous = system.connect({});
  const { accessKeyId } = accessKey!;
  const { credentials } = await anonymous.tokens.getSessionToken({ accessKey: { accessKeyId, secretAccessKey } });
  const session = system.connect({ token: credentials!.sessionToken });
  expect(await outcome(session.secrets.getRandomPassword())).toBe('ok');
  const wrong = { accessKeyId, secretAccessKey: 'x'.repeat(40) };
  expect(await outcome(anonymous.tokens.getSessionToken({ accessKey: wrong }))).toMatch(/^unauthenticated/);

  await identity.updateAccessKey({ userName, accessKeyId, status: 2 });
  expect(await outcome(anonymous.tokens.getSessionToken({ accessKey: { accessKeyId, secretAccessKey } }))).toMatch(
    /^unauthenticated/,
  );
  await identity.deleteAccessKey({ userName, accessKeyId });
  expect((await identity.listAccessKeys({ userName })).accessKeys).toEqual([]);
});

bothWays('binds certificates to users and roles', async ({ identity }) => {
  const userName = unique('bound');
  await identity.createUser({ userName });
  const uri = userUri(userName);
  const api = system.connect({ certificate: await system.cluster.issueClientCertificate(uri) });
  expect(await outcome(api.tokens.getCallerIdentity())).toMatch(/^unauthenticated/);
  const { binding } = await identity.bindCertificate({ uri, target: entity.user(userName) });
  expect(binding).toMatchObject({ uri, target: entity.user(userName) });
  expect(await api.tokens.getCallerIdentity()).toMatchObject({ arn: `arn:aws:iam::${ACCOUNT}:user/${userName}` });
  const bindings = await all(async (marker) => {
    const page = await identity.listCertificateBindings({ maxItems: 5, marker });
    return { items: page.bindings.map((b) => b.uri), marker: page.marker };
  });
  expect(bindings).toContain(uri);
  expect(await outcome(identity.bindCertificate({ uri, target: entity.user(userName) }))).toMatch(/^already-exists/);
  const reserved = 'spiffe://strongroom.local/service/impostor';
  expect(await outcome(identity.bindCertificate({ uri: reserved, target: entity.user(userName) }))).not.toBe('ok');
  await identity.unbindCertificate({ uri });
  await identity.deleteUser({ userName });
});

bothWays('narrows a session by its policy and revokes it', async (api) => {
  const me = await api.tokens.getCallerIdentity();
  const role = await system.role('narrowed', allow('secretsmanager:*'));
  await api.identity.updateAssumeRolePolicy({ roleName: role.name, policyDocument: trust(me.arn) });
  const { credentials } = await api.tokens.assumeRole({
    roleArn: role.arn,
    roleSessionName: 'narrow',
    policy: policy({ Action: 'secretsmanager:GetRandomPassword', Resource: '*' }),
  });
  const session = system.connect({ token: credentials!.sessionToken });
  expect(await outcome(session.secrets.getRandomPassword())).toBe('ok');
  expect(await outcome(session.secrets.createSecret({ name: unique('s') }))).toMatch(/^permission-denied/);
  const sessions = { $case: 'accessKeyId' as const, value: credentials!.accessKeyId };
  expect((await api.tokens.revokeSessions({ sessions })).revoked).toBe(1);
});

it('lists accounts', async () => {
  const { accounts } = await system.admin.identity.listAccounts();
  expect(accounts.map((a) => a.accountId)).toContain(ACCOUNT);
});
