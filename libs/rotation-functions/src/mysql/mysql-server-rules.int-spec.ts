import { createServer } from 'node:net';
import { join } from 'node:path';
import { findFreePorts, MariaDbServer, makePrivateDirectory, serviceCertificate } from '@strongroom/local-cluster';
import { temporaryDirectory, TestPki } from '@strongroom/testing';
import { AlternatingUsersFunction } from '../shared/alternating-users.function';
import { FakeRotatingSecret } from '../shared/fake-rotating-secret.testing';
import { callOf, rotate } from '../shared/kill-points.testing';
import { SingleUserFunction } from '../shared/single-user.function';
import { MysqlTestServer } from './mysql-server.testing';
import { mysqlDialect } from './mysql.dialect';
import { mysqlServer } from '../connectors.testing';

// This suite has its own server, because the password rules would affect everybody.
jest.setTimeout(60_000);

const directory = temporaryDirectory('mariadb-rules');
let pki: TestPki;
let mariadb: MariaDbServer;
let server: MysqlTestServer;

const single = new SingleUserFunction('single', mysqlDialect, mysqlServer);
const alternating = new AlternatingUsersFunction('alternating', mysqlDialect, mysqlServer);

beforeAll(async () => {
  pki = await TestPki.create();
  const { certFile, keyFile } = await pki.issueFiles(serviceCertificate('mariadb'));
  const home = makePrivateDirectory(join(directory.path, 'mariadb'));
  mariadb = new MariaDbServer({
    directory: home,
    pidFile: join(home, 'mariadb.pid'),
    logFile: join(home, 'mariadb.log'),
    port: await findFreePorts(1),
    settings: [`ssl-cert=${certFile}`, `ssl-key=${keyFile}`, 'innodb-buffer-pool-size=64M'],
  });
  await mariadb.start();
  server = await MysqlTestServer.open(mariadb.administrator);
});

afterAll(async () => {
  await server?.drop();
  await mariadb?.stop(5_000);
  pki.drop();
  directory.remove();
});

it('verifies TLS against the authority of the secret and the name of the host', async () => {
  const user = await server.createUser();
  await server.run(`ALTER USER ${user.account} REQUIRE SSL`);
  const test = (fields: object) => single.testCurrent(callOf(server.secretOf(user, undefined, fields)));
  await expect(test({ host: 'localhost', sslCa: pki.ca })).resolves.toBeUndefined();
  await expect(test({ ssl: true, sslVerify: false })).resolves.toBeUndefined();
  await expect(test({ ssl: true })).rejects.toMatchObject({ why: 'HANDSHAKE_SSL_ERROR' });
  const stranger = await TestPki.create();
  await expect(test({ sslCa: stranger.ca })).rejects.toMatchObject({ why: 'HANDSHAKE_SSL_ERROR' });
  stranger.drop();
});

it('says of an account that requires TLS what to do, and of a wrong password nothing else than before', async () => {
  const user = await server.createUser();
  const master = await server.createMaster();
  await server.run(`ALTER USER ${user.account} REQUIRE SSL`);
  const message = 'The account of the user of AWSCURRENT requires TLS: set the field "ssl" to true.';
  const secret = server.secretOf(user, master);
  for (const rotation of [single, alternating]) {
    await expect(rotation.testCurrent(callOf(secret))).rejects.toMatchObject({ kind: 'failed-precondition', message });
    secret.dropPending();
    await rotation.createSecret(callOf(secret));
    await expect(rotation.setSecret(callOf(secret))).rejects.toThrow(message);
  }
  const wrong = server.secretOf({ ...user, password: 'not-it' });
  await expect(single.testCurrent(callOf(wrong))).rejects.toMatchObject({ kind: 'permission-denied' });
  await server.run(`ALTER USER ${master.account} REQUIRE SSL`, `ALTER USER ${user.account} REQUIRE NONE`);
  await expect(alternating.setSecret(callOf(secret))).rejects.toThrow(
    `The account of the user of the superuser's secret (masterarn) requires TLS`,
  );
});

it('clones a user who has to use TLS, and rotates it over TLS', async () => {
  const user = await server.createUser();
  const master = await server.createMaster();
  await server.run(`ALTER USER ${user.account} REQUIRE SSL`);
  const secret = server.secretOf(user, master, { sslCa: pki.ca });
  await rotate(alternating, secret);
  await rotate(alternating, secret);
  expect(await server.optionsOf(`\`${user.user}_clone\`@'%'`)).toContain('REQUIRE SSL');
  await expect(alternating.testCurrent(callOf(secret))).resolves.toBeUndefined();
});

describe('a server with password rules', () => {
  beforeAll(() => server.run("INSTALL SONAME 'simple_password_check'"));
  afterAll(() => server.run("UNINSTALL SONAME 'simple_password_check'"));

  it('takes a generated password', async () => {
    const user = await server.createUser();
    const secret = server.secretOf(user, await server.createMaster());
    await rotate(single, secret);
    await rotate(alternating, secret);
    expect(await server.logsIn(secret.fields('AWSCURRENT'))).toBe(true);
  });

  it('refuses one that breaks them, by a message that names the rule and the field', async () => {
    const user = await server.createUser();
    const secret = server.secretOf(user, await server.createMaster());
    await server.run('SET GLOBAL simple_password_check_minimal_length = 40');
    try {
      for (const rotation of [single, alternating]) {
        secret.dropPending();
        await rotation.createSecret(callOf(secret));
        const attempt = rotation.setSecret(callOf(secret));
        await expect(attempt).rejects.toMatchObject({
          kind: 'failed-precondition',
          message: expect.stringMatching(/password rules .* refuse the field "password" of AWSPENDING \(1819\)/),
        });
        await expect(attempt).rejects.not.toThrow(String(secret.fields('AWSPENDING').password));
        expect(await server.logsIn(secret.fields('AWSCURRENT'))).toBe(true);
      }
    } finally {
      await server.run('SET GLOBAL simple_password_check_minimal_length = 8');
    }
  });
});

describe('a server that is away', () => {
  const secretOn = (host: string, port: number, fields: object = {}) =>
    new FakeRotatingSecret().set('AWSCURRENT', {
      engine: 'mysql',
      host,
      port,
      username: 'u',
      password: 'the-password',
      ...fields,
    });

  it('is tried again later, since nothing listens there', async () => {
    const secret = secretOn('127.0.0.1', await findFreePorts(1));
    await expect(single.testCurrent(callOf(secret))).rejects.toMatchObject({
      kind: 'unavailable',
      reason: 'RotationTargetUnreachable',
      why: 'ECONNREFUSED',
    });
  });

  it('is given up when the step is aborted, and after five seconds of silence', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const secret = secretOn('127.0.0.1', port);
    const step = new AbortController();
    const aborted = single.testCurrent({ ...callOf(secret), signal: step.signal });
    setTimeout(() => step.abort(), 50);
    await expect(aborted).rejects.toMatchObject({ kind: 'cancelled' });
    const start = performance.now();
    await expect(single.testCurrent(callOf(secret))).rejects.toMatchObject({
      message: expect.not.stringContaining('the-password'),
    });
    expect(performance.now() - start).toBeLessThan(20_000);
    silent.close();
  });
});
