import { type Caller, grpcPrincipalDirectory, PrincipalView, sessionTokenHash } from '@strongroom/access';
import { AccessKeyStatus, PrincipalKind } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { RunningService } from '@strongroom/service';
import { duration, eventually } from '@strongroom/testing';
import { allow, document, groupTarget, refusal, roleTarget, TestIdentity, userTarget, type TestCaller } from './server.testing';

let identity: TestIdentity;
let admin: TestCaller;
let view: PrincipalView;
const views: PrincipalView[] = [];

const viewOf = async (service?: RunningService): Promise<PrincipalView> => {
  const made = new PrincipalView({
    directory: grpcPrincipalDirectory(await identity.directoryClient(service)),
    clock: identity.clock,
    trustDomain: 'strongroom.local',
    accountId: '000000000000',
  });
  views.push(made);
  await eventually('the view is current', () => made.current, 5_000);
  return made;
};

beforeAll(async () => {
  identity = await TestIdentity.start();
  admin = await identity.admin();
  view = await viewOf();
}, 60_000);
afterAll(async () => {
  for (const one of views) one.close();
  await identity.drop();
});

const uriOf = (name: string) => `spiffe://strongroom.local/user/${name}`;
const policiesOf = (caller: Caller | undefined) => caller?.identity.length;
const tokenOf = async (caller: TestCaller) => (await caller.sts.getSessionToken()).credentials!.sessionToken;
const SECOND = 1_000;

/** Does `change`, and waits until `seen` is true of what the view says; how long that took, milliseconds. */
async function takesEffect(change: () => Promise<unknown>, seen: () => Promise<boolean>): Promise<number> {
  expect(await seen()).toBe(false);
  await change();
  return duration(() => eventually('the change takes effect', seen, SECOND));
}

it('answers services only', async () => {
  const credential = { credential: { $case: 'certificateUri', value: uriOf('admin') } } as const;
  expect(await refusal(admin.directory.resolvePrincipal({ credential }))).toMatchObject({ kind: 'permission-denied' });
  expect(await refusal(identity.withToken().directory.resolvePrincipal({ credential }))).toMatchObject({
    kind: 'unauthenticated',
  });
  const stranger = await identity.as('spiffe://strongroom.local/service/stranger');
  expect(await refusal(stranger.directory.resolvePrincipal({ credential }))).toMatchObject({ kind: 'permission-denied' });
  const client = await identity.directoryClient();
  const { principal } = await client.resolvePrincipal({ credential });
  expect(principal).toMatchObject({
    credentialId: `cert:${uriOf('admin')}`,
    kind: PrincipalKind.USER,
    arn: 'arn:aws:iam::000000000000:user/admin',
    userName: 'admin',
    policies: [{ name: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
  });
  const short = client.resolvePrincipal({
    credential: { credential: { $case: 'sessionTokenHash', value: Buffer.alloc(31) } },
  });
  expect(await refusal(short)).toMatchObject({ reason: 'ValidationError' });
});

it('knows principals by certificate, token and credential id', async () => {
  const token = await tokenOf(admin);
  const byToken = await view.byToken(token);
  expect(byToken).toMatchObject({
    kind: 'user',
    arn: 'arn:aws:iam::000000000000:user/admin',
    accessKeyId: expect.stringMatching(/^ASIA/),
  });
  expect(await view.byToken(token)).toBe(byToken);
  expect((await view.byCredentialId(byToken!.credentialId))?.arn).toBe(byToken!.arn);
  expect((await view.byCertificate(uriOf('admin')))?.userName).toBe('admin');
  expect((await view.byCredentialId(`cert:${uriOf('admin')}`))?.userName).toBe('admin');
  expect(await view.byCertificate(uriOf('nobody'))).toBeUndefined();
  expect(await view.byToken(`srs_${'B'.repeat(43)}`)).toBeUndefined();
  expect(await view.byCredentialId('key:AKIAAAAAAAAAAAAAAAAA')).toBeUndefined();
  expect((await view.byCertificate('spiffe://strongroom.local/service/secrets-api'))?.kind).toBe('service');
});

it('gives a role session its role, tags, boundary and session policies', async () => {
  const principal = { AWS: '000000000000' };
  const trust = document({ Effect: 'Allow', Principal: principal, Action: ['sts:AssumeRole', 'sts:TagSession'] });
  const boundary = 'arn:aws:iam::aws:policy/IAMFullAccess';
  await admin.iam.createRole({
    roleName: 'Whole',
    path: '/deep/',
    assumeRolePolicyDocument: trust,
    permissionsBoundary: boundary,
    tags: [{ key: 'Team', value: 'a' }],
  });
  await admin.iam.putInlinePolicy({ target: roleTarget('Whole'), policyName: 'p', policyDocument: document(allow('iam:*')) });
  const { credentials, assumedRoleId } = await admin.sts.assumeRole({
    roleArn: 'arn:aws:iam::000000000000:role/deep/Whole',
    roleSessionName: 'sess',
    policy: document(allow('iam:Get*')),
    policyArns: ['arn:aws:iam::aws:policy/StrongroomReadOnlyAccess'],
    tags: [{ key: 'team', value: 'b' }],
  });
  const caller = await view.byToken(credentials!.sessionToken);
  expect(caller).toMatchObject({
    kind: 'assumed-role',
    arn: 'arn:aws:sts::000000000000:assumed-role/Whole/sess',
    roleArn: 'arn:aws:iam::000000000000:role/deep/Whole',
    userId: assumedRoleId,
    sessionName: 'sess',
    expireTime: credentials!.expiration,
  });
  expect([...caller!.tags]).toEqual([['team', 'b']]);
  expect(caller!.session).toHaveLength(2);
  expect(caller!.boundary).toBeDefined();
});

describe('within a second, everywhere', () => {
  it('a revoked session ends', async () => {
    const user = await identity.user('w-revoked');
    const token = await tokenOf(user);
    const target = userTarget('w-revoked');
    const took = await takesEffect(
      () => admin.sts.revokeSessions({ sessions: { $case: 'target', value: target } }),
      async () => (await view.byToken(token)) === undefined,
    );
    expect(took).toBeLessThan(SECOND);
  });

  it('a session ends with its certificate, and the certificate means nothing', async () => {
    const user = await identity.user('w-unbound');
    const token = await tokenOf(user);
    await view.byCertificate(uriOf('w-unbound'));
    await takesEffect(
      () => admin.iam.unbindCertificate({ uri: uriOf('w-unbound') }),
      async () => (await view.byToken(token)) === undefined && (await view.byCertificate(uriOf('w-unbound'))) === undefined,
    );
  });

  it('a session ends with its access key', async () => {
    await admin.iam.createUser({ userName: 'w-key' });
    const { accessKey, secretAccessKey } = await admin.iam.createAccessKey({ userName: 'w-key' });
    const { accessKeyId } = accessKey!;
    const { credentials } = await identity.withToken().sts.getSessionToken({ accessKey: { accessKeyId, secretAccessKey } });
    await takesEffect(
      () => admin.iam.deleteAccessKey({ userName: 'w-key', accessKeyId }),
      async () => (await view.byToken(credentials!.sessionToken)) === undefined,
    );
  });

  it('an access key ends when it is made inactive, and is back when it is made active', async () => {
    await admin.iam.createUser({ userName: 'w-again' });
    const { accessKey } = await admin.iam.createAccessKey({ userName: 'w-again' });
    const { accessKeyId } = accessKey!;
    const holder = () => view.byCredentialId(`key:${accessKeyId}`);
    for (let round = 0; round < 2; round++) {
      const become = (status: AccessKeyStatus) => admin.iam.updateAccessKey({ userName: 'w-again', accessKeyId, status });
      await takesEffect(
        () => become(AccessKeyStatus.INACTIVE),
        async () => (await holder()) === undefined,
      );
      await takesEffect(
        () => become(AccessKeyStatus.ACTIVE),
        async () => (await holder()) !== undefined,
      );
    }
  });

  it('a deleted role ends its sessions', async () => {
    const trust = document({ Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' });
    await admin.iam.createRole({ roleName: 'w-role', assumeRolePolicyDocument: trust });
    const roleArn = 'arn:aws:iam::000000000000:role/w-role';
    const { credentials } = await admin.sts.assumeRole({ roleArn, roleSessionName: 'xx' });
    await takesEffect(
      () => admin.iam.deleteRole({ roleName: 'w-role' }),
      async () => (await view.byToken(credentials!.sessionToken)) === undefined,
    );
  });

  it('a certificate that was nobody’s is somebody’s', async () => {
    await admin.iam.createUser({ userName: 'w-new' });
    await takesEffect(
      () => admin.iam.bindCertificate({ uri: uriOf('w-new'), target: userTarget('w-new') }),
      async () => (await view.byCertificate(uriOf('w-new'))) !== undefined,
    );
  });

  it('policies, tags, groups and boundaries change', async () => {
    const name = 'w-policies';
    const target = userTarget(name);
    const uri = uriOf(name);
    await identity.user(name);
    await admin.iam.createGroup({ groupName: name });
    const { policy } = await admin.iam.createPolicy({ policyName: name, policyDocument: document(allow('a:b')) });
    const policyArn = policy!.arn;
    const caller = () => view.byCertificate(uri);
    const becomes = (count: number) => async () => policiesOf(await caller()) === count;
    const policyDocument = document(allow('c:d'));
    await takesEffect(() => admin.iam.putInlinePolicy({ target, policyName: 'p', policyDocument }), becomes(1));
    await takesEffect(() => admin.iam.attachPolicy({ target, policyArn }), becomes(2));
    await takesEffect(
      () => admin.iam.addUserToGroup({ groupName: name, userName: name }),
      async () => {
        // The group has no policy yet: only the subjects change.
        return (await caller()) !== undefined && (await admin.iam.listGroupsForUser({ userName: name })).groups.length === 1;
      },
    );
    await takesEffect(
      () => admin.iam.putInlinePolicy({ target: groupTarget(name), policyName: 'g', policyDocument }),
      becomes(3),
    );
    const before = (await caller())!.identity;
    await takesEffect(
      () => admin.iam.createPolicyVersion({ policyArn, policyDocument: document(allow('e:f')), setAsDefault: true }),
      async () => !(await caller())!.identity.every((one) => before.includes(one)),
    );
    await takesEffect(
      () => admin.iam.putPermissionsBoundary({ target, policyArn }),
      async () => (await caller())!.boundary !== undefined,
    );
    await takesEffect(
      () => admin.iam.tagPrincipal({ target, tags: [{ key: 'k', value: 'v' }] }),
      async () => (await caller())!.tags.get('k') === 'v',
    );
    await takesEffect(() => admin.iam.removeUserFromGroup({ groupName: name, userName: name }), becomes(2));
    await takesEffect(() => admin.iam.detachPolicy({ target, policyArn }), becomes(1));
    await takesEffect(() => admin.iam.deleteInlinePolicy({ target, policyName: 'p' }), becomes(0));
  });

  it('also by way of another replica', async () => {
    const replica = await identity.serve();
    const other = await viewOf(replica);
    const token = await tokenOf(await identity.user('w-replica'));
    const took = await takesEffect(
      () => admin.sts.revokeSessions({ sessions: { $case: 'target', value: userTarget('w-replica') } }),
      async () => (await other.byToken(token)) === undefined,
    );
    expect(took).toBeLessThan(SECOND);
    await replica.stop(500);
    // Its replica is gone: what the view held is not trusted, and nobody can be asked.
    await eventually('the view is out of date', () => !other.current, SECOND);
    expect(await refusal(other.byToken(token))).toMatchObject({ kind: 'unavailable' });
    other.close();
  });
});

it('ends a session at its time, without a word from anybody', async () => {
  const { credentials } = await admin.sts.getSessionToken({ durationSeconds: 900 });
  const begun = identity.clock.millis();
  expect(await view.byToken(credentials!.sessionToken)).toBeDefined();
  identity.clock.advance(900_000);
  expect(await view.byToken(credentials!.sessionToken)).toBeUndefined();
  identity.clock.set(new Date(begun));
});

it('never leaves a view with what was changed while it asked', async () => {
  const name = 'racer';
  const target = userTarget(name);
  await identity.user(name);
  for (let round = 1; round <= 25; round++) {
    const value = String(round);
    const asking = Array.from({ length: 5 }, async (_, i) => {
      await new Promise((resolve) => setTimeout(resolve, i * 2));
      return view.byCertificate(uriOf(name));
    });
    await Promise.all([admin.iam.tagPrincipal({ target, tags: [{ key: 'round', value }] }), ...asking]);
    const isSeen = async () => (await view.byCertificate(uriOf(name)))?.tags.get('round') === value;
    await eventually(`the view shows round ${value}`, isSeen, SECOND);
  }
});

describe('a replica that cannot reach its database', () => {
  let network: Network;
  let replica: RunningService;
  let cut: PrincipalView;
  beforeAll(async () => {
    network = await Network.to(identity.database);
    replica = await identity.serve(network.address);
    cut = await viewOf(replica);
  });
  afterAll(async () => {
    network.heal();
    await replica.stop(500);
    await network.close();
  });

  it('falls silent, and a view of it serves nothing that may have been revoked', async () => {
    const token = await tokenOf(await identity.user('w-partition'));
    await eventually('the view knows the session', () => cut.byToken(token));
    network.partition();
    const revokedAt = performance.now();
    await admin.sts.revokeSessions({ sessions: { $case: 'target', value: userTarget('w-partition') } });
    let lastServed = 0;
    for (;;) {
      const at = performance.now();
      const outcome = await cut.byToken(token).catch((error: { kind: string }) => error.kind);
      if (outcome === 'unavailable') break;
      if (outcome !== undefined) lastServed = at - revokedAt;
      expect(performance.now() - revokedAt).toBeLessThan(5_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(lastServed).toBeLessThan(SECOND);
    expect(cut.current).toBe(false);
  });

  it('is trusted again when it is back, and knows what happened meanwhile', async () => {
    const token = await tokenOf(await identity.user('w-healed'));
    network.heal();
    await eventually('the view is current again', () => cut.current);
    await eventually('the view knows the session', () => cut.byToken(token));
    await takesEffect(
      () => admin.sts.revokeSessions({ sessions: { $case: 'target', value: userTarget('w-healed') } }),
      async () => (await cut.byToken(token)) === undefined,
    );
  }, 20_000);
});

it('sends no token anywhere: the view asks by its hash', () => {
  const token = `srs_${'C'.repeat(43)}`;
  expect(sessionTokenHash(token)).toHaveLength(32);
  expect(sessionTokenHash(token)!.includes(Buffer.from('CCCC'))).toBe(false);
});

/** A wire to a database that can be made to swallow everything. */
class Network {
  private readonly sockets = new Set<Socket>();
  private broken = false;

  private constructor(private readonly server: Server) {}

  static async to(target: { host: string; port: number }): Promise<Network> {
    const server = createServer();
    const network = new Network(server);
    server.on('connection', (near) => {
      const far = connect(target.port, target.host);
      for (const socket of [near, far]) {
        network.sockets.add(socket);
        socket
          .on('error', () => undefined)
          .on('close', () => {
            near.destroy();
            far.destroy();
            network.sockets.delete(socket);
          });
      }
      near.on('data', (chunk) => network.broken || far.write(chunk));
      far.on('data', (chunk) => network.broken || near.write(chunk));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return network;
  }

  get address(): { host: string; port: number } {
    return { host: '127.0.0.1', port: (this.server.address() as AddressInfo).port };
  }

  partition(): void {
    this.broken = true;
  }

  /** Connections that lost bytes are of no use any more; new ones work. */
  heal(): void {
    this.broken = false;
    for (const socket of this.sockets) socket.destroy();
  }

  close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
