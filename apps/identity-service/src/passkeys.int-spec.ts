import { MINUTE } from '@strongroom/clock';
import type { SignedIn, SignInRequest } from '@strongroom/contracts/strongroom/identity/v1/sign_in';
import { SoftwareAuthenticator } from './authenticator.testing';
import { ACCOUNT, allow, refusal, TestIdentity, type TestCaller } from './server.testing';

const PASSWORD = 'Correct-horse1';
const ORIGIN = 'https://console.example.org';
const relyingParty = { origin: ORIGIN };
const client = { sourceIp: '192.0.2.1', userAgent: 'browser/1' };

let identity: TestIdentity;
let admin: TestCaller;
let console: TestCaller;
beforeAll(async () => {
  identity = await TestIdentity.start();
  [admin, console] = [await identity.admin(), await identity.asService('console')];
}, 60_000);
afterAll(() => identity?.drop());

const reasonOf = async (promise: Promise<unknown>) => (await refusal(promise)).reason;
const signIn = (userName: string, more: Partial<SignInRequest>) =>
  console.signIn.signIn({ accountId: ACCOUNT, userName, password: PASSWORD, client, ...more });
async function signedIn(userName: string, more: Partial<SignInRequest>): Promise<SignedIn> {
  const { outcome } = await signIn(userName, more);
  if (outcome?.$case !== 'signedIn') throw new Error(`not signed in: ${outcome?.$case}`);
  return outcome.value;
}
const begun = async () => (await console.signIn.beginPasskeySignIn({ relyingParty })).optionsJson;
const enrolment = async (userName: string) => (await admin.iam.beginPasskey({ userName, relyingParty })).optionsJson;

/** Options to make a passkey, taken for options to show one. */
const asSignIn = (optionsJson: string) => JSON.stringify({ ...JSON.parse(optionsJson), rpId: 'console.example.org' });

/** A user with a password and, if it is given, a passkey. */
async function person(userName: string, authenticator?: SoftwareAuthenticator, ...statements: object[]): Promise<void> {
  await identity.user(userName, ...statements);
  await admin.iam.createLoginProfile({ userName, password: PASSWORD });
  if (!authenticator) return;
  const credentialJson = authenticator.create(await enrolment(userName));
  await admin.iam.enablePasskey({ userName, passkeyName: 'laptop', credentialJson });
}

describe('a passkey', () => {
  it('is enrolled as an MFA device, like AWS’s security keys, and deleted', async () => {
    await person('ada');
    const key = new SoftwareAuthenticator(ORIGIN);
    const options = JSON.parse(await enrolment('ada')) as { rp: object; user: { name: string } };
    expect(options).toMatchObject({
      rp: { id: 'console.example.org' },
      user: { name: `ada@${ACCOUNT}`, id: expect.any(String) },
      authenticatorSelection: { residentKey: 'required' },
      excludeCredentials: [],
    });
    const credentialJson = key.create(JSON.stringify(options), { packed: true });
    const { serialNumber } = await admin.iam.enablePasskey({ userName: 'ada', passkeyName: 'laptop', credentialJson });
    expect(serialNumber).toBe(`arn:aws:iam::${ACCOUNT}:u2f/user/ada/laptop`);
    const { mfaDevices } = await admin.iam.listMfaDevices({ userName: 'ada' });
    expect(mfaDevices).toEqual([{ userName: 'ada', serialNumber, enableDate: identity.clock.now() }]);
    expect(JSON.parse(await enrolment('ada'))).toMatchObject({
      excludeCredentials: [{ id: key.credentialId.toString('base64url'), transports: ['internal'] }],
    });
    expect(identity.recorder.events.at(-3)).toMatchObject({
      eventName: 'EnablePasskey',
      requestParameters: { serialNumber },
      resources: [{ arn: `arn:aws:iam::${ACCOUNT}:user/ada` }],
    });

    const same = { userName: 'ada', passkeyName: 'laptop' };
    const other = new SoftwareAuthenticator(ORIGIN).create(await enrolment('ada'));
    expect(await reasonOf(admin.iam.enablePasskey({ ...same, credentialJson: other }))).toBe('EntityAlreadyExists');
    await identity.user('bob');
    expect(await reasonOf(admin.iam.deactivateMfaDevice({ userName: 'bob', serialNumber }))).toBe('NoSuchEntity');
    await admin.iam.deactivateMfaDevice({ userName: 'ada', serialNumber });
    expect((await admin.iam.listMfaDevices({ userName: 'ada' })).mfaDevices).toEqual([]);
  });

  it('is made for one user, at one site, once, within five minutes', async () => {
    await person('cid');
    await person('dan');
    const enable = (userName: string, credentialJson: string) =>
      admin.iam.enablePasskey({ userName, passkeyName: 'laptop', credentialJson });
    const key = () => new SoftwareAuthenticator(ORIGIN);
    const elsewhere = new SoftwareAuthenticator('https://console.example.com');
    const late = key().create(await enrolment('cid'));
    identity.clock.advance(5 * MINUTE);
    const wrong = [
      late,
      key().create(await enrolment('dan')),
      elsewhere.create(await enrolment('cid')),
      key().create(JSON.stringify({ challenge: 'AAAA', rp: { id: 'console.example.org' } })),
      '{"response":{"attestationObject":"oA","clientDataJSON":"e30"}}',
      'null',
      'x'.repeat(20_000),
    ];
    for (const one of wrong) expect(await reasonOf(enable('cid', one))).toBe('InvalidAuthenticationCode');
    const right = key().create(await enrolment('cid'));
    const both = await Promise.allSettled([enable('cid', right), enable('cid', right)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const origin of ['http://console.example.org', 'https://console.example.org/x', 'javascript:1', '', 'https://a@b']) {
      expect(await reasonOf(admin.iam.beginPasskey({ relyingParty: { origin }, userName: 'cid' }))).toBe('ValidationError');
    }
    const foreign = { origin: ORIGIN, id: 'other.org' };
    expect((await refusal(admin.iam.beginPasskey({ relyingParty: foreign }))).message).toContain('relying_party.id');
  });

  it('needs the permission of MFA devices, and is one of eight', async () => {
    const eve = await identity.user('eve');
    expect(await reasonOf(eve.iam.beginPasskey({ relyingParty }))).toBe('AccessDeniedException');
    const may = await identity.user('fay', allow('iam:EnableMFADevice'));
    for (let n = 0; n < 9; n++) {
      const { optionsJson } = await may.iam.beginPasskey({ relyingParty });
      const credentialJson = new SoftwareAuthenticator(ORIGIN).create(optionsJson);
      const enabled = may.iam.enablePasskey({ passkeyName: `key-${n}`, credentialJson });
      await (n < 8 ? enabled : expect(reasonOf(enabled)).resolves.toBe('LimitExceeded'));
    }
    await expect(refusal(admin.iam.deleteUser({ userName: 'fay' }))).resolves.toMatchObject({ reason: 'DeleteConflict' });
  });
});

describe('signing in with a passkey', () => {
  it('shows a second factor, which policies know', async () => {
    const key = new SoftwareAuthenticator(ORIGIN);
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
    await person('gil', key, { ...allow('iam:GetUser'), Condition });
    const session = await signedIn('gil', { passkeyJson: key.get(await begun()) });
    expect(session.multiFactor).toBe(true);
    const own = identity.withToken(session.credentials!.sessionToken);
    expect((await own.iam.getUser()).user!.userName).toBe('gil');
    expect(identity.recorder.events.at(-1)).toMatchObject({
      eventName: 'GetUser',
      userIdentity: { sessionAttributes: { creationDate: identity.clock.now(), mfaAuthenticated: true } },
    });
    const logins = identity.recorder.events.filter(({ eventName }) => eventName === 'ConsoleLogin');
    expect(logins.at(-1)!.responseElements).toEqual({ ConsoleLogin: 'Success', MFAUsed: 'Yes' });
  });

  it('tells nothing of who has one', async () => {
    expect(JSON.parse(await begun())).toEqual({
      rpId: 'console.example.org',
      challenge: expect.any(String),
      timeout: 5 * MINUTE,
      userVerification: 'preferred',
      allowCredentials: undefined,
      extensions: undefined,
    });
    expect(await reasonOf(admin.signIn.beginPasskeySignIn({ relyingParty }))).not.toBe('');
  });

  it('has one answer for all that is wrong', async () => {
    const [key, other] = [new SoftwareAuthenticator(ORIGIN), new SoftwareAuthenticator(ORIGIN)];
    await person('hal', key);
    await person('ida', other);
    const late = key.get(await begun());
    identity.clock.advance(5 * MINUTE);
    const own = key.get(await begun());
    const broken = JSON.parse(own) as { response: { signature: string } };
    broken.response.signature = (JSON.parse(late) as typeof broken).response.signature;
    key.origin = 'https://evil.example.org';
    const evil = key.get(await begun());
    key.origin = ORIGIN;
    const wrong: Partial<SignInRequest>[] = [
      {},
      { passkeyJson: late },
      { passkeyJson: other.get(await begun()) },
      { passkeyJson: JSON.stringify(broken) },
      { passkeyJson: evil },
      { passkeyJson: key.get(asSignIn(await enrolment('hal'))) },
      { passkeyJson: 'null' },
      { passkeyJson: own, password: 'Correct-horse0' },
      { tokenCode: '123456' },
    ];
    for (const more of wrong) expect(await reasonOf(signIn('hal', more))).toBe('SignInFailed');
    expect((await signedIn('hal', { passkeyJson: own })).multiFactor).toBe(true);
    expect(await reasonOf(signIn('hal', { passkeyJson: own }))).toBe('SignInFailed');
  });

  it('counts once, also by two at once and with a key that does not count', async () => {
    const key = new SoftwareAuthenticator(ORIGIN);
    key.signCount = 0;
    await person('jon', key);
    const passkeyJson = key.get(await begun());
    const both = await Promise.allSettled([signedIn('jon', { passkeyJson }), signedIn('jon', { passkeyJson })]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await signedIn('jon', { passkeyJson: key.get(await begun()) });
  });
});
