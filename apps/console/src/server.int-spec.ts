import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { CONSOLE } from '@strongroom/bounds';
import { HOUR, MINUTE } from '@strongroom/clock';
import { transformer } from '@strongroom/console-api';
import { accessDenied, unauthenticated } from '@strongroom/errors';
import { consoleServices, type Method, type Service } from '@strongroom/methods';
import { CODE, TestIssuer } from './single-sign-on/issuer.testing';
import { type Answer, CANARY, COOKIE, cookieOf, PASSWORD, resultOf, TestConsole, TOKEN } from './server.testing';

let test: TestConsole;

beforeAll(async () => {
  test = await TestConsole.start(['127.0.0.1']);
});
afterEach(() => {
  expect(test.log.join('\n')).not.toContain(CANARY);
  test.answer = () => ({});
  test.guesses = 0;
  test.asked.length = 0;
  // Whoever has called much may call again.
  test.clock.advance(MINUTE);
});
afterAll(() => test.stop());

const whoAmI = async (headers: Record<string, string>) => resultOf(await test.call('session.whoAmI', undefined, headers)).data;
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
    expect(await whoAmI({ cookie: cookieOf(answer) })).toMatchObject({ arn: 'arn:aws:iam::000000000000:user/ann' });
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
    expect(await whoAmI({ cookie: fixed })).toBeNull();
    const second = await test.signIn(first);
    expect(second.cookie).not.toBe(first.cookie);
    expect(await whoAmI(first)).toBeNull();
    expect(await whoAmI(second)).not.toBeNull();
    expect(test.asked).toMatchObject([{ method: 'revokeSessions', request: { sessions: { $case: 'accessKeyId' } } }]);
  });

  it('ends for whoever has stolen its cookie, too, once its owner signs out', async () => {
    const owner = await test.signIn();
    const thief = { ...owner, 'x-forwarded-for': '203.0.113.9' };
    expect(await whoAmI(thief)).not.toBeNull();
    const answer = await test.call('session.signOut', undefined, owner);
    expect(answer.headers['set-cookie']).toEqual([expect.stringMatching(/^__Host-strongroom=;.*Max-Age=0$/)]);
    expect(await whoAmI(thief)).toBeNull();
    expect(test.asked.map(({ method }) => method)).toEqual(['revokeSessions']);
  });

  it('ends after 15 idle minutes; what the page asks by itself does not keep it', async () => {
    const person = await test.signIn();
    test.clock.advance(14 * MINUTE);
    expect(await whoAmI(person)).not.toBeNull();
    test.clock.advance(14 * MINUTE);
    expect(await whoAmI({ ...person, ...idle })).not.toBeNull();
    test.clock.advance(2 * MINUTE);
    expect(await whoAmI({ ...person, ...idle })).toBeNull();
  });

  it('ends after 12 hours whatever the person does', async () => {
    const person = await test.signIn();
    for (let minutes = 0; minutes < 12 * 60 - 14; minutes += 14) {
      test.clock.advance(14 * MINUTE);
      expect(await whoAmI(person)).not.toBeNull();
    }
    test.clock.advance(6 * MINUTE);
    expect(await whoAmI(person)).toBeNull();
    test.clock.advance(12 * HOUR);
  });

  it('ends when the services no longer know it', async () => {
    const person = await test.signIn();
    test.answer = () => Promise.reject(unauthenticated('no such session'));
    const answer = await test.call('secrets.listSecrets', {}, person);
    expect([answer.status, answer.headers['set-cookie']?.[0]]).toEqual([401, expect.stringContaining('Max-Age=0')]);
    expect(await whoAmI(person)).toBeNull();
  });

  it.each([
    [`${COOKIE}=short`],
    [`${COOKIE}=${'A'.repeat(43)}; ${COOKIE}=${'B'.repeat(43)}`],
    ['strongroom=x'],
    [`${COOKIE}=../../x`],
  ])('is none with the cookie %s', async (cookie) => {
    expect(await whoAmI({ cookie })).toBeNull();
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

describe('a page of another site', () => {
  const procedures = ['session.signIn', 'session.signOut', 'secrets.listSecrets'];
  it.each<[string, Record<string, string | undefined>, number]>([
    ['no header of the page', { 'x-strongroom': undefined }, 403],
    ['another origin', { origin: 'https://evil.test' }, 403],
    ['the origin of a sandbox', { origin: 'null' }, 403],
    ['no origin', { origin: undefined }, 403],
    ['a neighbour of the same site', { 'sec-fetch-site': 'same-site' }, 403],
    ['a link', { 'sec-fetch-site': 'none' }, 403],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['a form of plain text', { 'content-type': 'text/plain' }, 415],
    ['no content type', { 'content-type': undefined }, 415],
  ])('gets nowhere with %s', async (_what, headers, status) => {
    const person = await test.signIn();
    for (const procedure of procedures) {
      expect((await test.call(procedure, {}, { ...person, ...headers })).status).toBe(status);
    }
    expect(test.asked).toEqual([]);
    expect(await whoAmI(person)).not.toBeNull();
  });

  it('cannot ask by an address', async () => {
    const person = await test.signIn();
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
      const answer = await test.send(method, '/api/secrets.listSecrets?input=%7B%7D', {
        headers: { ...test.pageHeaders, ...person },
      });
      expect([method, answer.status]).toEqual([method, 404]);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
    expect(test.asked).toEqual([]);
  });
});

describe('the page', () => {
  it('runs its own scripts alone, in nobody’s frame, each time with another nonce', async () => {
    const [one, other] = [await test.send('GET', '/'), await test.send('GET', '/secrets/production%2Fdb?tab=policy')];
    const nonceOf = ({ text }: Answer) => /nonce="([^"]+)"/.exec(text)![1]!;
    expect(nonceOf(one)).not.toBe(nonceOf(other));
    const policy = one.headers['content-security-policy'] as string;
    expect(policy).toContain(`script-src 'self' 'nonce-${nonceOf(one)}'`);
    expect(policy).not.toMatch(/unsafe|\*|http:/);
    for (const part of [
      "default-src 'none'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "require-trusted-types-for 'script'",
    ]) {
      expect(policy).toContain(part);
    }
    expect(one.headers).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(one.headers['permissions-policy']).toContain('camera=()');
  });

  it('has files that never change, and others that are asked for again', async () => {
    const script = await test.send('GET', '/assets/app-1a2b.js', { headers: { 'accept-encoding': 'gzip, br;q=0.9' } });
    expect(script.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'br',
      'content-type': 'text/javascript; charset=utf-8',
    });
    const icon = await test.send('GET', '/icon.svg');
    expect(icon.headers).toMatchObject({ 'cache-control': 'no-cache', 'content-type': 'image/svg+xml' });
  });

  it.each([
    '/assets/../../private.txt',
    '/..%2f..%2fprivate.txt',
    '/assets/%2e%2e/%2e%2e/private.txt',
    '/assets/..\\..\\private.txt',
    '/private.txt%00.js',
    '//private.txt',
    '/assets/app-1a2b.js.map',
    '/assets/nothing.js',
    '/index.html%2f..%2f..%2fprivate.txt',
    '/proc/self/environ.txt',
  ])('has no file at %s', async (path) => {
    const answer = await test.send('GET', path);
    expect([400, 404]).toContain(answer.status);
    expect(answer.text).not.toContain(CANARY);
  });

  it.each(['//evil.test', '/\\evil.test', '/https://evil.test', '/sign-in?next=https://evil.test', '/%0d%0aset-cookie:x=y'])(
    'leads nowhere else from %s',
    async (path) => {
      const { status, headers } = await test.send('GET', path);
      expect([200, 400, 404]).toContain(status);
      expect([headers.location, headers['set-cookie'], headers.refresh]).toEqual([undefined, undefined, undefined]);
    },
  );

  it('is not found under another name, so that no cache keeps it there', async () => {
    for (const path of ['/', '/assets/app-1a2b.js', '/api/session.whoAmI']) {
      const answer = await test.send(path.startsWith('/api') ? 'POST' : 'GET', path, { headers: { host: 'evil.test' } });
      expect([answer.status, answer.text.includes('evil')]).toEqual([421, false]);
    }
    const forwarded = {
      'x-forwarded-host': 'evil.test',
      forwarded: 'host=evil.test',
      'x-original-url': '/api',
      'x-forwarded-proto': 'http',
    };
    const answer = await test.send('GET', '/', { headers: forwarded });
    expect([answer.status, JSON.stringify(answer).includes('evil')]).toEqual([200, false]);
  });

  it('reports what its policy stopped, which is counted by directive and not repeated', async () => {
    const old = { 'csp-report': { 'effective-directive': 'script-src-elem', 'blocked-uri': `https://x/${CANARY}` } };
    const now = [{ type: 'csp-violation', body: { effectiveDirective: `img-src-${CANARY}` } }, { type: 'other' }];
    const report = (type: string, body: unknown) =>
      test.send('POST', '/csp-reports', {
        headers: { 'content-type': type },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
    expect((await report('application/csp-report', old)).status).toBe(204);
    expect((await report('application/reports+json', now)).status).toBe(204);
    expect((await report('application/csp-report', '{{')).status).toBe(204);
    expect((await report('application/csp-report', 'x'.repeat(CONSOLE.strangerBodyBytes + 1))).status).toBe(413);
    expect((await report('text/html', old)).status).toBe(415);
    const text = await test.metrics.registry.getSingleMetricAsString('strongroom_console_policy_reports_total');
    expect(text).toContain('directive="script-src-elem",service="console"} 1');
    expect(text).toContain('directive="other",service="console"} 1');
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
    expect(await whoAmI({ cookie: cookieOf(answer) })).not.toBeNull();
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

describe('too much', () => {
  it.each([
    [CONSOLE.strangerBodyBytes, false],
    [CONSOLE.bodyBytes, true],
  ])('of a body, over %i bytes, is refused before it is read', async (most, signedIn) => {
    const session = signedIn ? await test.signIn() : {};
    const headers = { ...test.pageHeaders, ...session, 'content-length': `${most + 1}` };
    const socket = await test.raw();
    socket.write(
      `POST /api/session.whoAmI HTTP/1.1\r\nhost: localhost:${test.port}\r\n${linesOf(headers)}\r\n\r\n{"json":"nothing more comes`,
    );
    const [head] = (await once(socket, 'data')) as [Buffer];
    expect(head.toString()).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  it('without a length is refused as well', async () => {
    const socket = await test.raw();
    const headers = linesOf({ ...test.pageHeaders, 'transfer-encoding': 'chunked' });
    socket.write(`POST /api/session.whoAmI HTTP/1.1\r\nhost: localhost:${test.port}\r\n${headers}\r\n\r\n`);
    const [head] = (await once(socket, 'data')) as [Buffer];
    expect(head.toString()).toMatch(/^HTTP\/1\.1 411 /);
    socket.destroy();
  });

  it('at a time from one session leaves the others their places', async () => {
    const [greedy, other] = [await test.signIn(), await test.signIn()];
    const waiting: (() => void)[] = [];
    test.answer = ({ options }) =>
      options.onBehalfOf.sourceIp === '198.51.100.1' ? new Promise((resolve) => waiting.push(() => resolve({}))) : {};
    const many = Array.from({ length: CONSOLE.callsOfSession + 3 }, () =>
      test.call('secrets.listSecrets', {}, { ...greedy, 'x-forwarded-for': '198.51.100.1' }),
    );
    const refused = await Promise.race(many);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1']);
    expect((await test.call('secrets.listSecrets', {}, other)).status).toBe(200);
    const settled = Promise.all(many);
    while (waiting.length < CONSOLE.callsOfSession) await new Promise((resolve) => setImmediate(resolve));
    for (const go of waiting) go();
    const statuses = (await settled).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(CONSOLE.callsOfSession);
  });

  it('too fast from strangers of one network must wait; another network need not', async () => {
    const from = (address: string) => test.call('session.whoAmI', undefined, { 'x-forwarded-for': address });
    const statuses = new Set<number>();
    for (let count = 0; count <= CONSOLE.strangerBurst; count++) statuses.add((await from('2001:db8::1')).status);
    expect(statuses).toEqual(new Set([200, 429]));
    expect((await from('2001:db8::2')).status).toBe(429);
    expect((await from('2001:db8:1::1')).status).toBe(200);
  });

  it('in one request is refused', async () => {
    const many = Array.from({ length: CONSOLE.batch + 1 }, () => 'session.whoAmI').join();
    expect((await test.call(`${many}?batch=1`, {})).status).toBe(400);
  });
});

const linesOf = (headers: Record<string, string>) =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\r\n');

describe('on the wire', () => {
  const exchange = async (text: string): Promise<string> => {
    const socket = await test.raw();
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    socket.write(text);
    const timer = setTimeout(() => socket.destroy(), 2_000);
    await once(socket, 'close');
    clearTimeout(timer);
    return answer;
  };
  const host = () => `host: localhost:${test.port}`;
  const smuggled = 'GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n';

  it.each([
    ['a length and chunks', 'content-length: 5\r\ntransfer-encoding: chunked'],
    ['two lengths', 'content-length: 5\r\ncontent-length: 6'],
    ['chunks, spelled otherwise', 'transfer-encoding: xchunked'],
    ['chunks, with a space', 'transfer-encoding : chunked'],
    ['a bare line feed', 'x: y\ntransfer-encoding: chunked'],
    ['a folded header', 'x: y\r\n z: chunked'],
  ])('no request hides in another one by %s', async (_what, headers) => {
    const answer = await exchange(`POST /api/session.whoAmI HTTP/1.1\r\n${host()}\r\n${headers}\r\n\r\n0\r\n\r\n${smuggled}`);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });

  it('no WebSocket begins', async () => {
    const upgrade =
      'connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==';
    const answer = await exchange(
      `GET /api HTTP/1.1\r\n${host()}\r\norigin: https://evil.test\r\n${upgrade}\r\nconnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  it('headers end somewhere', async () => {
    expect(await exchange(`GET / HTTP/1.1\r\n${host()}\r\nx: ${'y'.repeat(CONSOLE.headerBytes)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
  });

  it('HTTP/2 has the same rules, and gRPC’s health', async () => {
    const session = connectHttp2(test.origin, { rejectUnauthorized: false });
    const ask = async (headers: Record<string, string>, body = '') => {
      const stream = session.request(headers, { endStream: false });
      stream.end(body);
      const [answered] = (await once(stream, 'response')) as [Record<string, unknown>];
      stream.resume();
      return answered;
    };
    expect(await ask({ ':method': 'GET', ':path': '/' })).toMatchObject({ ':status': 200 });
    expect(await ask({ ':method': 'GET', ':path': '/', ':authority': 'evil.test' })).toMatchObject({ ':status': 421 });
    const call = { ':method': 'POST', ':path': '/api/session.whoAmI' };
    expect(await ask(call, '{}')).toMatchObject({ ':status': 403 });
    expect(await ask({ ...call, ...test.pageHeaders, 'content-length': '2' }, '{}')).toMatchObject({ ':status': 200 });
    const health = {
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    };
    expect(await ask(health)).toMatchObject({ ':status': 200, 'content-type': 'application/grpc' });
    session.destroy();
  });
});

describe('odd inputs', () => {
  const procedures = Object.entries<Service>(consoleServices).flatMap(([service, { contract, methods }]) =>
    Object.entries(contract)
      .filter(([name, { requestStream, responseStream }]) => {
        const { callers, onBehalf }: Method = methods[name]!;
        return !requestStream && !responseStream && callers === 'authenticated' && onBehalf?.includes('console');
      })
      .map(([name]) => `${service}.${name}`),
  );
  const inputs: unknown[] = [null, 5, 'text', [], [{}], { surprise: 1 }, new Date(0), { toString: 'x' }];

  it('of any procedure are refused by name, and never reach a service', async () => {
    expect(procedures.length).toBeGreaterThan(200);
    const person = await test.signIn();
    // That every procedure reads its input so, a unit test shows.
    for (const [index, procedure] of procedures.filter((_name, place) => place % 10 === 0).entries()) {
      const input = inputs[1 + (index % (inputs.length - 1))];
      const answer = await test.call(procedure, input, { ...person });
      expect([procedure, answer.status]).toEqual([procedure, 400]);
      expect(resultOf(answer).problem).toMatchObject({ kind: 'invalid-argument', field: 'input' });
    }
    expect(test.asked).toEqual([]);
  });

  it('of whoever signs in are refused by name as well', async () => {
    for (const [procedure, input, field] of [
      ['session.signIn', {}, 'accountId'],
      ['session.signIn', { accountId: '000000000000', userName: ['a'], password: 'b' }, 'userName'],
      ['session.signIn', { accountId: '000000000000', userName: 'a', password: 'b'.repeat(129) }, 'password'],
      ['session.redeemLink', { token: {} }, 'token'],
      ['session.redeemLink', { token: 'x', more: 1 }, 'input'],
    ] as const) {
      const answer = await test.call(procedure, input);
      expect([procedure, answer.status, resultOf(answer).problem?.field]).toEqual([procedure, 400, field]);
    }
  });

  it.each([
    '',
    'null',
    '[]',
    '{"json":',
    '{"json":{"secretId":"a"},"meta":{"values":{"__proto__.polluted":["bigint"]}}}',
    '{"json":{"constructor":{"prototype":{"polluted":1}}}}',
    '{"json":{"secretId":"a"},"meta":{"values":{"constructor.prototype.polluted":["undefined"]}}}',
    '{"json":{"secretId":"a","versionId":"a"},"meta":{"referentialEqualities":{"secretId":["versionId"]}}}',
    '{"json":{"secretId":"x"},"meta":{"values":{"secretId":["regexp"]}}}',
    `{"json":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
  ])('pollute no prototype and break nothing: %#', async (body) => {
    const headers = { ...test.pageHeaders, ...(await test.signIn()), 'content-length': `${body.length}` };
    const answer = await test.send('POST', '/api/secrets.getSecretValue', { headers, body });
    expect(answer.status).toBe(400);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(test.asked).toEqual([]);
  });

  it('have no prototype of their own', async () => {
    const body = '{"json":{"secretId":"a","__proto__":{"versionId":"b","polluted":1}}}';
    const headers = { ...test.pageHeaders, ...(await test.signIn()), 'content-length': `${body.length}` };
    await test.send('POST', '/api/secrets.getSecretValue', { headers, body });
    expect(test.asked.every(({ request }) => request['versionId'] !== 'b')).toBe(true);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('keep what is a key in a contract, though it is one of every object', async () => {
    const encryptionContext = Object.assign(Object.create(null) as object, { constructor: 'a', plain: 'b' });
    Object.defineProperty(encryptionContext, '__proto__', { value: 'c', enumerable: true });
    await test.call('keys.encrypt', { keyId: 'k', plaintext: new Uint8Array([1]), encryptionContext }, await test.signIn());
    const [{ request }] = test.asked as [(typeof test.asked)[0]];
    expect(Object.entries(request['encryptionContext']!)).toEqual(Object.entries(encryptionContext));
    expect(request['plaintext']).toEqual(Buffer.from([1]));
    expect(transformer.serialize(encryptionContext).json).toHaveLength(3);
  });
});

describe('somebody whom a provider knows', () => {
  const issuer = new TestIssuer();
  let sso: TestConsole;
  const roles = [{ roleArn: 'arn:aws:iam::000000000000:role/Operators', claim: 'groups', value: 'operators' }];

  beforeAll(async () => {
    await issuer.start();
    const client = {
      clientId: 'console',
      clientSecret: `secret-${CANARY}`,
      scopes: ['openid'],
      sessionNameClaim: 'email',
      roles,
    };
    sso = await TestConsole.start([], [{ name: 'example', title: 'Example', issuer: issuer.url, ...client }]);
    sso.answer = () => ({
      credentials: { accessKeyId: 'ASIA9', secretAccessKey: CANARY, sessionToken: CANARY },
      assumedRoleArn: 'arn:aws:sts::000000000000:assumed-role/Operators/ada@example.com',
    });
  });
  afterEach(() => {
    expect(sso.log.join('\n')).not.toContain(CANARY);
    sso.asked.length = 0;
    issuer.claims = { groups: ['operators'], email: 'ada@example.com' };
    sso.clock.advance(MINUTE);
  });
  afterAll(async () => {
    await sso.stop();
    await issuer.stop();
  });

  const begin = async () => {
    const answer = await sso.send('GET', '/single-sign-on/example');
    const asked = new URL(answer.headers.location!).searchParams;
    issuer.expects(asked);
    return { answer, asked, cookie: cookieOf(answer) };
  };
  const comeBack = (state: string, cookie: string, code = CODE) =>
    sso.send('GET', `/single-sign-on/example/callback?${new URLSearchParams({ code, state }).toString()}`, {
      headers: { cookie },
    });
  const isRefused = (answer: Answer) => {
    expect([answer.status, answer.headers.location]).toEqual([303, '/sign-in?refused=true']);
    expect(answer.headers['set-cookie']!.join()).not.toContain(`${COOKIE}=`);
    expect(sso.asked).toEqual([]);
  };

  it('gets a session of the role, and the console keeps nothing that proves who they are', async () => {
    const { answer, asked, cookie } = await begin();
    expect(answer.headers['set-cookie']![0]).toMatch(
      /^__Host-strongroom-attempt=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax;/,
    );
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      redirect_uri: `${sso.origin}/single-sign-on/example/callback`,
      code_challenge_method: 'S256',
    });
    const back = await comeBack(asked.get('state')!, cookie);
    expect([back.status, back.headers.location]).toEqual([303, '/']);
    const session = back.headers['set-cookie']!.map((one) => one.split(';')[0]).find((one) => one!.startsWith(`${COOKIE}=`))!;
    expect(resultOf(await sso.call('session.whoAmI', undefined, { cookie: session })).data).toMatchObject({
      userName: 'ada@example.com',
      arn: 'arn:aws:sts::000000000000:assumed-role/Operators/ada@example.com',
    });
    expect(sso.asked[0]).toMatchObject({
      method: 'assumeRoleWithWebIdentity',
      request: { roleArn: roles[0]!.roleArn, roleSessionName: 'ada@example.com', webIdentityToken: expect.stringMatching(/^ey/) },
      options: { onBehalfOf: { credentialId: '', sourceIp: '127.0.0.1' } },
    });
    const kept = await sso.redis.client.mget(await sso.redis.client.keys('strongroom:console:*'));
    expect(kept.join()).not.toContain(CANARY);
    isRefused(await comeBack(asked.get('state')!, cookie).then((again) => (sso.asked.splice(0), again)));
  });

  it('is refused with the attempt of somebody else, or none', async () => {
    const { asked } = await begin();
    const other = await begin();
    isRefused(await comeBack(asked.get('state')!, ''));
    isRefused(await comeBack(asked.get('state')!, other.cookie));
    isRefused(await comeBack('x', (await begin()).cookie));
  });

  it('is refused when the provider says something else', async () => {
    for (const wrong of [{ nonce: 'x' }, { aud: 'other' }, { iss: 'https://evil.test' }, { groups: ['others'] }, { exp: 1 }]) {
      const { asked, cookie } = await begin();
      issuer.claims = { groups: ['operators'], ...wrong };
      isRefused(await comeBack(asked.get('state')!, cookie));
    }
    const { asked, cookie } = await begin();
    isRefused(await comeBack(asked.get('state')!, cookie, 'another code'));
  });

  it('sees which providers there are, and no other is asked', async () => {
    expect(resultOf(await sso.call('session.providers')).data).toEqual([{ name: 'example', title: 'Example' }]);
    expect((await sso.send('GET', '/single-sign-on/other')).status).toBe(404);
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

describe('what the page asks about a secret', () => {
  const versions = { from: '1'.repeat(32), to: '2'.repeat(32) };

  it('tells what the person may do with it, in the words of secrets-api', async () => {
    const session = await test.signIn();
    test.asked.length = 0;
    test.answer = ({ request }) => {
      if (request['action'] === 'secretsmanager:PutSecretValue') throw accessDenied('no policy allows it');
      return {};
    };
    const input = { secretId: 'db', actions: ['GetSecretValue', 'PutSecretValue'] };
    expect(resultOf(await test.call('secret.rights', input, session)).data).toEqual([
      { action: 'GetSecretValue', allowed: true },
      { action: 'PutSecretValue', allowed: false, message: 'no policy allows it' },
    ]);
    for (const { request } of test.asked) {
      expect(request).toMatchObject({ caller: { credentialId: expect.stringMatching(/^session:ASIA/), userAgent: 'a browser' } });
    }
    const wrong = await test.call('secret.rights', { secretId: 'db', actions: ['secretsmanager:*'] }, session);
    expect(wrong.status).toBe(400);
  });

  it('compares two versions, and keeps their values', async () => {
    const session = await test.signIn();
    test.answer = ({ request }) => ({
      value: {
        value: {
          $case: 'secretString',
          value: JSON.stringify({ password: `${CANARY}${String(request['versionId'])}`, user: CANARY }),
        },
      },
    });
    const answer = await test.call('secret.compare', { secretId: 'db', ...versions }, session);
    expect(resultOf(answer).data).toEqual([
      { key: 'password', change: 'changed' },
      { key: 'user', change: 'same' },
    ]);
    expect(answer.text).not.toContain(CANARY);
  });
});
