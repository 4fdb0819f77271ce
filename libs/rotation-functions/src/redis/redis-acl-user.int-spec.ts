import { join } from 'node:path';
import { connectToRedis, findFreePorts, RedisServer, serviceCertificate, writePrivateFile } from '@strongroom/local-cluster';
import { temporaryDirectory, TestPki } from '@strongroom/testing';
import type { Redis } from 'ioredis';
import { FakeRotatingSecret } from '../shared/fake-rotating-secret.testing';
import { callOf, rotate, surviveEveryKillPoint, type KillPoint } from '../shared/kill-points.testing';
import type { RedisConnector } from './redis-session';
import { redisAclUser, redisAlternatingUsers, withRedis } from '../connectors.testing';

jest.setTimeout(60_000);

const directory = temporaryDirectory('rotation-redis');
let pki: TestPki;
/** One server keeps its users in an ACL file and speaks TLS as well, the other keeps them in its configuration file. */
let withAclFile: RedisServer;
let withoutAclFile: RedisServer;
let tlsPort: number;
let users = 0;

const newServer = (name: string, port: number, settings: string[] = []) =>
  new RedisServer({
    directory: join(directory.path, name),
    pidFile: join(directory.path, `${name}.pid`),
    logFile: join(directory.path, `${name}.log`),
    port,
    settings: () => settings,
  });

beforeAll(async () => {
  pki = await TestPki.create();
  const certificate = await pki.issueFiles(serviceCertificate('redis'));
  const aclFile = join(directory.path, 'users.acl');
  const port = await findFreePorts(3);
  tlsPort = port + 2;
  withoutAclFile = newServer('config', port);
  withAclFile = newServer('acl', port + 1, [
    `aclfile ${aclFile}`,
    `tls-port ${tlsPort}`,
    `tls-cert-file ${certificate.certFile}`,
    `tls-key-file ${certificate.keyFile}`,
    'tls-auth-clients no',
  ]);
  // An ACL file replaces requirepass.
  writePrivateFile(aclFile, `user default on >${withAclFile.password} ~* &* +@all\n`);
  await Promise.all([withAclFile.start(), withoutAclFile.start()]);
});

afterAll(async () => {
  await Promise.all([withAclFile.stop(), withoutAclFile.stop()]);
  pki.drop();
  directory.remove();
});

const asAdministrator = async <T>(server: RedisServer, work: (client: Redis) => Promise<T>): Promise<T> => {
  const client = await connectToRedis(server.endpoint);
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
};

/** The superuser's secret is of the same place, by settings of its own. */
const pick = ({ host, port, ssl, sslCa }: Record<string, unknown>) =>
  Object.fromEntries(Object.entries({ host, port, ssl, sslCa }).filter(([, value]) => value !== undefined));

/** A user that may only read, and the secret for it, with the superuser's. */
const newUser = async (server: RedisServer, overrides: { port?: number; [field: string]: unknown } = {}) => {
  const username = `app-${++users}`;
  await asAdministrator(server, (client) => client.call('ACL', 'SETUSER', username, 'on', '>first', '~*', '+get', '+auth'));
  const { host, port } = server.endpoint;
  const secret = new FakeRotatingSecret()
    .set('AWSCURRENT', { engine: 'redis', host, port, username, password: 'first', masterarn: 'admin', ...overrides })
    .setMaster('admin', { host, port, username: 'default', password: server.password, ...pick(overrides) });
  return { username, secret };
};

const logsIn = (server: RedisServer, fields: Record<string, unknown>) =>
  withRedis({ ...server.endpoint, of: 'the test' }, new AbortController().signal, (session) =>
    session.login(String(fields.username), String(fields.password)),
  );

it('keeps the password before valid until the next rotation, and no other', async () => {
  const { secret, username } = await newUser(withAclFile);
  await asAdministrator(withAclFile, (client) => client.call('ACL', 'SETUSER', username, '>forgotten'));
  await rotate(redisAclUser(), secret);
  const [first, second] = [secret.fields('AWSPREVIOUS'), secret.fields('AWSCURRENT')];
  expect(second.password).not.toBe(first.password);
  expect(await logsIn(withAclFile, first)).toBe(true);
  expect(await logsIn(withAclFile, second)).toBe(true);
  expect(await logsIn(withAclFile, { username, password: 'forgotten' })).toBe(false);
  await rotate(redisAclUser(), secret);
  expect(await logsIn(withAclFile, first)).toBe(false);
  expect(await logsIn(withAclFile, second)).toBe(true);
  expect(await logsIn(withAclFile, secret.fields('AWSCURRENT'))).toBe(true);
});

it('ends the password before at once where the secret says so', async () => {
  const { secret } = await newUser(withAclFile, { keepPreviousPassword: false });
  for (let round = 0; round < 2; round++) {
    await rotate(redisAclUser(), secret);
    expect(await logsIn(withAclFile, secret.fields('AWSCURRENT'))).toBe(true);
    expect(await logsIn(withAclFile, secret.fields('AWSPREVIOUS'))).toBe(false);
  }
});

it('leaves open connections and rights of the user alone', async () => {
  const { secret, username } = await newUser(withAclFile);
  await withRedis({ ...withAclFile.endpoint, of: 'the test' }, new AbortController().signal, async (session) => {
    await session.login(username, 'first');
    await rotate(redisAclUser(), secret);
    await expect(session.send('GET', 'x')).resolves.toBeNull();
    await expect(session.send('SET', 'x', '1')).rejects.toMatchObject({ code: 'NOPERM' });
  });
});

describe.each(['an ACL file', 'a configuration file'])('on a server with %s', (kind) => {
  const server = () => (kind === 'an ACL file' ? withAclFile : withoutAclFile);

  it('survives its restart', async () => {
    const { secret } = await newUser(server());
    await rotate(redisAclUser(), secret);
    await server().stop();
    await server().process.start();
    await server().process.waitUntil(
      'answering',
      () => logsIn(server(), { username: 'default', password: server().password }).catch(() => false),
      10_000,
    );
    expect(await logsIn(server(), secret.fields('AWSCURRENT'))).toBe(true);
    expect(await logsIn(server(), secret.fields('AWSPREVIOUS'))).toBe(true);
  });

  it('survives being killed at every boundary', async () => {
    const survived = await surviveEveryKillPoint(async () => {
      const { secret } = await newUser(server());
      return {
        secret,
        functionWith: (killPoint) => redisAclUser(killPoint && mortal(killPoint)),
        logsIn: (stage) => logsIn(server(), secret.fields(stage)),
      };
    });
    // putPending, SETUSER, twice the saving of users, and the end; logins and reads change nothing.
    expect(survived).toBe(kind === 'an ACL file' ? 8 : 10);
  });
});

/** A connection over which the commands that change something are side effects at which a worker can die. OK answers them. */
const mortal =
  (killPoint: KillPoint): RedisConnector =>
  (target, signal, work) =>
    withRedis(target, signal, (session) =>
      work({
        ...session,
        run: (...command) => killPoint.around(() => session.run(...command)),
      }),
    );

describe('alternating users', () => {
  const ruleLine = (username: string) =>
    asAdministrator(withAclFile, async (client) => {
      const list = (await client.call('ACL', 'LIST')) as string[];
      const line = list.find((one) => one.startsWith(`user ${username} `))!;
      return line.replace(`user ${username} `, '').replaceAll(/#\w+ |sanitize-payload /g, '');
    });
  const setUser = (...rules: string[]) => asAdministrator(withAclFile, (client) => client.call('ACL', 'SETUSER', ...rules));

  it('take turns, with the same rules, and both log in', async () => {
    const { secret, username } = await newUser(withAclFile);
    await setUser(
      username,
      'resetkeys',
      '~a:*',
      '%R~read:*',
      '&news.*',
      '-@dangerous',
      '+config|get',
      '(~x:* +set -get)',
      '(%W~y +@write)',
    );
    const names: unknown[] = [];
    for (let round = 0; round < 3; round++) {
      await rotate(redisAlternatingUsers(), secret);
      names.push(secret.fields('AWSCURRENT').username);
      for (const stage of ['AWSCURRENT', 'AWSPREVIOUS'] as const) {
        expect(await logsIn(withAclFile, secret.fields(stage))).toBe(true);
      }
      expect(await ruleLine(`${username}_clone`)).toBe(await ruleLine(username));
    }
    expect(names).toEqual([`${username}_clone`, username, `${username}_clone`]);
    expect(await logsIn(withAclFile, { username, password: 'first' })).toBe(false);
  });

  it('follow what has changed in the rules of the current one, and have one password each', async () => {
    const { secret, username } = await newUser(withAclFile);
    for (let round = 0; round < 2; round++) await rotate(redisAlternatingUsers(), secret);
    await setUser(username, 'resetkeys', '~other:*', '-get', '+set', 'clearselectors');
    await setUser(`${username}_clone`, '+@all', 'allkeys', '>forgotten');
    await rotate(redisAlternatingUsers(), secret);
    expect(await ruleLine(`${username}_clone`)).toBe(await ruleLine(username));
    expect(await logsIn(withAclFile, { username: `${username}_clone`, password: 'forgotten' })).toBe(false);
  });

  it.each(['an ACL file', 'a configuration file'])('survive being killed at every boundary, with %s', async (kind) => {
    const server = kind === 'an ACL file' ? withAclFile : withoutAclFile;
    const survived = await surviveEveryKillPoint(async () => {
      const { secret } = await newUser(server);
      return {
        secret,
        functionWith: (killPoint) => redisAlternatingUsers(killPoint && mortal(killPoint)),
        logsIn: (stage) => logsIn(server, secret.fields(stage)),
        check: async () => expect(await logsIn(server, secret.fields('AWSCURRENT'))).toBe(true),
        checkDone: async () => expect(await logsIn(server, secret.fields('AWSPREVIOUS'))).toBe(true),
      };
    });
    expect(survived).toBe(kind === 'an ACL file' ? 7 : 9);
  });

  it.each([
    ['a password that is not the user’s', { password: 'wrong' }, 'does not accept the fields "username" and "password"'],
    ['a name of two words', { username: 'a b' }, 'The field "username" of AWSCURRENT must not contain spaces.'],
    ['another engine', { engine: 'mongo' }, 'strongroom-mongodb-user or strongroom-mongodb-alternating-users rotates.'],
    ['no superuser', { masterarn: null }, 'The field "masterarn" of AWSCURRENT is required.'],
  ])('are refused for %s', async (_, fields, message) => {
    const { secret, username } = await newUser(withAclFile, fields);
    const rotation = async () => {
      await redisAlternatingUsers().createSecret(callOf(secret));
      await redisAlternatingUsers().setSecret(callOf(secret));
    };
    await expect(rotation()).rejects.toThrow(message);
    expect(await logsIn(withAclFile, { username, password: 'first' })).toBe(true);
  });

  it('are refused for a user that takes any password, and for a server that clones something else', async () => {
    const { secret, username } = await newUser(withAclFile);
    await redisAlternatingUsers().createSecret(callOf(secret));
    const lying: RedisConnector = (target, signal, work) =>
      withRedis(target, signal, (session) =>
        work({ ...session, run: (...command) => session.run(...command, ...(command[1] === 'SETUSER' ? ['+@all'] : [])) }),
      );
    await expect(redisAlternatingUsers(lying).setSecret(callOf(secret))).rejects.toThrow('did not clone the rules');
    await setUser(username, 'nopass');
    await expect(redisAlternatingUsers().setSecret(callOf(secret))).rejects.toThrow('any password');
  });
});

it('needs no superuser where the user may change itself', async () => {
  const { secret, username } = await newUser(withAclFile, { masterarn: null });
  await redisAclUser().createSecret(callOf(secret));
  await expect(redisAclUser().setSecret(callOf(secret))).rejects.toMatchObject({ kind: 'permission-denied' });
  await asAdministrator(withAclFile, (client) => client.call('ACL', 'SETUSER', username, '+acl'));
  await redisAclUser().setSecret(callOf(secret));
  await redisAclUser().testSecret(callOf(secret));
  await redisAclUser().testCurrent(callOf(secret));
});

describe('over TLS', () => {
  it('verifies the server against the authority in the secret', async () => {
    const { secret } = await newUser(withAclFile, { port: tlsPort, ssl: true, sslCa: pki.ca });
    await rotate(redisAclUser(), secret);
    expect(await logsIn(withAclFile, secret.fields('AWSCURRENT'))).toBe(true);
  });

  it('refuses a certificate that nobody vouches for, unless told to take any', async () => {
    const { secret } = await newUser(withAclFile, { port: tlsPort, ssl: true });
    await expect(redisAclUser().testCurrent(callOf(secret))).rejects.toMatchObject({
      reason: 'RotationTargetUnreachable',
      why: expect.stringMatching(/CERT|VERIFY/) as string,
    });
    const careless = await newUser(withAclFile, { port: tlsPort, ssl: true, sslVerify: false });
    await redisAclUser().testCurrent(callOf(careless.secret));
  });
});

describe('fails, with nothing changed,', () => {
  const failsWith = async (secret: FakeRotatingSecret, expected: object) => {
    await redisAclUser().createSecret(callOf(secret));
    const failure = (await redisAclUser()
      .setSecret(callOf(secret))
      .catch((error: unknown) => error)) as Error;
    expect(failure).toMatchObject(expected);
    for (const hidden of ['first', String(secret.fields('AWSPENDING').password)]) {
      expect(JSON.stringify([failure.message, String(failure.stack), failure.cause])).not.toContain(hidden);
    }
  };

  it('for a user that does not log in or takes any password', async () => {
    const absent = await newUser(withAclFile, { username: 'nobody' });
    await failsWith(absent.secret, {
      message: expect.stringContaining('does not accept the fields "username" and "password" of AWSCURRENT') as string,
    });
    const { secret, username } = await newUser(withAclFile);
    await asAdministrator(withAclFile, (client) => client.call('ACL', 'SETUSER', username, 'nopass'));
    await failsWith(secret, { kind: 'failed-precondition', message: expect.stringContaining('any password') as string });
  });

  it("for a superuser's password that is wrong, or who is not of this host", async () => {
    const { secret } = await newUser(withAclFile);
    secret.setMaster('admin', { ...withAclFile.endpoint, username: 'default', password: 'wrong' });
    await failsWith(secret, {
      message: `The Redis server does not accept the fields "username" and "password" of the superuser's secret (masterarn).`,
    });
    const elsewhere = await newUser(withAclFile);
    elsewhere.secret.setMaster('admin', { host: 'redis.example', username: 'default', password: withAclFile.password });
    await failsWith(elsewhere.secret, { message: expect.stringContaining('must be that of AWSCURRENT') as string });
  });

  it('for the user "default" of a server that would forget it', async () => {
    const { host, port } = withoutAclFile.endpoint;
    const secret = new FakeRotatingSecret().set('AWSCURRENT', {
      host,
      port,
      username: 'default',
      password: withoutAclFile.password,
    });
    await failsWith(secret, { message: expect.stringContaining('only on a server with an ACL file') as string });
    expect(await logsIn(withoutAclFile, secret.fields('AWSPENDING'))).toBe(false);
  });

  it('when nobody answers, or the step is over', async () => {
    const { secret } = await newUser(withAclFile, { port: 1 });
    await failsWith(secret, {
      kind: 'unavailable',
      message: expect.stringContaining('"host" and "port" of AWSCURRENT could not be opened') as string,
    });
    const other = await newUser(withAclFile);
    await expect(redisAclUser().testCurrent(callOf(other.secret, AbortSignal.abort()))).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });
});
