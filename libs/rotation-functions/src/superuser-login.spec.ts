import { accessDenied } from '@strongroom/errors';
import { callOf } from './shared/kill-points.testing';
import type { BuiltInFunction } from './shared/built-in-function.port';
import { mongoDbAlternatingUsers } from './mongodb/mongodb-alternating-users.function';
import type { MongoDbHost } from './mongodb/mongodb-hosts';
import { type MongoDbConnector, MongoDbLoginRefused } from './mongodb/mongodb-session';
import { mongoDbUser } from './mongodb/mongodb-user.function';
import { mysqlDialect } from './mysql/mysql.dialect';
import { postgresDialect } from './postgres/postgres.dialect';
import { rabbitMqAlternatingUsers, rabbitMqUser } from './rabbitmq/rabbitmq-user.function';
import { redshiftDialect } from './redshift/redshift.dialect';
import { redisAclUser } from './redis/redis-acl-user.function';
import { redisAlternatingUsers } from './redis/redis-alternating-users.function';
import type { RedisConnector } from './redis/redis-session';
import { AlternatingUsersFunction } from './shared/alternating-users.function';
import { FakeRotatingSecret } from './shared/fake-rotating-secret.testing';
import type { SqlDialect } from './shared/sql-dialect';
import type { SqlServer } from './shared/sql-server.port';
import type { TargetHttp } from '@strongroom/egress';
import type { TargetTls } from '@strongroom/egress';
import { sshKey } from './ssh-key/ssh-key.function';
import { generateKeyPair } from './ssh-key/ssh-key-pair';

// Whoever may write a rotating secret chooses its fields. With the superuser's password none of them may count: neither where the
// password goes, nor how it is protected.

/** A connection on which a password, or a proof of a private key, was sent. */
interface Sent {
  user: string;
  host: string;
  port: number;
  protection: unknown;
}

const keyPair = generateKeyPair('of a test');
const HOST_KEY = keyPair.publicKey;
const app = {
  host: 'server.example',
  port: 4000,
  username: 'app',
  password: 'of-app',
  privateKey: keyPair.privateKey,
  hostKey: HOST_KEY,
};
const boss = { ...app, username: 'boss', password: 'of-boss' };
/** The secret of an application may say that any certificate will do, or none. */
const weak = { ssl: false };
const verified: TargetTls = { ca: undefined, rejectUnauthorized: true, servername: 'server.example' };

const enough = () => accessDenied('seen enough');

const sqlFunction =
  (dialect: SqlDialect) =>
  (sent: Sent[]): BuiltInFunction => {
    const server: SqlServer = {
      connect: ({ user, host, port, tls }) => {
        sent.push({ user, host, port, protection: tls });
        if (user === 'boss') return Promise.reject(enough());
        return Promise.resolve({ query: () => Promise.resolve([]), close: () => Promise.resolve() });
      },
    };
    return new AlternatingUsersFunction('strongroom-test', dialect, server);
  };

const http =
  (sent: Sent[]): TargetHttp =>
  ({ url, headers, tls }) => {
    const [user = '', password] = Buffer.from(headers!.authorization!.slice('Basic '.length), 'base64').toString().split(':');
    sent.push({ user, host: url.hostname, port: Number(url.port), protection: url.protocol === 'https:' ? tls : undefined });
    if (user === 'boss') return Promise.reject(enough());
    return Promise.resolve({ status: password === 'of-app' ? 200 : 401, headers: {}, body: `{"name":"${user}"}` });
  };

const redis =
  (sent: Sent[]): RedisConnector =>
  (target, _, work) =>
    work({
      login: (user) => {
        sent.push({ user, host: target.host, port: target.port, protection: target.tls });
        return user === 'boss' ? Promise.reject(enough()) : Promise.resolve(true);
      },
      send: () => Promise.resolve([]),
      run: () => Promise.resolve(),
    });

const mongoDb =
  (sent: Sent[]): MongoDbConnector =>
  ({ username, password, hosts, tlsOf }, _, work) => {
    const [{ host, port }] = hosts as readonly [MongoDbHost];
    sent.push({ user: username, host, port, protection: tlsOf(host) });
    if (username === 'boss') return Promise.reject(enough());
    if (password !== app.password) return Promise.reject(new MongoDbLoginRefused());
    return work({ command: () => Promise.resolve({}) });
  };

const functions: [string, (sent: Sent[]) => BuiltInFunction, string, unknown][] = [
  ['MySQL', sqlFunction(mysqlDialect), 'mysql', verified],
  ['Redshift', sqlFunction(redshiftDialect), 'redshift', verified],
  ['PostgreSQL', sqlFunction(postgresDialect), 'postgres', verified],
  ['Redis', (sent) => redisAclUser(redis(sent)), 'redis', verified],
  ['Redis, two users', (sent) => redisAlternatingUsers(redis(sent)), 'redis', verified],
  [
    'SSH',
    (sent) =>
      sshKey(({ username, host, port, hostKeys }) => {
        sent.push({ user: username, host, port, protection: hostKeys.map(({ blob }) => blob) });
        return Promise.reject(enough());
      }),
    'ssh',
    [HOST_KEY.split(' ')[1]],
  ],
  ['RabbitMQ, one user', (sent) => rabbitMqUser(http(sent)), 'rabbitmq', verified],
  ['RabbitMQ, two users', (sent) => rabbitMqAlternatingUsers(http(sent)), 'rabbitmq', verified],
  ['MongoDB', (sent) => mongoDbUser(mongoDb(sent)), 'mongo', verified],
  ['MongoDB, two users', (sent) => mongoDbAlternatingUsers(mongoDb(sent)), 'mongo', verified],
];

const secretOf = (engine: string, overrides: object = {}) =>
  new FakeRotatingSecret()
    .setMaster('boss', { ...boss, engine })
    .set('AWSCURRENT', { ...app, engine, masterarn: 'boss', authorizedKeysFile: '/keys', ...weak, ...overrides });

describe.each(functions)("%s: a superuser's login", (name, functionOf, engine, protection) => {
  it('goes by its own secret', async () => {
    const sent: Sent[] = [];
    const rotation = functionOf(sent);
    const secret = secretOf(engine, name === 'SSH' ? { hostKey: generateKeyPair('another').publicKey } : {});
    await rotation.createSecret(callOf(secret));
    await expect(rotation.setSecret(callOf(secret))).rejects.toThrow('seen enough');
    const ofBoss = sent.filter(({ user }) => user === 'boss');
    expect(ofBoss).not.toEqual([]);
    for (const one of ofBoss) expect(one).toEqual({ user: 'boss', host: 'server.example', port: 4000, protection });
  });

  it.each([
    ['host', { host: 'elsewhere.example' }],
    ['port', { port: 4001 }],
  ])('goes nowhere when the two secrets differ in the field %s', async (field, overrides) => {
    const sent: Sent[] = [];
    const rotation = functionOf(sent);
    const secret = secretOf(engine, overrides);
    await rotation.createSecret(callOf(secret));
    await expect(rotation.setSecret(callOf(secret))).rejects.toThrow(new RegExp(`The field "${field}" of .* must be that of`));
    expect(sent.filter(({ user }) => user === 'boss')).toEqual([]);
  });
});
