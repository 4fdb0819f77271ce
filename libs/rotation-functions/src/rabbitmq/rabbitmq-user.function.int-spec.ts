import { findFreePorts, serviceCertificate } from '@strongroom/local-cluster';
import { describeWith, RabbitMqServer, temporaryDirectory, TestPki } from '@strongroom/testing';
import { FakeRotatingSecret } from '../shared/fake-rotating-secret.testing';
import { callOf, rotate, surviveEveryKillPoint, type KillPoint } from '../shared/kill-points.testing';
import type { TargetHttp } from '@strongroom/egress';
import { rabbitMqAlternatingUsers, rabbitMqUser, sendToTarget } from '../connectors.testing';

jest.setTimeout(120_000);

describeWith('rabbitmq-server', 'on a RabbitMQ server', () => {
  const directory = temporaryDirectory('rotation-rabbitmq');
  let pki: TestPki;
  let server: RabbitMqServer;
  let users = 0;

  beforeAll(async () => {
    pki = await TestPki.create();
    const certificate = await pki.issueFiles(serviceCertificate('rabbitmq'));
    server = new RabbitMqServer({ directory: directory.path, port: await findFreePorts(5), certificate });
    await server.start();
    for (const vhost of ['one', 'two']) await server.manage('PUT', `vhosts/${vhost}`);
  });
  afterAll(async () => {
    await server.stop();
    pki.drop();
    directory.remove();
  });

  /** A user with rights in one virtual host, and the secret for it, with the superuser's. */
  const newUser = async (overrides: object = {}, tags = '') => {
    const username = `app-${++users}/é`;
    const path = encodeURIComponent(username);
    await server.manage('PUT', `users/${path}`, { password: 'first', tags });
    await server.manage('PUT', `permissions/one/${path}`, { configure: '^a', write: '.*', read: '' });
    await server.manage('PUT', `topic-permissions/one/${path}`, { exchange: 'amq.topic', write: '.*', read: '^k' });
    await server.manage('PUT', `user-limits/${path}/max-connections`, { value: 7 });
    const place = { engine: 'rabbitmq', host: '127.0.0.1', port: server.httpsPort, ssl: true, sslCa: pki.ca };
    const secret = new FakeRotatingSecret()
      .set('AWSCURRENT', { ...place, username, password: 'first', masterarn: 'admin', ...overrides })
      .setMaster('admin', { ...place, ...server.administrator });
    return { username, secret };
  };
  /** Uses the plain API, and another client than the one under test. */
  const logsIn = async ({ username, password }: Record<string, unknown>) => {
    const authorization = `Basic ${Buffer.from(`${String(username)}:${String(password)}`).toString('base64')}`;
    const response = await fetch(`http://127.0.0.1:${server.httpPort}/api/whoami`, { headers: { authorization } });
    return response.status === 200 || (await response.text()).includes('Not management user');
  };
  const rightsOf = async (username: string) => {
    const path = `users/${encodeURIComponent(username)}`;
    const [user, permissions, topics] = await Promise.all(
      [path, `${path}/permissions`, `${path}/topic-permissions`].map(async (one) => (await server.manage('GET', one)).answer),
    );
    const { tags, limits } = user as { tags: unknown; limits: unknown };
    return JSON.parse(
      JSON.stringify({ tags, limits, permissions, topics }).replaceAll(`"user":${JSON.stringify(username)},`, ''),
    ) as object;
  };

  describe('a single user', () => {
    it('gets a new password and keeps its rights', async () => {
      const { secret, username } = await newUser({}, 'monitoring,custom');
      const before = await rightsOf(username);
      await rotate(rabbitMqUser(), secret);
      expect(await logsIn(secret.fields('AWSCURRENT'))).toBe(true);
      expect(await logsIn(secret.fields('AWSPREVIOUS'))).toBe(false);
      expect(await rightsOf(username)).toEqual(before);
      expect(before).toMatchObject({ tags: ['monitoring', 'custom'], limits: { 'max-connections': 7 } });
    });

    it('needs no superuser where it is an administrator', async () => {
      const { secret } = await newUser({ masterarn: null }, 'administrator');
      await rotate(rabbitMqUser(), secret);
      expect(await logsIn(secret.fields('AWSCURRENT'))).toBe(true);
    });

    it('survives being killed at every boundary', async () => {
      // putPending, and the change of the password.
      expect(await surviveEveryKillPoint(() => world(rabbitMqUser))).toBe(5);
    });
  });

  describe('alternating users', () => {
    it('take turns, with the same rights, and both log in', async () => {
      const { secret, username } = await newUser({}, 'monitoring');
      await rotate(rabbitMqAlternatingUsers(), secret);
      expect(secret.fields('AWSCURRENT').username).toBe(`${username}_clone`);
      expect(await rightsOf(`${username}_clone`)).toEqual(await rightsOf(username));
      for (const stage of ['AWSCURRENT', 'AWSPREVIOUS'] as const) expect(await logsIn(secret.fields(stage))).toBe(true);
      await rotate(rabbitMqAlternatingUsers(), secret);
      expect(secret.fields('AWSCURRENT').username).toBe(username);
      for (const stage of ['AWSCURRENT', 'AWSPREVIOUS'] as const) expect(await logsIn(secret.fields(stage))).toBe(true);
      expect(await logsIn({ username, password: 'first' })).toBe(false);
    });

    it('follow what has changed in the rights of the current one', async () => {
      const { secret, username } = await newUser({}, 'monitoring');
      await rotate(rabbitMqAlternatingUsers(), secret);
      await rotate(rabbitMqAlternatingUsers(), secret);
      const path = encodeURIComponent(username);
      await server.manage('PUT', `users/${path}`, { password: String(secret.fields('AWSCURRENT').password), tags: 'custom' });
      await server.manage('DELETE', `permissions/one/${path}`);
      await server.manage('PUT', `permissions/two/${path}`, { configure: '', write: '', read: 'q' });
      await server.manage('DELETE', `topic-permissions/one/${path}`);
      await server.manage('PUT', `topic-permissions/one/${path}`, { exchange: 'other', write: 'w', read: 'r' });
      await server.manage('DELETE', `user-limits/${path}/max-connections`);
      await server.manage('PUT', `user-limits/${path}/max-channels`, { value: 9 });
      await rotate(rabbitMqAlternatingUsers(), secret);
      expect(secret.fields('AWSCURRENT').username).toBe(`${username}_clone`);
      expect(await rightsOf(`${username}_clone`)).toEqual(await rightsOf(username));
      expect(await rightsOf(username)).toMatchObject({ limits: { 'max-channels': 9 }, tags: ['custom'] });
    });

    it('survive being killed at every boundary', async () => {
      // putPending, the user, and one right of each of three kinds.
      expect(await surviveEveryKillPoint(() => world(rabbitMqAlternatingUsers))).toBe(8);
    });

    it('are refused where the server clones something else, or shows no permissions', async () => {
      const { secret, username } = await newUser();
      await rabbitMqAlternatingUsers().createSecret(callOf(secret));
      const lying = (method: string, answer: string): ReturnType<typeof rabbitMqUser> =>
        rabbitMqAlternatingUsers(async (request) => {
          const isAbout = request.url.pathname.includes('/permissions') && request.method === method;
          return isAbout ? { status: 200, headers: {}, body: answer } : sendToTarget(request);
        });
      await expect(lying('PUT', '').setSecret(callOf(secret))).rejects.toThrow('the two users differ in permissions');
      for (const answer of ['{}', '[7]', '[{"vhost": 1}]', '"x"']) {
        await expect(lying('GET', answer).setSecret(callOf(secret))).rejects.toMatchObject({
          reason: 'RotationTargetUnreachable',
        });
      }
      await rotate(rabbitMqAlternatingUsers(), secret);
      expect(await rightsOf(`${username}_clone`)).toEqual(await rightsOf(username));
    });

    it('are not cloned from a user whose password the secret does not know, nor into the superuser', async () => {
      const { secret } = await newUser({ password: 'wrong' });
      await failsWith(rabbitMqAlternatingUsers(), secret, 'does not accept the fields "username" and "password" of AWSCURRENT');
      const other = await newUser();
      const { password, ...place } = other.secret.fields('AWSCURRENT');
      other.secret.setMaster('admin', { ...place, password, username: `${other.username}_clone` });
      await failsWith(rabbitMqAlternatingUsers(), other.secret, 'a user other than the two that alternate');
    });
  });

  const world = async (functionOf: typeof rabbitMqUser) => {
    const { secret } = await newUser();
    return {
      secret,
      functionWith: (killPoint?: KillPoint) => functionOf(killPoint && mortal(killPoint)),
      logsIn: (stage: 'AWSCURRENT' | 'AWSPENDING') => logsIn(secret.fields(stage)),
    };
  };

  const failsWith = async (rotationFunction: ReturnType<typeof rabbitMqUser>, secret: FakeRotatingSecret, message: string) => {
    const rotation = async () => {
      await rotationFunction.createSecret(callOf(secret));
      await rotationFunction.setSecret(callOf(secret));
    };
    await expect(rotation()).rejects.toThrow(message);
    if (secret.has('AWSPENDING')) expect(await logsIn(secret.fields('AWSPENDING'))).toBe(false);
  };

  describe('fails, with nothing changed,', () => {
    it.each([
      ['a missing user', { username: null }, 'The field "username" of AWSCURRENT is required.'],
      ['a host that is none', { host: 'a b' }, 'The field "host" of AWSCURRENT must be a host name or an IP address.'],
      ['a user that may not change users', { masterarn: null }, 'RabbitMQ'],
      ['a secret of the superuser that may not be read', { masterarn: 'other' }, "may not read the superuser's secret"],
      ['a server that does not answer', { port: 1 }, 'could not be opened, or it ended early'],
      ['an authority that did not issue the certificate', { sslCa: null }, 'could not be opened, or it ended early'],
    ])('for %s', async (_, overrides, message) => {
      const { secret } = await newUser(overrides);
      await failsWith(rabbitMqUser(), secret, message);
    });

    it("for a superuser's password that is wrong or that belongs to another host", async () => {
      const { secret } = await newUser();
      secret.setMaster('admin', { ...secret.fields('AWSCURRENT'), username: 'admin', password: 'wrong' });
      await failsWith(rabbitMqUser(), secret, `does not accept the field "password" of the superuser's secret (masterarn)`);
      secret.setMaster('admin', { ...secret.fields('AWSCURRENT'), ...server.administrator, host: 'rabbit.example' });
      await failsWith(
        rabbitMqUser(),
        secret,
        `The field "host" of the superuser's secret (masterarn) must be that of AWSCURRENT.`,
      );
    });

    it('when the step is over', async () => {
      const { secret } = await newUser();
      await expect(rabbitMqUser().testCurrent(callOf(secret, AbortSignal.abort()))).rejects.toMatchObject({ kind: 'cancelled' });
    });
  });
});

/** Requests that change something are side effects at which a worker can die. */
const mortal =
  (killPoint: KillPoint): TargetHttp =>
  (request) =>
    request.method === 'GET' ? sendToTarget(request) : killPoint.around(() => sendToTarget(request));
