import { MINUTE } from '@strongroom/clock';
import { CODE, TestIssuer } from './issuer.testing';
import { type Answer, CANARY, COOKIE, cookieOf, resultOf, TestConsole } from '../server.testing';

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
