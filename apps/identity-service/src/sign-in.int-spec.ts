import { DAY, MINUTE } from '@strongroom/clock';
import { openDataSource } from '@strongroom/database';
import type { SignedIn, SignInRequest } from '@strongroom/contracts/strongroom/identity/v1/sign_in';
import { purgeExpired } from './domain/retention';
import { DatabaseStore } from './persistence/store';
import { entities } from './persistence/entities';
import { ACCOUNT, allow, codesOf, document, refusal, TestIdentity, userTarget, type TestCaller } from './server.testing';

const PASSWORD = 'Correct-horse1';
const client = { sourceIp: '192.0.2.1', userAgent: 'browser/1' };
const FAILED = { kind: 'unauthenticated', reason: 'SignInFailed', message: 'The account, user name, password or code is wrong.' };

let identity: TestIdentity;
let admin: TestCaller;
let console: TestCaller;
beforeAll(async () => {
  identity = await TestIdentity.start();
  [admin, console] = [await identity.admin(), await identity.asService('console')];
}, 60_000);
afterAll(async () => {
  // Whatever was typed here, nobody reads it in the trail.
  expect(JSON.stringify(identity.recorder.events)).not.toMatch(/orrect-horse|nobody-is|srl_/);
  await identity?.drop();
});

const reasonOf = async (promise: Promise<unknown>) => (await refusal(promise)).reason;
const rows = async (sql: string) => (await identity.database.admin.query(sql))[0] as Record<string, unknown>[];
const signIn = (userName: string, more: Partial<SignInRequest> = {}) =>
  console.signIn.signIn({ accountId: ACCOUNT, userName, password: PASSWORD, client, ...more });
async function signedIn(userName: string, more: Partial<SignInRequest> = {}): Promise<SignedIn> {
  const { outcome } = await signIn(userName, more);
  if (outcome?.$case !== 'signedIn') throw new Error(`not signed in: ${outcome?.$case}`);
  return outcome.value;
}
const lastLogin = () => identity.recorder.events.filter(({ eventName }) => eventName === 'ConsoleLogin').at(-1)!;

/** What the trail's last event of a session says of it. */
const sessionInTrail = (accessKeyId: string) =>
  identity.recorder.events.findLast(({ userIdentity }) => userIdentity.accessKeyId === accessKeyId)?.userIdentity
    .sessionAttributes;

/** A user with a password. */
async function person(name: string, ...statements: object[]): Promise<TestCaller> {
  const user = await identity.user(name, ...statements);
  await admin.iam.createLoginProfile({ userName: name, password: PASSWORD });
  return user;
}

/** A device of the user; the function gives its code, a step later each time. */
async function deviceOf(userName: string): Promise<{ serialNumber: string; code: () => string }> {
  const { virtualMfaDevice } = await admin.iam.createVirtualMfaDevice({ virtualMfaDeviceName: `${userName}-phone` });
  const { serialNumber, base32StringSeed } = virtualMfaDevice!;
  const [authenticationCode1, authenticationCode2] = codesOf(base32StringSeed, identity.clock.millis());
  await admin.iam.enableMfaDevice({ userName, serialNumber, authenticationCode1, authenticationCode2 });
  const code = () => {
    identity.clock.advance(30_000);
    return codesOf(base32StringSeed, identity.clock.millis())[1];
  };
  return { serialNumber, code };
}

describe('a login profile', () => {
  it('is what IAM makes of it', async () => {
    await identity.user('profiled');
    const of = { userName: 'profiled' };
    const { iam } = admin;
    expect(await refusal(iam.getLoginProfile(of))).toMatchObject({
      reason: 'NoSuchEntity',
      message: 'Login Profile for User profiled cannot be found.',
    });
    expect(await refusal(iam.createLoginProfile({ ...of, password: 'short' }))).toMatchObject({
      reason: 'PasswordPolicyViolation',
      message: 'Password should have a minimum length of 8',
    });
    const made = await iam.createLoginProfile({ ...of, password: PASSWORD, passwordResetRequired: true });
    expect(made.loginProfile).toMatchObject({ ...of, passwordResetRequired: true, createDate: identity.clock.now() });
    expect(await reasonOf(iam.createLoginProfile({ ...of, password: PASSWORD }))).toBe('EntityAlreadyExists');
    await iam.updateLoginProfile({ ...of, passwordResetRequired: false });
    expect((await iam.getLoginProfile(of)).loginProfile).toMatchObject({ passwordResetRequired: false });
    expect(await refusal(iam.deleteUser(of))).toMatchObject({
      message: 'Cannot delete entity, must delete login profile first.',
    });
    await iam.deleteLoginProfile(of);
    expect(await reasonOf(iam.deleteLoginProfile(of))).toBe('NoSuchEntity');
    expect(await reasonOf(iam.updateLoginProfile({ ...of, password: PASSWORD }))).toBe('NoSuchEntity');
    expect(await rows('SELECT * FROM password_hash')).toEqual([]);
  });

  it('is made once by two who make it at once', async () => {
    await identity.user('raced');
    const make = () => admin.iam.createLoginProfile({ userName: 'raced', password: PASSWORD });
    const outcomes = await Promise.allSettled([make(), make()]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('gives a session at most once for a password that is being replaced', async () => {
    await person('replaced');
    const change = () => admin.iam.updateLoginProfile({ userName: 'replaced', password: `${PASSWORD}${Math.random()}` });
    const outcomes = await Promise.allSettled([change(), change(), change()]);
    const reasons = outcomes.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { reason: string }).reason] : []));
    expect(new Set([...reasons, 'EntityTemporarilyUnmodifiable'])).toEqual(new Set(['EntityTemporarilyUnmodifiable']));
    expect(reasons.length).toBeLessThan(3);
  });
});

describe('a user’s own password', () => {
  it('is changed by a user who may, who knows the old one', async () => {
    const ada = await person('ada');
    const change = (oldPassword: string, newPassword = 'Correct-horse2') => ada.iam.changePassword({ oldPassword, newPassword });
    expect(await reasonOf(change(PASSWORD))).toBe('AccessDeniedException');
    await admin.iam.updateAccountPasswordPolicy({ allowUsersToChangePassword: true, passwordReusePrevention: 2 });
    expect(await refusal(change('Correct-horse0'))).toMatchObject({ message: 'The old password was incorrect.' });
    expect(await refusal(change(PASSWORD, PASSWORD))).toMatchObject({ reason: 'PasswordPolicyViolation' });
    await change(PASSWORD);
    expect(await reasonOf(change('Correct-horse2', PASSWORD))).toBe('PasswordPolicyViolation');
    await change('Correct-horse2', 'Correct-horse3');
    await change('Correct-horse3', PASSWORD);
    await admin.iam.deleteAccountPasswordPolicy();
    expect(await reasonOf(admin.iam.getAccountPasswordPolicy())).toBe('NoSuchEntity');
    expect(await reasonOf(admin.iam.deleteAccountPasswordPolicy())).toBe('NoSuchEntity');
  });

  it('is kept from users with an explicit deny, and is nothing that a role has', async () => {
    const barred = await person('barred', { Effect: 'Deny', Action: 'iam:ChangePassword', Resource: '*' });
    await admin.iam.updateAccountPasswordPolicy({ allowUsersToChangePassword: true });
    const request = { oldPassword: PASSWORD, newPassword: 'Correct-horse2' };
    expect(await reasonOf(barred.iam.changePassword(request))).toBe('AccessDeniedException');
    await admin.iam.deleteAccountPasswordPolicy();
    const service = await identity.asService('secrets-api');
    expect(await reasonOf(service.iam.changePassword(request))).not.toBe('');
  });

  it('ends the sessions that began with it, but for the one that changes it', async () => {
    await person('kim', allow('iam:ChangePassword', 'iam:GetUser'));
    const [one, other] = [await signedIn('kim'), await signedIn('kim')];
    const [own, gone] = [one, other].map(({ credentials }) => identity.withToken(credentials!.sessionToken));
    await own!.iam.changePassword({ oldPassword: PASSWORD, newPassword: 'Correct-horse2' });
    await own!.iam.getUser();
    expect(await reasonOf(gone!.iam.getUser())).toBe('UnrecognizedClientException');
    await admin.iam.updateLoginProfile({ userName: 'kim', password: PASSWORD });
    expect(await reasonOf(own!.iam.getUser())).toBe('UnrecognizedClientException');
  });
});

describe('a second factor', () => {
  it('is shown to STS, counts once, and is known to policies', async () => {
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
    const lea = await person('lea', { ...allow('iam:GetUser'), Condition });
    const { serialNumber, code } = await deviceOf('lea');
    expect(await reasonOf(lea.iam.getUser())).toBe('AccessDeniedException');
    const tokenCode = code();
    const { credentials } = await lea.sts.getSessionToken({ serialNumber, tokenCode });
    const session = identity.withToken(credentials!.sessionToken);
    expect((await session.iam.getUser()).user).toMatchObject({ userName: 'lea' });
    const again = await refusal(lea.sts.getSessionToken({ serialNumber, tokenCode }));
    expect(again).toMatchObject({
      reason: 'AccessDeniedException',
      message: 'MultiFactorAuthentication failed with invalid MFA one time pass code.',
    });
    for (const request of [{ serialNumber }, { tokenCode: '123456' }]) {
      expect((await refusal(lea.sts.getSessionToken(request))).message).toContain('must provide both');
    }
    const shown = { creationDate: identity.clock.now(), mfaAuthenticated: true };
    expect(sessionInTrail(credentials!.accessKeyId)).toEqual(shown);
    const { credentials: plain } = await lea.sts.getSessionToken({});
    expect(await reasonOf(identity.withToken(plain!.sessionToken).iam.getUser())).toBe('AccessDeniedException');
    expect(sessionInTrail(plain!.accessKeyId)).toEqual({ ...shown, mfaAuthenticated: false });
    expect(await reasonOf(admin.sts.getSessionToken({ serialNumber, tokenCode: code() }))).toBe('AccessDeniedException');
  });

  it('opens roles that demand it', async () => {
    const max = await person('max');
    const { serialNumber, code } = await deviceOf('max');
    await admin.iam.createRole({
      roleName: 'careful',
      assumeRolePolicyDocument: document({
        ...{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' },
        Condition: { NumericLessThan: { 'aws:MultiFactorAuthAge': '60' } },
      }),
    });
    await admin.iam.putInlinePolicy({ target: userTarget('max'), policyName: 'p', policyDocument: document(allow('sts:*')) });
    const role = { roleArn: `arn:aws:iam::${ACCOUNT}:role/careful`, roleSessionName: 'work' };
    expect(await reasonOf(max.sts.assumeRole(role))).toBe('AccessDeniedException');
    const { credentials } = await max.sts.assumeRole({ ...role, serialNumber, tokenCode: code() });
    const { directory } = await identity.asService('secrets-api');
    const credential = { credential: { $case: 'credentialId', value: `session:${credentials!.accessKeyId}` } } as const;
    expect((await directory.resolvePrincipal({ credential })).principal).toMatchObject({
      multiFactorAuthTime: identity.clock.now(),
    });
    const inRole = identity.withToken(credentials!.sessionToken);
    await inRole.sts.getCallerIdentity();
    expect(sessionInTrail(credentials!.accessKeyId)).toEqual({ creationDate: identity.clock.now(), mfaAuthenticated: true });
  });

  it('is a device that one user has', async () => {
    await identity.user('nia');
    await identity.user('ola');
    const { iam } = admin;
    const { serialNumber } = await deviceOf('nia');
    expect((await iam.listMfaDevices({ userName: 'nia' })).mfaDevices).toMatchObject([{ userName: 'nia', serialNumber }]);
    const of = { serialNumber, authenticationCode1: '000000', authenticationCode2: '000001' };
    expect(await reasonOf(iam.enableMfaDevice({ userName: 'ola', ...of }))).toBe('EntityAlreadyExists');
    expect(await reasonOf(iam.deactivateMfaDevice({ userName: 'ola', serialNumber }))).toBe('NoSuchEntity');
    expect(await reasonOf(iam.deleteVirtualMfaDevice({ serialNumber }))).toBe('DeleteConflict');
    expect(await reasonOf(iam.createVirtualMfaDevice({ virtualMfaDeviceName: 'nia-phone' }))).toBe('EntityAlreadyExists');
    const listed = async (assignmentStatus: number) =>
      (await iam.listVirtualMfaDevices({ assignmentStatus })).virtualMfaDevices.filter(
        (one) => one.serialNumber === serialNumber,
      );
    expect(await listed(1)).toMatchObject([{ user: { userName: 'nia' }, base32StringSeed: Buffer.of() }]);
    await iam.deactivateMfaDevice({ userName: 'nia', serialNumber });
    expect(await listed(1)).toEqual([]);
    expect(await listed(2)).toHaveLength(1);
    expect(await reasonOf(iam.enableMfaDevice({ userName: 'ola', ...of }))).toBe('InvalidAuthenticationCode');
    await iam.deleteVirtualMfaDevice({ serialNumber });
    expect(await listed(0)).toEqual([]);
  });
});

describe('signing in', () => {
  it('makes a session for who proves who it is, and says so', async () => {
    await person('pia', allow('iam:GetUser'));
    const session = await signedIn('PIA', { durationSeconds: 900 });
    expect(session).toMatchObject({ accountId: ACCOUNT, userName: 'pia', multiFactor: false });
    const expiration = new Date(identity.clock.millis() + 15 * MINUTE);
    expect(session.credentials).toMatchObject({ expiration });
    expect(lastLogin()).toMatchObject({
      eventSource: 'signin.amazonaws.com',
      recipientAccountId: ACCOUNT,
      userIdentity: { type: 'IAMUser', userName: 'pia', arn: `arn:aws:iam::${ACCOUNT}:user/pia`, accountId: ACCOUNT },
      sourceIpAddress: client.sourceIp,
      userAgent: client.userAgent,
      responseElements: { ConsoleLogin: 'Success', MFAUsed: 'No' },
      errorCode: '',
    });
    const own = identity.withToken(session.credentials!.sessionToken);
    expect((await own.iam.getUser()).user!.userName).toBe('pia');
    const { accessKeyId } = session.credentials!;
    expect(sessionInTrail(accessKeyId)).toEqual({ creationDate: identity.clock.now(), mfaAuthenticated: false });
    const { sessions } = await own.sts.listSessions();
    expect(sessions).toMatchObject([
      { sourceIpAddress: '192.0.2.1', userAgent: 'browser/1', source: expect.stringMatching(/^login:AIDA/), current: true },
    ]);
    // On behalf of the person, as the console calls.
    const through = await identity.asService('console', session.credentialId);
    await through.sts.revokeSessions({ sessions: { $case: 'accessKeyId', value: session.credentials!.accessKeyId } });
    expect(await reasonOf(own.iam.getUser())).toBe('UnrecognizedClientException');
  });

  it('has one answer for all that is wrong, and hides the name that nobody has', async () => {
    await person('quinn');
    const { code } = await deviceOf('quinn');
    const wrong: [string, Partial<SignInRequest>, string][] = [
      ['quinn', { password: 'Correct-horse0', tokenCode: code() }, 'quinn'],
      ['quinn', { tokenCode: '' }, 'quinn'],
      ['quinn', { tokenCode: '000000' }, 'quinn'],
      ['quinn', { password: 'a\u0000', tokenCode: code() }, 'quinn'],
      ['nobody-is-here', {}, 'HIDDEN_DUE_TO_SECURITY_REASONS'],
      ['nobody-is ä', {}, 'HIDDEN_DUE_TO_SECURITY_REASONS'],
      ['quinn', { accountId: '999999999999' }, 'HIDDEN_DUE_TO_SECURITY_REASONS'],
      ['quinn', { accountId: 'nobody-is' }, 'HIDDEN_DUE_TO_SECURITY_REASONS'],
    ];
    for (const [userName, more, shown] of wrong) {
      expect(await refusal(signIn(userName, more))).toEqual(FAILED);
      expect(lastLogin()).toMatchObject({
        userIdentity: { userName: shown },
        responseElements: { ConsoleLogin: 'Failure' },
        errorCode: 'SignInFailed',
        errorMessage: 'Failed authentication',
      });
    }
    const tokenCode = code();
    const both = await Promise.allSettled([signedIn('quinn', { tokenCode }), signedIn('quinn', { tokenCode })]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(lastLogin().responseElements.MFAUsed).toBe('Yes');
  });

  it('is slowed, for users who are there and for others, and not where the user has been', async () => {
    await person('rob');
    await signedIn('rob');
    const from = (sourceIp: string) => ({ client: { ...client, sourceIp }, password: 'Correct-horse0' });
    for (const name of ['rob', 'nobody-is-rob']) {
      let refused = 0;
      for (let n = 0; n < 25; n++) {
        const { reason } = await refusal(signIn(name, from(`198.51.100.${n}`)));
        if (reason === 'ThrottlingException') refused++;
      }
      expect(refused).toBe(5);
      expect(await reasonOf(signIn(name, { client: { ...client, sourceIp: '203.0.113.1' } }))).toBe('ThrottlingException');
    }
    await signedIn('rob');
    identity.clock.advance(3 * MINUTE);
    await signedIn('rob', { client: { ...client, sourceIp: '203.0.113.1' } });
  });

  it('demands a new password that an administrator or the policy wants', async () => {
    await person('sue');
    await admin.iam.updateLoginProfile({ userName: 'sue', passwordResetRequired: true });
    const { outcome } = await signIn('sue');
    expect(outcome).toMatchObject({ $case: 'newPasswordRequired', value: { expired: false, passwordPolicy: undefined } });
    const change = (newPassword: string) => signedIn('sue', { newPassword });
    expect(await reasonOf(change('short'))).toBe('PasswordPolicyViolation');
    expect(await reasonOf(change(PASSWORD))).toBe('PasswordPolicyViolation');
    await change('Correct-horse2');
    expect(await refusal(signIn('sue'))).toEqual(FAILED);
    const now = { password: 'Correct-horse2' };
    expect(await reasonOf(signIn('sue', { ...now, newPassword: 'Correct-horse3' }))).toBe('ValidationError');
    await admin.iam.updateAccountPasswordPolicy({ maxPasswordAge: 1, minimumPasswordLength: 10 });
    await signedIn('sue', now);
    identity.clock.advance(DAY);
    expect((await signIn('sue', now)).outcome).toMatchObject({
      $case: 'newPasswordRequired',
      value: { expired: true, passwordPolicy: { maxPasswordAge: 1, expirePasswords: true, minimumPasswordLength: 10 } },
    });
    await admin.iam.updateAccountPasswordPolicy({ maxPasswordAge: 1, hardExpiry: true });
    expect((await refusal(signIn('sue', now))).message).toContain('only an administrator');
    await admin.iam.deleteAccountPasswordPolicy();
  });

  it('is for the console alone', async () => {
    for (const other of [admin, await identity.asService('aws-gateway'), identity.withToken()]) {
      expect(['AccessDeniedException', 'UnrecognizedClientException']).toContain(
        await reasonOf(other.signIn.signIn({ accountId: ACCOUNT, userName: 'ada', password: PASSWORD, client })),
      );
    }
  });

  it('does not happen without its event', async () => {
    await person('tom');
    identity.recorder.failure = new Error('full');
    expect(await reasonOf(signIn('tom'))).not.toBe('SignInFailed');
    identity.recorder.failure = undefined;
    expect((await admin.sts.listSessions({ userName: 'tom' })).sessions).toEqual([]);
  });
});

describe('a link', () => {
  const redeem = (token: string) => console.signIn.redeemSignInLink({ token, client });

  it('signs in once, within five minutes', async () => {
    const uma = await identity.user('uma', allow('iam:GetUser'));
    const { token, expiration } = await uma.iam.createSignInLink();
    expect(expiration).toEqual(new Date(identity.clock.millis() + 5 * MINUTE));
    const both = await Promise.allSettled([redeem(token), redeem(token)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(lastLogin()).toMatchObject({ userIdentity: { userName: 'uma' }, responseElements: { ConsoleLogin: 'Success' } });
    const late = await uma.iam.createSignInLink();
    identity.clock.advance(5 * MINUTE);
    expect(await reasonOf(redeem(late.token))).toBe('SignInFailed');
    expect(await reasonOf(redeem('srl_x'))).toBe('SignInFailed');
  });

  it('is made for others by who may, ends with what it was made with, and is not for sessions', async () => {
    const vic = await identity.user('vic');
    expect(await reasonOf(vic.iam.createSignInLink({ userName: 'uma' }))).toBe('AccessDeniedException');
    const { accessKey } = await admin.iam.createAccessKey({ userName: 'vic' });
    const { accessKeyId } = accessKey!;
    const keyed = await identity.asService('aws-gateway', `key:${accessKeyId}`);
    const links = [await keyed.iam.createSignInLink(), await keyed.iam.createSignInLink()];
    const { signedIn: session } = await redeem(links[0]!.token);
    const own = identity.withToken(session!.credentials!.sessionToken);
    expect(await reasonOf(own.iam.createSignInLink())).toBe('AccessDeniedException');
    await admin.iam.deleteAccessKey({ userName: 'vic', accessKeyId });
    expect(await reasonOf(own.sts.getCallerIdentity())).toBe('UnrecognizedClientException');
    expect(await reasonOf(redeem(links[1]!.token))).toBe('SignInFailed');
    const { token } = await admin.iam.createSignInLink({ userName: 'vic' });
    expect((await redeem(token)).signedIn).toMatchObject({ userName: 'vic' });
  });
});

it('leaves nothing behind that is of no use', async () => {
  identity.clock.advance(91 * DAY);
  const dataSource = await openDataSource({ database: identity.database, entities, poolSize: 1 });
  await purgeExpired(new DatabaseStore(dataSource, identity.clock), identity.clock);
  await dataSource.destroy();
  for (const table of ['sign_in_link', 'guess', 'known_network'])
    expect([table, await rows(`SELECT * FROM ${table}`)]).toEqual([table, []]);
});
