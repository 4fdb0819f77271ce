import { createServer, type AddressInfo, type Socket } from 'node:net';
import { BSON } from 'mongodb';
import { CheckedNetwork, ClusterEndpoints, EgressRules } from '@strongroom/egress';
import { mongoDbAlternatingUsers, mongoDbUser, withMongoDb } from '../connectors.testing';
import { FakeRotatingSecret } from '../shared/fake-rotating-secret.testing';
import { callOf, rotate } from '../shared/kill-points.testing';
import { FakeMongoDb } from './fake-mongodb.testing';
import { MongoDbTestServer } from './mongodb-server.testing';
import { mongoDbConnector, type MongoDbLogin } from './mongodb-session';

// No MongoDB runs here. This shows what the real driver does with no server, and with one that speaks its protocol.

jest.setTimeout(60_000);

const login = { username: 'app', password: 'hunter-2', authSource: 'admin', of: 'AWSCURRENT', tlsOf: () => undefined };
const at = (port: number): MongoDbLogin => ({ ...login, hosts: [{ host: '127.0.0.1', port }] });
const open = (port: number, signal = new AbortController().signal) => withMongoDb(at(port), signal, () => Promise.resolve());

it('says within its time that a server does not answer, and never the password', async () => {
  const failure = (await open(1).catch((error: unknown) => error)) as Error;
  expect(failure).toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('"host" and "port" of AWSCURRENT') as string,
  });
  expect(JSON.stringify([failure.message, failure.stack])).not.toContain('hunter-2');
});

it('gives up a server that takes connections and says nothing, when the step is over', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const step = new AbortController();
  const attempt = open((silent.address() as AddressInfo).port, step.signal);
  const timer = setTimeout(() => step.abort(), 200);
  await expect(attempt).rejects.toMatchObject({ kind: 'cancelled' });
  clearTimeout(timer);
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => silent.close(resolve));
});

describe('on a replica set', () => {
  const root = { roles: [{ role: 'root', db: 'admin' }] };
  const customData = { double: new BSON.Double(1), long: BSON.Long.fromString('9007199254740993'), at: new Date(0) };
  let members: { users: FakeMongoDb; server: MongoDbTestServer }[] = [];

  beforeEach(async () => {
    members = await Promise.all(
      [false, true].map(async (isPrimary) => {
        const users = new FakeMongoDb().addUser('admin.root', 'boss', root);
        users.addUser('shop.app', 'first', { roles: [{ role: 'readWrite', db: 'shop' }], customData });
        users.isPrimary = isPrimary;
        return { users, server: await MongoDbTestServer.start(users) };
      }),
    );
  });
  afterEach(() => Promise.all(members.map(({ server }) => server.stop())));

  const secretAt = (host: string) => {
    const fields = { engine: 'mongo', host, port: 1, ssl: false };
    return new FakeRotatingSecret()
      .set('AWSCURRENT', { ...fields, username: 'app', password: 'first', dbname: 'shop', masterarn: 'root' })
      .setMaster('root', { ...fields, username: 'root', password: 'boss' });
  };
  const listed = () => members.map(({ server }) => `127.0.0.1:${server.port}`).join(',');

  it.each([['SCRAM-SHA-1'], ['SCRAM-SHA-256'], ['SCRAM-SHA-1', 'SCRAM-SHA-256']])(
    'rotates on the primary alone, for users with %s %s',
    async (...mechanisms) => {
      const [secondary, primary] = members as [(typeof members)[0], (typeof members)[0]];
      primary.users.users.get('shop.app')!.mechanisms = mechanisms;
      // A member that is away does not stop it.
      const secret = secretAt(`${listed()},127.0.0.1:1`);
      for (let round = 0; round < 2; round++) await rotate(mongoDbAlternatingUsers(), secret);
      await rotate(mongoDbUser(), secret);
      const made = primary.users.rightsOf('shop.app_clone');
      expect(made).toMatchObject({ mechanisms, roles: [{ role: 'readWrite', db: 'shop' }] });
      // Each number with its type.
      expect(BSON.serialize(made.customData!)).toEqual(BSON.serialize(customData));
      expect(secondary.users.commands).toEqual([]);
      expect(Buffer.concat(secondary.server.heard).includes('saslStart')).toBe(false);
      for (const { server } of members) expect(Buffer.concat(server.heard).includes('first')).toBe(false);
    },
  );

  it('finds it by the name of a service in DNS, and only beneath its own domain', async () => {
    const toLoopback = () => Promise.resolve(['127.0.0.1']);
    const network = new CheckedNetwork(EgressRules.parse(''), new ClusterEndpoints([], toLoopback), toLoopback);
    const found = (host: string) =>
      mongoDbConnector(network, () => Promise.resolve(members.map(({ server }) => ({ host, port: server.port }))));
    const secret = secretAt('mongodb+srv://set.example');
    await expect(mongoDbAlternatingUsers(found('a.elsewhere')).testCurrent(callOf(secret))).rejects.toMatchObject({
      why: "a service's server is of another domain",
    });
    await rotate(mongoDbAlternatingUsers(found('a.set.example')), secret);
    expect(members[1]!.users.users.has('shop.app_clone')).toBe(true);
  });

  it('says that none is the primary, or that the only one is not, or that the password is wrong', async () => {
    members[1]!.users.isPrimary = false;
    await expect(mongoDbUser().testCurrent(callOf(secretAt(listed())))).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('is the primary of its replica set now') as string,
    });
    const secret = secretAt(`127.0.0.1:${members[0]!.server.port}`);
    await mongoDbUser().createSecret(callOf(secret));
    await expect(mongoDbUser().setSecret(callOf(secret))).rejects.toThrow('or "host" must list its members');
    members[0]!.users.users.get('shop.app')!.pwd = 'another';
    await expect(mongoDbUser().testCurrent(callOf(secret))).rejects.toThrow(
      'does not accept the fields "username" and "password"',
    );
  });

  it('waits for a majority, and says that a right is missing', async () => {
    const [, primary] = members as [(typeof members)[0], (typeof members)[0]];
    const secret = secretAt(listed());
    primary.users.lie = (command, answer) => ('createUser' in command ? { ...answer, writeConcernError: { code: 64 } } : answer);
    await mongoDbAlternatingUsers().createSecret(callOf(secret));
    await expect(mongoDbAlternatingUsers().setSecret(callOf(secret))).rejects.toThrow('did not store the change on a majority');
    primary.users.users.get('admin.root')!.roles = [];
    await expect(mongoDbAlternatingUsers().setSecret(callOf(secret))).rejects.toMatchObject({ kind: 'permission-denied' });
  });
});
