import { FakeRotatingSecret } from '../shared/fake-rotating-secret.testing';
import { callOf, rotate, surviveEveryKillPoint, type KillPoint } from '../shared/kill-points.testing';
import { MongoDbLoginRefused, type MongoDbConnector } from './mongodb-session';
import { mongoDbUser } from '../connectors.testing';

/** The driver's behaviour on a server with these users, according to MongoDB's manual. */
class FakeMongoDb {
  readonly users = new Map<string, string>();
  readonly commands: [database: string, command: Record<string, unknown>][] = [];

  readonly connect: MongoDbConnector = async ({ username, password, authSource }, _signal, work) => {
    if (this.users.get(`${authSource}.${username}`) !== password) throw new MongoDbLoginRefused();
    return work({
      command: (command, database) => {
        this.commands.push([database, command]);
        if (typeof command.updateUser === 'string') this.users.set(`${database}.${command.updateUser}`, String(command.pwd));
        return Promise.resolve();
      },
    });
  };

  logsIn({ authSource = 'admin', username, password }: Record<string, unknown>): boolean {
    return this.users.get(`${String(authSource)}.${String(username)}`) === password;
  }
}

const current = { engine: 'mongo', host: 'mongo.example', username: 'app', password: 'first' };

const newServer = (overrides: object = {}) => {
  const server = new FakeMongoDb();
  server.users.set('admin.app', 'first').set('shop.app', 'first').set('admin.root', 'boss');
  const secret = new FakeRotatingSecret().set('AWSCURRENT', { ...current, ...overrides });
  secret.setMaster('root', { ...current, username: 'root', password: 'boss' });
  return { server, secret };
};

it.each([
  ['by the user itself', {}, 'admin'],
  ['by a superuser', { masterarn: 'root' }, 'admin'],
  ['of a user that another database holds', { masterarn: 'root', authSource: 'shop' }, 'shop'],
])('changes the password %s', async (_, overrides, database) => {
  const { server, secret } = newServer(overrides);
  await rotate(mongoDbUser(server.connect), secret);
  expect(server.logsIn(secret.fields('AWSCURRENT'))).toBe(true);
  expect(server.logsIn(secret.fields('AWSPREVIOUS'))).toBe(false);
  const changes = server.commands.filter(([, command]) => 'updateUser' in command);
  expect(changes).toEqual([
    [
      database,
      { updateUser: 'app', pwd: secret.fields('AWSCURRENT').password, writeConcern: { w: 'majority', wtimeout: 10_000 } },
    ],
  ]);
});

it('survives being killed at every boundary', async () => {
  const survived = await surviveEveryKillPoint(() => {
    const { server, secret } = newServer();
    const mortal =
      (killPoint: KillPoint): MongoDbConnector =>
      (login, signal, work) =>
        server.connect(login, signal, (session) =>
          work({
            command: (command, database) =>
              'updateUser' in command
                ? killPoint.around(() => session.command(command, database))
                : session.command(command, database),
          }),
        );
    return Promise.resolve({
      secret,
      functionWith: (killPoint?: KillPoint) => mongoDbUser(killPoint ? mortal(killPoint) : server.connect),
      logsIn: (stage: 'AWSCURRENT' | 'AWSPENDING') => Promise.resolve(server.logsIn(secret.fields(stage))),
    });
  });
  expect(survived).toBe(5);
});

it.each([
  ['a host that is several', { host: 'a,b' }, 'The field "host" of AWSCURRENT must be one host name or IP address.'],
  ['a missing user', { username: null }, 'The field "username" of AWSCURRENT is required.'],
  [
    'a password that is not the user’s',
    { password: 'wrong', masterarn: 'root' },
    'does not accept the fields "username" and "password" of AWSCURRENT',
  ],
  [
    'a superuser of another server',
    { port: 1, masterarn: 'root' },
    `The field "port" of the superuser's secret (masterarn) must be that of AWSCURRENT.`,
  ],
])('changes nothing for %s', async (_, overrides, message) => {
  const { server, secret } = newServer(overrides);
  const rotation = async () => {
    await mongoDbUser(server.connect).createSecret(callOf(secret));
    await mongoDbUser(server.connect).setSecret(callOf(secret));
  };
  await expect(rotation()).rejects.toThrow(message);
  expect(server.users.get('admin.app')).toBe('first');
});
