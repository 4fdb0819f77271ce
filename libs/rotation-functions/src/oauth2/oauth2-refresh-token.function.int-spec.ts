import { ManualClock } from '@strongroom/clock';
import { DomainError } from '@strongroom/errors';
import { findFreePorts, serviceCertificate } from '@strongroom/local-cluster';
import { AuthorizationServer, temporaryDirectory, TestPki } from '@strongroom/testing';
import { FakeRotatingSecret } from '../shared/fake-rotating-secret.testing';
import { callOf, KillPoint, rotate, surviveEveryKillPoint } from '../shared/kill-points.testing';
import type { TargetHttp } from '@strongroom/egress';
import { oauth2RefreshToken, sendToTarget } from '../connectors.testing';

jest.setTimeout(60_000);

const directory = temporaryDirectory('rotation-oauth2');
let pki: TestPki;
/** One server accepts a refresh token only once and tells whether one is valid. The other does neither. */
let strict: AuthorizationServer;
let lenient: AuthorizationServer;

const send = (url: string, body?: string) =>
  sendToTarget({
    url: new URL(url),
    method: body === undefined ? 'GET' : 'POST',
    body,
    tls: { ca: pki.ca, rejectUnauthorized: true },
    signal: AbortSignal.timeout(10_000),
    named: 'the test',
  });

beforeAll(async () => {
  pki = await TestPki.create();
  const certificate = await pki.issueFiles(serviceCertificate('authorization'));
  const port = await findFreePorts(2);
  const common = { directory: directory.path, certificate };
  strict = new AuthorizationServer({ ...common, port, rotate: true, introspection: true }, send);
  lenient = new AuthorizationServer({ ...common, port: port + 1, rotate: false, introspection: false }, send);
  await Promise.all([strict.start(), lenient.start()]);
});
afterAll(async () => {
  await Promise.all([strict.stop(), lenient.stop()]);
  pki.drop();
  directory.remove();
});

const newSecret = async (server: AuthorizationServer, overrides: Record<string, unknown> = {}) => {
  const method = (overrides.token_endpoint_auth_method as string | undefined) ?? 'client_secret_basic';
  const clientId = `app-${method}`;
  return new FakeRotatingSecret().set('AWSCURRENT', {
    issuer: server.issuer,
    client_id: clientId,
    client_secret: method === 'none' ? undefined : server.clientSecret,
    refresh_token: await server.newRefreshToken(clientId),
    sslCa: pki.ca,
    kept: { as: ['it', 'is'] },
    ...overrides,
  });
};

/** Asks the strict server, by the endpoint that exists for it. */
const isActive = async ({ refresh_token: token }: Record<string, unknown>) => {
  const answer = await sendToTarget({
    url: new URL(`${strict.issuer}/token/introspection`),
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(`app-client_secret_basic:${strict.clientSecret}`).toString('base64')}`,
    },
    body: new URLSearchParams({ token: String(token) }).toString(),
    tls: { ca: pki.ca, rejectUnauthorized: true },
    signal: AbortSignal.timeout(10_000),
    named: 'the test',
  });
  return (JSON.parse(answer.body) as { active: boolean }).active;
};

it('exchanges the refresh token for a new pair, and keeps every other field', async () => {
  const clock = new ManualClock('2026-11-24T12:00:00Z');
  const secret = await newSecret(strict);
  const before = secret.fields('AWSCURRENT');
  await rotate(oauth2RefreshToken(sendToTarget, clock), secret);
  const after = secret.fields('AWSCURRENT');
  expect(after).toMatchObject({
    issuer: strict.issuer,
    client_secret: strict.clientSecret,
    kept: { as: ['it', 'is'] },
    token_type: 'Bearer',
    expires_at: '2026-11-24T13:00:00.000Z',
  });
  expect(after.refresh_token).not.toBe(before.refresh_token);
  expect(await isActive(before)).toBe(false);
  expect(await isActive(after)).toBe(true);
  const user = await sendToTarget({
    url: new URL(`${strict.issuer}/me`),
    method: 'GET',
    headers: { authorization: `Bearer ${String(after.access_token)}` },
    tls: { ca: pki.ca, rejectUnauthorized: true },
    signal: AbortSignal.timeout(10_000),
    named: 'the test',
  });
  expect(JSON.parse(user.body)).toMatchObject({ sub: 'ada' });
  await rotate(oauth2RefreshToken(), secret);
  expect(await isActive(secret.fields('AWSCURRENT'))).toBe(true);
});

it('keeps the refresh token that the server keeps', async () => {
  const secret = await newSecret(lenient);
  await rotate(oauth2RefreshToken(), secret);
  expect(secret.fields('AWSCURRENT').refresh_token).toBe(secret.fields('AWSPREVIOUS').refresh_token);
  expect(secret.fields('AWSCURRENT').access_token).toEqual(expect.any(String));
});

it.each(['client_secret_post', 'none'])('authenticates the client by %s', async (method) => {
  const secret = await newSecret(strict, { token_endpoint_auth_method: method });
  await oauth2RefreshToken().createSecret(callOf(secret));
  expect(secret.has('AWSPENDING')).toBe(true);
});

it('does without discovery where the secret names the endpoints', async () => {
  const endpoints = { token_endpoint: `${strict.issuer}/token`, introspection_endpoint: `${strict.issuer}/token/introspection` };
  const secret = await newSecret(strict, { ...endpoints, issuer: null });
  await rotate(oauth2RefreshToken(), secret);
  expect(await isActive(secret.fields('AWSCURRENT'))).toBe(true);
});

it('says whether AWSCURRENT is good, which a rotation under way ends', async () => {
  const secret = await newSecret(strict);
  await oauth2RefreshToken().testCurrent(callOf(secret));
  expect(await isActive(secret.fields('AWSCURRENT'))).toBe(true);
  await oauth2RefreshToken().createSecret(callOf(secret));
  await expect(oauth2RefreshToken().testCurrent(callOf(secret))).rejects.toThrow('"refresh_token" of AWSCURRENT');
  await oauth2RefreshToken().testSecret(callOf(secret));
});

it('does not guess it where the server cannot be asked', async () => {
  const secret = await newSecret(lenient);
  await oauth2RefreshToken().testCurrent(callOf(secret));
  await oauth2RefreshToken().createSecret(callOf(secret));
  await oauth2RefreshToken().testCurrent(callOf(secret));
  secret.set('AWSPENDING', { ...secret.fields('AWSPENDING'), refresh_token: 'another' });
  await expect(oauth2RefreshToken().testCurrent(callOf(secret))).rejects.toThrow('offers no introspection');
});

describe('when the worker is killed', () => {
  /** The request that uses the refresh token is a side effect at which a worker can die. */
  const mortal =
    (killPoint: KillPoint): TargetHttp =>
    (request) =>
      request.url.pathname === '/token' ? killPoint.around(() => sendToTarget(request)) : sendToTarget(request);

  it('survives it everywhere, where a refresh token is good more than once', async () => {
    const survived = await surviveEveryKillPoint(async () => {
      const secret = await newSecret(lenient);
      return {
        secret,
        functionWith: (killPoint) => oauth2RefreshToken(killPoint && mortal(killPoint)),
        logsIn: async (stage) => {
          const probe = new FakeRotatingSecret().set('AWSCURRENT', secret.fields(stage));
          await oauth2RefreshToken().createSecret(callOf(probe));
          return true;
        },
      };
    });
    expect(survived).toBe(5);
  });

  it('loses a token that is good once only in one place, between its refresh and its storing, and says so', async () => {
    for (const [after, lost] of [false, true, false].entries()) {
      const killPoint = new KillPoint(after);
      const secret = await newSecret(strict);
      secret.killPoint = killPoint;
      await oauth2RefreshToken(mortal(killPoint))
        .createSecret(callOf(secret))
        .catch((error: unknown) => expect(error).toMatchObject({ message: expect.stringContaining('killed') as string }));
      expect(await killPoint.end()).toBe(true);
      secret.killPoint = undefined;
      const repeated = oauth2RefreshToken().createSecret(callOf(secret));
      if (lost) {
        await expect(repeated).rejects.toMatchObject({
          kind: 'failed-precondition',
          message: expect.stringContaining('perhaps by an interrupted attempt of this rotation') as string,
        });
      } else {
        await repeated;
        expect(await isActive(secret.fields('AWSPENDING'))).toBe(true);
      }
    }
  });
});

it('stores the new token as soon as a store that was away is back', async () => {
  const secret = await newSecret(strict);
  const put = secret.putPending.bind(secret);
  let refusals = 3;
  secret.putPending = (value) =>
    refusals-- > 0
      ? Promise.reject(new DomainError({ kind: 'unavailable', reason: 'ServiceUnavailableException', message: 'away' }))
      : put(value);
  await oauth2RefreshToken().createSecret(callOf(secret));
  expect(await isActive(secret.fields('AWSPENDING'))).toBe(true);
});

describe('fails, with the token unused,', () => {
  it.each([
    ['a missing client', { client_id: null }, 'The field "client_id" of AWSCURRENT is required.'],
    [
      'a method that is none',
      { token_endpoint_auth_method: 'magic' },
      'must be "client_secret_basic" or "client_secret_post" or "none"',
    ],
    ['plain http', { issuer: 'http://auth.example' }, 'The field "issuer" of AWSCURRENT must be an https URL.'],
    ['an issuer that is another', { issuer: 'https://localhost:1' }, 'the field "issuer" of AWSCURRENT could not be opened'],
    ['a wrong client secret', { client_secret: 'wrong' }, 'does not accept the fields "client_id", "client_secret"'],
    ['an authority that did not issue the certificate', { sslCa: null }, 'the field "issuer" of AWSCURRENT could not be opened'],
  ])('for %s', async (_, overrides, message) => {
    const secret = await newSecret(strict);
    const current = secret.fields('AWSCURRENT');
    secret.set('AWSCURRENT', { ...current, ...overrides });
    const failure = (await oauth2RefreshToken()
      .createSecret(callOf(secret))
      .catch((error: unknown) => error)) as Error;
    expect(() => {
      throw failure;
    }).toThrow(message);
    for (const hidden of [current.refresh_token, current.client_secret])
      expect(JSON.stringify([failure.message, failure.stack])).not.toContain(hidden);
    expect(secret.has('AWSPENDING')).toBe(false);
    expect(await isActive(current)).toBe(true);
  });

  it('when the step is over', async () => {
    const secret = await newSecret(strict);
    await expect(oauth2RefreshToken().createSecret(callOf(secret, AbortSignal.abort()))).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(await isActive(secret.fields('AWSCURRENT'))).toBe(true);
  });
});

it('says what to do about a refresh token that is no longer good', async () => {
  const secret = await newSecret(strict, { refresh_token: 'forgotten' });
  await expect(oauth2RefreshToken().createSecret(callOf(secret))).rejects.toMatchObject({
    kind: 'failed-precondition',
    message: expect.stringMatching(/"refresh_token" of AWSCURRENT \(invalid_grant\).*authorise the client again/) as string,
  });
});
