import { ManualClock } from '@strongroom/clock';
import { ADMINISTRATOR_ACCESS } from './built-in-policies';
import type { Identity } from './identity';
import { PrincipalDirectory } from './principal-directory';
import type { Grants, OwnedAccessKey, PrincipalReader } from './principal-reader.port';
import type { CertificateBinding, Session } from './store.port';

const clock = new ManualClock();
const account = '000000000000';
const arnOf = (name: string) => `arn:aws:iam::${account}:policy/${name}`;
const user: Identity = {
  id: 'AIDA1',
  accountId: account,
  kind: 'user',
  name: 'ann',
  path: '/dev/',
  createDate: clock.now(),
  tags: [{ key: 'Team', value: 'a' }],
};
const role: Identity = { ...user, id: 'AROA1', kind: 'role', name: 'Worker', path: '/ci/' };
const session: Session = {
  accessKeyId: 'ASIA1',
  tokenHash: Buffer.alloc(32, 1),
  accountId: account,
  identityId: role.id,
  sessionName: 'job',
  source: 'AKIA1',
  tags: [{ key: 'team', value: 'b' }],
  transitiveTagKeys: [],
  policies: [{ name: 'session', document: '{inline}' }],
  policyArns: [arnOf('Narrow'), arnOf('Gone')],
  sealedSecret: Buffer.alloc(0),
  issueTime: clock.now(),
  expireTime: new Date(clock.millis() + 1_000),
};

class FakeReader implements PrincipalReader {
  bindings = new Map<string, CertificateBinding>();
  sessions = [session];
  keys = new Map<string, Pick<OwnedAccessKey, 'userId' | 'active'>>();
  byId = new Map<string, Grants>();
  documentsByArn = new Map<string, string>();
  async binding(uri: string) {
    return this.bindings.get(uri);
  }
  async sessionByTokenHash(hash: Buffer) {
    return this.sessions.find((one) => one.tokenHash.equals(hash));
  }
  async session(id: string) {
    return this.sessions.find((one) => one.accessKeyId === id);
  }
  async accessKey(id: string) {
    return this.keys.get(id) as OwnedAccessKey | undefined;
  }
  async grants(id: string) {
    return this.byId.get(id);
  }
  async documents(arns: readonly string[]) {
    expect(arns).not.toContain(ADMINISTRATOR_ACCESS);
    return new Map(arns.flatMap((arn) => (this.documentsByArn.has(arn) ? [[arn, this.documentsByArn.get(arn)!] as const] : [])));
  }
}

const setup = () => {
  const reader = new FakeReader();
  const bind = (uri: string, identityId: string) =>
    reader.bindings.set(uri, { uri, accountId: account, identityId, createDate: clock.now() });
  bind('spiffe://x/user/ann', user.id);
  bind('spiffe://x/ci/runner', role.id);
  reader.byId.set(user.id, {
    identity: user,
    groupIds: ['AGPA1'],
    inlinePolicies: [{ name: 'own', document: '{own}' }],
    attached: [ADMINISTRATOR_ACCESS, arnOf('Wide'), arnOf('Gone')],
  });
  reader.byId.set(role.id, {
    identity: { ...role, permissionsBoundary: arnOf('Bound') },
    groupIds: [],
    inlinePolicies: [],
    attached: [],
  });
  for (const name of ['Wide', 'Narrow', 'Bound']) reader.documentsByArn.set(arnOf(name), `{${name}}`);
  return { reader, directory: new PrincipalDirectory(reader, clock) };
};
const deadline = Infinity;

it('puts a user together, and says of what', async () => {
  const { principal, subjects } = await setup().directory.resolve({ certificateUri: 'spiffe://x/user/ann' }, deadline);
  expect(principal).toMatchObject({
    credentialId: 'cert:spiffe://x/user/ann',
    kind: 'user',
    arn: `arn:aws:iam::${account}:user/dev/ann`,
    userId: 'AIDA1',
    userName: 'ann',
    sessionPolicies: [],
  });
  // What grants and is gone grants nothing.
  expect(principal!.policies.map((policy) => policy.name)).toEqual(['own', ADMINISTRATOR_ACCESS, arnOf('Wide')]);
  expect(subjects).toEqual(['cert:spiffe://x/user/ann', 'AIDA1', 'AGPA1', arnOf('Wide'), arnOf('Gone')]);
});

it('puts a role session together: tags of the session first, and nothing left where what narrows is gone', async () => {
  const { principal, subjects } = await setup().directory.resolve({ sessionTokenHash: session.tokenHash }, deadline);
  expect(principal).toMatchObject({
    credentialId: 'session:ASIA1',
    kind: 'role-session',
    arn: `arn:aws:sts::${account}:assumed-role/Worker/job`,
    roleArn: `arn:aws:iam::${account}:role/ci/Worker`,
    userId: 'AROA1:job',
    tags: [{ key: 'team', value: 'b' }],
    boundary: { name: arnOf('Bound'), document: '{Bound}' },
    accessKeyId: 'ASIA1',
    expireTime: session.expireTime,
  });
  expect(principal!.sessionPolicies.map((policy) => policy.document)).toEqual([
    '{inline}',
    '{Narrow}',
    expect.stringContaining('"Deny"'),
  ]);
  expect(subjects).toEqual(['ASIA1', 'AKIA1', 'AROA1', arnOf('Bound'), arnOf('Narrow'), arnOf('Gone')]);
});

it('bounds by nothing at all when the boundary is gone', async () => {
  const { reader, directory } = setup();
  reader.documentsByArn.clear();
  const { principal } = await directory.resolve({ sessionId: 'ASIA1' }, deadline);
  expect(principal!.boundary!.document).toContain('"Deny"');
});

it('makes a certificate of a role a session of it, named by the URI', async () => {
  const { principal } = await setup().directory.resolve({ certificateUri: 'spiffe://x/ci/runner' }, deadline);
  expect(principal).toMatchObject({ kind: 'role-session', userId: 'AROA1:runner', expireTime: undefined });
});

it('knows the user of an active access key', async () => {
  const { reader, directory } = setup();
  reader.keys.set('AKIA1', { userId: user.id, active: true });
  reader.keys.set('AKIA2', { userId: user.id, active: false });
  expect((await directory.resolve({ accessKeyId: 'AKIA1' }, deadline)).principal).toMatchObject({
    credentialId: 'key:AKIA1',
    userName: 'ann',
  });
  expect(await directory.resolve({ accessKeyId: 'AKIA2' }, deadline)).toEqual({ subjects: ['AKIA2'] });
});

it('says of nobody what would make it somebody', async () => {
  const { reader, directory } = setup();
  expect(await directory.resolve({ certificateUri: 'spiffe://x/y' }, deadline)).toEqual({ subjects: ['cert:spiffe://x/y'] });
  expect(await directory.resolve({ sessionId: 'ASIA9' }, deadline)).toEqual({ subjects: [] });
  reader.byId.clear();
  expect(await directory.resolve({ sessionId: 'ASIA1' }, deadline)).toEqual({ subjects: ['ASIA1', 'AKIA1', 'AROA1'] });
});

it('knows no session past its end', async () => {
  const { directory } = setup();
  clock.advance(999);
  expect((await directory.resolve({ sessionId: 'ASIA1' }, deadline)).principal).toBeDefined();
  clock.advance(1);
  expect((await directory.resolve({ sessionId: 'ASIA1' }, deadline)).principal).toBeUndefined();
});

it('reads once for all who ask for one credential at the same time, and again for who asks later', async () => {
  const asked: string[] = [];
  const reader = new FakeReader();
  reader.keys.set('AKIA1', { userId: user.id, active: true });
  reader.accessKey = async (id) => {
    asked.push(id);
    if (id === 'AKIABROKEN') throw new Error('the database is unavailable');
    return reader.keys.get(id) as OwnedAccessKey | undefined;
  };
  const directory = new PrincipalDirectory(reader, clock);
  const ask = (accessKeyId: string) => directory.resolve({ accessKeyId }, Infinity);
  const many = Array.from({ length: 100 }, () => ask('AKIA1'));
  const broken = ask('AKIABROKEN').catch((error: Error) => error.message);
  await Promise.all([...many, ask('AKIA2')]);
  expect(await broken).toBe('the database is unavailable');
  expect(asked).toEqual(['AKIA1', 'AKIABROKEN', 'AKIA2']);
  await ask('AKIA1');
  expect(asked).toHaveLength(4);
});
