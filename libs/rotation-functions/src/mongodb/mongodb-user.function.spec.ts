import { FakeRotatingSecret } from '../shared/fake-rotating-secret.testing';
import { callOf, rotate, surviveEveryKillPoint, type KillPoint } from '../shared/kill-points.testing';
import { FakeMongoDb, mortalMongoDb } from './fake-mongodb.testing';
import { mongoDbUser } from '../connectors.testing';

const current = { engine: 'mongo', host: 'mongo.example', username: 'app', password: 'first' };

const newServer = (overrides: object = {}) => {
  const server = new FakeMongoDb();
  for (const id of ['admin.app', 'shop.app']) server.addUser(id, 'first', { mechanisms: ['SCRAM-SHA-256'] });
  server.addUser('admin.root', 'boss', { roles: [{ role: 'root', db: 'admin' }] });
  const secret = new FakeRotatingSecret().set('AWSCURRENT', { ...current, ...overrides });
  secret.setMaster('root', {
    ...current,
    ...('host' in overrides && { host: overrides.host }),
    username: 'root',
    password: 'boss',
  });
  return { server, secret };
};

it.each([
  ['by the user itself', {}, 'admin'],
  ['by a superuser', { masterarn: 'root' }, 'admin'],
  ['of a user that another database holds', { masterarn: 'root', authSource: 'shop' }, 'shop'],
  ['of a user whose database AWS calls dbname', { masterarn: 'root', dbname: 'shop' }, 'shop'],
])('changes the password %s', async (_, overrides, database) => {
  const { server, secret } = newServer(overrides);
  await rotate(mongoDbUser(server.connect), secret);
  expect(server.logsIn({ ...secret.fields('AWSCURRENT'), authSource: database })).toBe(true);
  expect(server.logsIn({ ...secret.fields('AWSPREVIOUS'), authSource: database })).toBe(false);
  const changes = server.commands.filter(([, command]) => 'updateUser' in command);
  expect(changes).toEqual([
    [
      database,
      {
        updateUser: 'app',
        pwd: secret.fields('AWSCURRENT').password,
        mechanisms: ['SCRAM-SHA-256'],
        writeConcern: { w: 'majority', wtimeout: 10_000 },
      },
    ],
  ]);
});

it('survives being killed at every boundary', async () => {
  const survived = await surviveEveryKillPoint(() => {
    const { server, secret } = newServer();
    return Promise.resolve({
      secret,
      functionWith: (killPoint?: KillPoint) => mongoDbUser(killPoint ? mortalMongoDb(server.connect, killPoint) : server.connect),
      logsIn: (stage: 'AWSCURRENT' | 'AWSPENDING') => Promise.resolve(server.logsIn(secret.fields(stage))),
    });
  });
  expect(survived).toBe(5);
});

it.each([
  ['a host that is none', { host: 'a,/b' }, 'The field "host" of AWSCURRENT must be a host name or an IP address, or up to 16'],
  ['an engine of another kind', { engine: 'redis' }, 'It is "redis", which strongroom-redis-acl-user'],
  ['a user of LDAP', { authSource: '$external' }, 'The field "authSource" of AWSCURRENT must not be "$external"'],
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
  expect(server.users.get('admin.app')?.pwd).toBe('first');
});
