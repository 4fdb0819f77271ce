import { HOUR, MINUTE } from '@strongroom/clock';
import { accessDenied, unauthenticated } from '@strongroom/errors';
import { type Answer, CANARY, COOKIE, cookieOf, PASSWORD, resultOf, TestConsole, testConsole, TOKEN } from './server.testing';

const test = testConsole();

const idle = { 'x-strongroom-idle': '1' };

describe('a session', () => {
  it('lives in a cookie that only this host, over TLS, without scripts and other sites, ever has', async () => {
    const signIn = { accountId: '000000000000', userName: 'ann', password: PASSWORD };
    const answer = await test.call('session.signIn', signIn);
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(/^__Host-strongroom=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/),
    ]);
    expect(answer.text).not.toContain(cookieOf(answer).slice(COOKIE.length + 1));
    expect(resultOf(answer).data).toMatchObject({ outcome: 'signed-in', person: { userName: 'ann', multiFactor: false } });
    expect(await test.whoAmI({ cookie: cookieOf(answer) })).toMatchObject({ arn: 'arn:aws:iam::000000000000:user/ann' });
  });

  it('is kept under the hash of its id, and holds nothing that proves who the person is', async () => {
    const { cookie } = await test.signIn();
    const id = cookie.slice(COOKIE.length + 1);
    const keys = await test.redis.client.keys('strongroom:console:session:*');
    expect(keys.join()).not.toContain(id);
    const values = await test.redis.client.mget(keys);
    expect(values.join()).toContain('session:ASIA');
    expect(values.join()).not.toContain(id);
  });

  it('gets an id of its own at each sign-in, and the old one ends, here and at the services', async () => {
    const fixed = `${COOKIE}=${'A'.repeat(43)}`;
    const first = await test.signIn({ cookie: fixed });
    expect(first.cookie).not.toBe(fixed);
    expect(await test.whoAmI({ cookie: fixed })).toBeNull();
    const second = await test.signIn(first);
    expect(second.cookie).not.toBe(first.cookie);
    expect(await test.whoAmI(first)).toBeNull();
    expect(await test.whoAmI(second)).not.toBeNull();
    expect(test.asked).toMatchObject([{ method: 'revokeSessions', request: { sessions: { $case: 'accessKeyId' } } }]);
  });

  it('ends for whoever has stolen its cookie, too, once its owner signs out', async () => {
    const owner = await test.signIn();
    const thief = { ...owner, 'x-forwarded-for': '203.0.113.9' };
    expect(await test.whoAmI(thief)).not.toBeNull();
    const answer = await test.call('session.signOut', undefined, owner);
    expect(answer.headers['set-cookie']).toEqual([expect.stringMatching(/^__Host-strongroom=;.*Max-Age=0$/)]);
    expect(await test.whoAmI(thief)).toBeNull();
    expect(test.asked.map(({ method }) => method)).toEqual(['revokeSessions']);
  });

  it('ends after 15 idle minutes; what the page asks by itself does not keep it', async () => {
    const person = await test.signIn();
    test.clock.advance(14 * MINUTE);
    expect(await test.whoAmI(person)).not.toBeNull();
    test.clock.advance(14 * MINUTE);
    expect(await test.whoAmI({ ...person, ...idle })).not.toBeNull();
    test.clock.advance(2 * MINUTE);
    expect(await test.whoAmI({ ...person, ...idle })).toBeNull();
  });

  it('ends after 12 hours whatever the person does', async () => {
    const person = await test.signIn();
    for (let minutes = 0; minutes < 12 * 60 - 14; minutes += 14) {
      test.clock.advance(14 * MINUTE);
      expect(await test.whoAmI(person)).not.toBeNull();
    }
    test.clock.advance(6 * MINUTE);
    expect(await test.whoAmI(person)).toBeNull();
    test.clock.advance(12 * HOUR);
  });

  it('ends when the services no longer know it', async () => {
    const person = await test.signIn();
    test.answer = () => Promise.reject(unauthenticated('no such session'));
    const answer = await test.call('secrets.listSecrets', {}, person);
    expect([answer.status, answer.headers['set-cookie']?.[0]]).toEqual([401, expect.stringContaining('Max-Age=0')]);
    expect(await test.whoAmI(person)).toBeNull();
  });

  it.each([
    [`${COOKIE}=short`],
    [`${COOKIE}=${'A'.repeat(43)}; ${COOKIE}=${'B'.repeat(43)}`],
    ['strongroom=x'],
    [`${COOKIE}=../../x`],
  ])('is none with the cookie %s', async (cookie) => {
    expect(await test.whoAmI({ cookie })).toBeNull();
  });
});

describe('a call on behalf of a person', () => {
  it('names the credential, the address that the proxy saw, and the browser, and never more', async () => {
    const person = await test.signIn();
    test.answer = () => ({ name: 'a', value: { $case: 'secretString', value: CANARY } });
    const headers = { ...person, 'x-forwarded-for': '10.9.9.9, 203.0.113.7' };
    const answer = await test.call('secrets.getSecretValue', { secretId: 'a' }, headers);
    expect(resultOf(answer).data).toEqual({ name: 'a', value: { $case: 'secretString', value: CANARY } });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    const { onBehalfOf } = test.asked[0]!.options;
    expect(onBehalfOf).toEqual({
      credentialId: expect.stringMatching(/^session:ASIA/),
      sourceIp: '203.0.113.7',
      userAgent: 'a browser',
      requestId: expect.any(String),
    });
  });

  it('shows a refusal as the service says it', async () => {
    const message = 'ann is not permitted to perform secretsmanager:PutSecretValue';
    test.answer = () => Promise.reject(accessDenied(message));
    const answer = await test.call('secrets.putSecretValue', { secretId: 'a' }, await test.signIn());
    expect(answer.status).toBe(403);
    expect(resultOf(answer).problem).toMatchObject({ kind: 'permission-denied', reason: 'AccessDeniedException', message });
  });

  it('tells nothing of what went wrong unexpectedly', async () => {
    test.answer = () => Promise.reject(new Error('the database said x'));
    const answer = await test.call('secrets.listSecrets', {}, await test.signIn());
    expect(answer.status).toBe(500);
    expect(answer.text).not.toMatch(/database|stack|\.ts/);
  });
});

describe('who is not who they say', () => {
  const attempt = (more: object) =>
    test.call('session.signIn', { accountId: '000000000000', userName: 'ann', password: `wrong-${CANARY}`, ...more });
  const shown = (answer: Answer) => {
    const { problem } = resultOf(answer);
    return { status: answer.status, problem: { ...problem, requestId: '' }, headers: Object.keys(answer.headers).sort() };
  };

  it('does not learn which names there are', async () => {
    const known = shown(await attempt({}));
    expect(known.problem).toMatchObject({ kind: 'unauthenticated', reason: 'SignInFailed' });
    expect(shown(await attempt({ userName: 'nobody' }))).toEqual(known);
    test.guesses = 0;
    const link = await test.call('session.redeemLink', { token: 'x' });
    expect(link.status).toBe(401);
  });

  it('must wait after some guesses, and learns how long', async () => {
    for (let count = 0; count < 3; count++) await attempt({});
    const answer = await attempt({ password: PASSWORD });
    expect(answer.status).toBe(429);
    expect(resultOf(answer).problem).toMatchObject({ reason: 'ThrottlingException', retryAfterMs: 5_000 });
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('gets no session before the new password is chosen', async () => {
    const answer = await attempt({ userName: 'eve' });
    expect(resultOf(answer).data).toEqual({ outcome: 'new-password-required', expired: true });
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('signs in by a link, whose token is in no address', async () => {
    const answer = await test.call('session.redeemLink', { token: TOKEN });
    expect(await test.whoAmI({ cookie: cookieOf(answer) })).not.toBeNull();
  });

  it('sees nothing without a session', async () => {
    for (const procedure of ['secrets.listSecrets', 'home.overview', 'cluster.health', 'cluster.version']) {
      expect((await test.call(procedure, {})).status).toBe(401);
    }
    expect(test.asked).toEqual([]);
  });

  it('shows a passkey to this very page', async () => {
    expect(resultOf(await test.call('session.beginPasskey')).data).toEqual({ optionsJson: JSON.stringify(test.origin) });
  });
});

it('lets calls in flight finish when it stops, and takes no more', async () => {
  const other = await TestConsole.start();
  const person = await other.signIn();
  let go: (() => void) | undefined;
  other.answer = () => new Promise((resolve) => (go = () => resolve({ secretList: [], nextToken: '' })));
  const call = other.call('secrets.listSecrets', {}, person);
  while (go === undefined) await new Promise((resolve) => setImmediate(resolve));
  const stopped = other.stop();
  setImmediate(go);
  expect((await call).status).toBe(200);
  await stopped;
});
