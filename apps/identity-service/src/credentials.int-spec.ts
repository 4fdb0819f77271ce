import { DAY, HOUR } from '@strongroom/clock';
import { AccessKeyStatus } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { systemRandom } from '@strongroom/random';
import { purgeExpired } from './domain/retention';
import { DatabaseStore } from './persistence/store';
import { openDataSource } from '@strongroom/database';
import { entities } from './persistence/entities';
import { document, refusal, roleTarget, TestIdentity, userTarget, type TestCaller } from './server.testing';

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
const rows = async (sql: string) => (await identity.database.admin.query(sql))[0] as Record<string, unknown>[];

it('writes the event of what aws-gateway refuses of a caller, of each operation, and does nothing else', async () => {
  const refused = { reason: 'ValidationError', message: 'DurationSeconds must be a number' };
  await identity.user('refused');
  const { accessKey } = await admin.iam.createAccessKey({ userName: 'refused' });
  const { sts } = await identity.asService('aws-gateway', `key:${accessKey!.accessKeyId}`, refused);
  for (const [operation, ask] of Object.entries({
    GetSessionToken: () => sts.getSessionToken(),
    AssumeRole: () => sts.assumeRole(),
    AssumeRoleWithWebIdentity: () => sts.assumeRoleWithWebIdentity(),
    GetCallerIdentity: () => sts.getCallerIdentity(),
  })) {
    expect(await refusal(ask())).toMatchObject(refused);
    expect(identity.recorder.events.at(-1)).toMatchObject({
      eventName: operation,
      userIdentity: { type: 'IAMUser', userName: 'refused' },
      errorCode: 'ValidationError',
      errorMessage: refused.message,
    });
  }
});

describe('an access key', () => {
  it('is exchanged for a session, and nothing else is', async () => {
    await identity.user('keyed');
    const { accessKey, secretAccessKey } = await admin.iam.createAccessKey({ userName: 'keyed' });
    const { accessKeyId } = accessKey!;
    expect(accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
    expect(secretAccessKey).toHaveLength(40);
    const anyone = identity.withToken();
    const { credentials } = await anyone.sts.getSessionToken({ accessKey: { accessKeyId, secretAccessKey } });
    expect(credentials).toMatchObject({
      accessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
      secretAccessKey: expect.stringMatching(/^.{40}$/),
      sessionToken: expect.stringMatching(/^srs_[\w-]{43}$/),
      expiration: new Date(identity.clock.millis() + 12 * HOUR),
    });
    expect(identity.recorder.events.at(-1)).toMatchObject({
      eventSource: 'sts.amazonaws.com',
      eventName: 'GetSessionToken',
      userIdentity: { type: 'IAMUser', userName: 'keyed' },
      requestParameters: { accessKeyId },
    });
    const session = identity.withToken(credentials!.sessionToken);
    expect(await session.sts.getCallerIdentity()).toMatchObject({
      arn: 'arn:aws:iam::000000000000:user/keyed',
      account: '000000000000',
    });
    // Sessions do not beget sessions of their user.
    for (const broken of [
      { accessKeyId, secretAccessKey: secretAccessKey.slice(1) },
      { accessKeyId, secretAccessKey: '' },
      { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey },
      { accessKeyId: "' OR 1=1", secretAccessKey },
      { accessKeyId: credentials!.accessKeyId, secretAccessKey: credentials!.secretAccessKey },
      undefined,
    ]) {
      expect(await refusal(anyone.sts.getSessionToken({ accessKey: broken }))).toEqual(NOBODY);
    }
    // Of those who are turned away at the door, the first is recorded and the others are counted.
    const refused = identity.recorder.events.filter(
      (event) => event.errorCode === NOBODY.reason && event.eventName === 'GetSessionToken',
    );
    expect(refused).toHaveLength(1);
    const both = admin.sts.getSessionToken({ accessKey: { accessKeyId, secretAccessKey } });
    expect(await reasonOf(both)).toBe('ValidationError');
  });

  it('comes twice at most, also when many are made at once', async () => {
    await admin.iam.createUser({ userName: 'many' });
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => admin.iam.createAccessKey({ userName: 'many' })));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(2);
    expect(outcomes.find((outcome) => outcome.status === 'rejected')).toMatchObject({ reason: { reason: 'LimitExceeded' } });
    expect((await admin.iam.listAccessKeys({ userName: 'many' })).accessKeys).toHaveLength(2);
  });

  it('takes its sessions with it, for good', async () => {
    await identity.user('leaver');
    const userName = 'leaver';
    const { accessKey, secretAccessKey } = await admin.iam.createAccessKey({ userName });
    const { accessKeyId } = accessKey!;
    const anyone = identity.withToken();
    const begin = async () => {
      const { credentials } = await anyone.sts.getSessionToken({ accessKey: { accessKeyId, secretAccessKey } });
      return identity.withToken(credentials!.sessionToken);
    };
    await admin.iam.createRole({
      roleName: 'leavers',
      assumeRolePolicyDocument: trusting({ AWS: 'arn:aws:iam::000000000000:user/leaver' }),
    });
    const session = await begin();
    const assumed = await session.sts.assumeRole({
      roleArn: 'arn:aws:iam::000000000000:role/leavers',
      roleSessionName: 'way-out',
    });
    const chained = identity.withToken(assumed.credentials!.sessionToken);
    await chained.sts.getCallerIdentity();
    await admin.iam.updateAccessKey({ userName, accessKeyId, status: AccessKeyStatus.INACTIVE });
    expect(await refusal(session.sts.getCallerIdentity())).toEqual(NOBODY);
    expect(await refusal(chained.sts.getCallerIdentity())).toEqual(NOBODY);
    expect(await refusal(begin())).toEqual(NOBODY);
    await admin.iam.updateAccessKey({ userName, accessKeyId, status: AccessKeyStatus.ACTIVE });
    expect(await refusal(session.sts.getCallerIdentity())).toEqual(NOBODY);
    const later = await begin();
    await admin.iam.deleteAccessKey({ userName, accessKeyId });
    expect(await refusal(later.sts.getCallerIdentity())).toEqual(NOBODY);
    expect(await reasonOf(admin.iam.deleteAccessKey({ userName, accessKeyId }))).toBe('NoSuchEntity');
    const status = AccessKeyStatus.UNSPECIFIED;
    expect(await reasonOf(admin.iam.updateAccessKey({ userName, accessKeyId, status }))).toBe('ValidationError');
  });

  it('of another user is not there', async () => {
    await admin.iam.createUser({ userName: 'owner' });
    const { accessKey } = await admin.iam.createAccessKey({ userName: 'owner' });
    const { accessKeyId } = accessKey!;
    expect(await reasonOf(admin.iam.deleteAccessKey({ userName: 'keyed', accessKeyId }))).toBe('NoSuchEntity');
  });
});

describe('a session of a user', () => {
  it.each([
    [899, false],
    [900, true],
    [129_600, true],
    [129_601, false],
  ])('of %i seconds', async (durationSeconds, allowed) => {
    const attempt = admin.sts.getSessionToken({ durationSeconds });
    if (!allowed) return expect(await reasonOf(attempt)).toBe('ValidationError');
    expect((await attempt).credentials?.expiration).toEqual(new Date(identity.clock.millis() + durationSeconds * 1_000));
  });

  it('ends at its time', async () => {
    const { credentials } = await admin.sts.getSessionToken({ durationSeconds: 900 });
    const session = identity.withToken(credentials!.sessionToken);
    const now = identity.clock.millis();
    identity.clock.advance(900_000 - 1);
    await session.sts.getCallerIdentity();
    identity.clock.advance(1);
    expect(await refusal(session.sts.getCallerIdentity())).toEqual(NOBODY);
    identity.clock.set(new Date(now));
  });

  it('is not begun from a session, nor by a policy that forbids it', async () => {
    const { credentials } = await admin.sts.getSessionToken();
    const session = identity.withToken(credentials!.sessionToken);
    // The token says nothing here: the call is open to anyone, and asks for a certificate or an access key.
    expect(await refusal(session.sts.getSessionToken())).toEqual(NOBODY);
    const forbidden = await identity.user('grounded', { Effect: 'Deny', Action: 'sts:GetSessionToken', Resource: '*' });
    expect(await reasonOf(forbidden.sts.getSessionToken())).toBe('AccessDeniedException');
    await admin.iam.createRole({ roleName: 'bound', assumeRolePolicyDocument: trusting({ AWS: '000000000000' }) });
    await admin.iam.bindCertificate({ uri: 'spiffe://strongroom.local/app/bound', target: roleTarget('bound') });
    const role = await identity.as('spiffe://strongroom.local/app/bound');
    expect(await role.sts.getCallerIdentity()).toMatchObject({ arn: 'arn:aws:sts::000000000000:assumed-role/bound/bound' });
    expect(await reasonOf(role.sts.getSessionToken())).toBe('AccessDeniedException');
    const service = await identity.as('spiffe://strongroom.local/service/secrets-api');
    expect(await reasonOf(service.sts.getSessionToken())).toBe('AccessDeniedException');
  });

  it('is refused for tokens that are none, in one way', async () => {
    for (const token of ['', 'x', `srs_${'A'.repeat(43)}`, `srs_${'A'.repeat(5_000)}`]) {
      expect(await refusal(identity.withToken(token).sts.getCallerIdentity())).toEqual(NOBODY);
    }
    const stranger = await identity.as('spiffe://strongroom.local/user/stranger');
    expect(await refusal(stranger.sts.getCallerIdentity())).toEqual(NOBODY);
    expect((await refusal(identity.withToken().sts.getCallerIdentity())).kind).toBe('unauthenticated');
  });
});

describe('certificates', () => {
  it.each([
    ['', 'ValidationError'],
    ['https://example.org/x', 'ValidationError'],
    ['spiffe://strongroom.local/', 'ValidationError'],
    ['spiffe://strongroom.local/user/a b', 'ValidationError'],
    [`spiffe://strongroom.local/${'a'.repeat(512)}`, 'ValidationError'],
    ['spiffe://strongroom.local/service/secrets-api', 'InvalidInput'],
    ['spiffe://strongroom.local/service/anything', 'InvalidInput'],
  ])('are not bound by %s', async (uri, reason) => {
    expect(await reasonOf(admin.iam.bindCertificate({ uri, target: userTarget('admin') }))).toBe(reason);
  });

  it('of services are bound to nobody, and open what is between services and nothing else', async () => {
    const service = await identity.as('spiffe://strongroom.local/service/secrets-api');
    for (const call of [service.sts.getCallerIdentity(), service.sts.getSessionToken(), service.iam.listUsers()]) {
      expect(await reasonOf(call)).toBe('AccessDeniedException');
    }
  });
});

describe('what rests', () => {
  it('holds no secret and no token in plaintext', async () => {
    const { secretAccessKey } = await admin.iam.createAccessKey({ userName: 'keyed' });
    const { credentials } = await admin.sts.getSessionToken();
    const canaries = [secretAccessKey, credentials!.secretAccessKey, credentials!.sessionToken];
    const forms = canaries.flatMap((text) => [
      Buffer.from(text),
      Buffer.from(text.slice(4)),
      Buffer.from(text.slice(4), 'base64url'),
    ]);
    const tables = await rows('SHOW TABLES');
    for (const name of tables.flatMap((row) => Object.values(row))) {
      for (const row of await rows(`SELECT * FROM ${String(name)}`)) {
        const bytes = Buffer.concat(
          Object.values(row).map((value) => (Buffer.isBuffer(value) ? value : Buffer.from(String(value)))),
        );
        for (const form of forms) expect(bytes.includes(form)).toBe(false);
      }
    }
    const events = JSON.stringify(identity.recorder.events);
    for (const canary of canaries) expect(events).not.toContain(canary);
  });

  it('does not open for another root key', async () => {
    const another = systemRandom.bytes(32).toString('base64');
    await expect(identity.serve(undefined, another)).rejects.toThrow('it is another identity');
    await admin.sts.getCallerIdentity();
  });

  it('is purged of sessions that have ended', async () => {
    await admin.sts.getSessionToken({ durationSeconds: 900 });
    await admin.sts.getSessionToken({ durationSeconds: 129_600 });
    const [before] = await rows('SELECT COUNT(*) AS n FROM session');
    const dataSource = await openDataSource({ database: identity.database, entities });
    const now = identity.clock.millis();
    identity.clock.advance(DAY);
    const purged = await purgeExpired(new DatabaseStore(dataSource, identity.clock), identity.clock);
    identity.clock.set(new Date(now));
    await dataSource.destroy();
    const left = await rows('SELECT expire_time FROM session');
    expect(left.length).toBe(Number(before!['n']) - purged);
    expect(purged).toBeGreaterThan(0);
    for (const row of left) expect((row['expire_time'] as Date).getTime()).toBeGreaterThanOrEqual(now + DAY);
    expect(await rows('SELECT * FROM change_log')).toEqual([]);
  });
});

describe('the first administrator', () => {
  it('has an access key in a private file, and is made once', async () => {
    const read = () =>
      JSON.parse(readFileSync(identity.credentialsFile, 'utf8')) as { accessKeyId: string; secretAccessKey: string };
    const first = read();
    expect(statSync(identity.credentialsFile).mode & 0o777).toBe(0o600);
    const { credentials } = await identity.withToken().sts.getSessionToken({ accessKey: first });
    expect((await identity.withToken(credentials!.sessionToken).sts.getCallerIdentity()).arn).toBe(
      'arn:aws:iam::000000000000:user/admin',
    );
    expect(await identity.bootstrap()).toBeUndefined();
    expect(read()).toEqual(first);
    rmSync(identity.credentialsFile);
    expect(await identity.bootstrap()).toBe(read().accessKeyId);
    rmSync(identity.credentialsFile);
    await expect(identity.bootstrap()).rejects.toThrow('delete one of them');
    expect((await admin.iam.listAccessKeys()).accessKeys).toHaveLength(2);
  });
});
