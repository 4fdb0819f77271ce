import { CONSOLE } from '@strongroom/bounds';
import { accessDenied } from '@strongroom/errors';
import { type Answer, CANARY, resultOf, testConsole } from './server.testing';

const test = testConsole();

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
    expect(await test.whoAmI(person)).not.toBeNull();
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
