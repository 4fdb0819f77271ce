import { mongoDbAlternatingUsers } from '../connectors.testing';
import { FakeRotatingSecret } from '../shared/fake-rotating-secret.testing';
import { callOf, rotate, surviveEveryKillPoint, type KillPoint } from '../shared/kill-points.testing';
import { FakeMongoDb, mortalMongoDb, type FakeUser } from './fake-mongodb.testing';

/** As in AWS's secrets. */
const current = { engine: 'mongo', host: 'mongo.example', port: 27_017, ssl: true, username: 'app', password: 'first' };
const roles = [
  { role: 'readWrite', db: 'shop' },
  { role: 'of-our-own', db: 'shop' },
];
const restrictions = [{ clientSource: ['10.0.0.0/8'], serverAddress: ['10.1.0.1'] }];

interface WorldOptions {
  fields?: object;
  database?: string;
  username?: string;
  kind?: 'MongoDB' | 'DocumentDB';
}

const newWorld = (
  rights: Partial<FakeUser> = { roles, customData: { team: 'shop', since: 7 }, authenticationRestrictions: restrictions },
  { fields = {}, database = 'admin', username = 'app', kind }: WorldOptions = {},
) => {
  const server = new FakeMongoDb(kind).addUser(`${database}.${username}`, 'first', rights);
  server.addUser('admin.root', 'boss', { roles: [{ role: 'root', db: 'admin' }] });
  const secret = new FakeRotatingSecret().set('AWSCURRENT', { ...current, username, masterarn: 'root', ...fields });
  secret.setMaster('root', { ...current, username: 'root', password: 'boss' });
  return { server, secret, fn: mongoDbAlternatingUsers(server.connect) };
};

const failureOf = async ({ fn, secret }: ReturnType<typeof newWorld>) => {
  const rotation = async () => {
    await fn.createSecret(callOf(secret));
    await fn.setSecret(callOf(secret));
  };
  return rotation().then(
    () => undefined,
    (error: unknown) => error as Error,
  );
};

it.each([
  ['of the database admin', 'admin', {}],
  ['of another database', 'shop', { authSource: 'shop' }],
  ['of the database that AWS calls dbname', 'shop', { dbname: 'shop' }],
])('takes turns between two users %s, with the same rights, and both log in', async (_, database, fields) => {
  const { server, secret, fn } = newWorld(undefined, { database, fields });
  const names: unknown[] = [];
  for (let round = 0; round < 3; round++) {
    await rotate(fn, secret);
    names.push(secret.fields('AWSCURRENT').username);
    for (const stage of ['AWSCURRENT', 'AWSPREVIOUS'] as const) {
      expect(server.logsIn({ ...secret.fields(stage), authSource: database })).toBe(true);
    }
    expect(server.rightsOf(`${database}.app_clone`)).toEqual(server.rightsOf(`${database}.app`));
  }
  expect(names).toEqual(['app_clone', 'app', 'app_clone']);
  expect(server.rightsOf(`${database}.app`)).toMatchObject({ roles: expect.arrayContaining(roles) as unknown });
});

it('takes from the clone what was taken from the user, and gives it what was given', async () => {
  const { server, secret, fn } = newWorld();
  await rotate(fn, secret);
  await rotate(fn, secret);
  const { pwd } = server.users.get('admin.app')!;
  server.addUser('admin.app', pwd, { roles: [{ role: 'read', db: 'shop' }], mechanisms: ['SCRAM-SHA-256'] });
  await rotate(fn, secret);
  expect(secret.fields('AWSCURRENT').username).toBe('app_clone');
  expect(server.rightsOf('admin.app_clone')).toEqual({
    roles: [{ role: 'read', db: 'shop' }],
    customData: {},
    authenticationRestrictions: [],
    mechanisms: ['SCRAM-SHA-256'],
  });
});

it('sends DocumentDB nothing that it does not know', async () => {
  const { server, secret, fn } = newWorld({ roles }, { kind: 'DocumentDB' });
  for (let round = 0; round < 3; round++) await rotate(fn, secret);
  expect(server.rightsOf('admin.app_clone').roles).toEqual(expect.arrayContaining(roles));
  for (const [, command] of server.commands.filter(([, one]) => 'createUser' in one || 'updateUser' in one)) {
    expect(Object.keys(command).filter((name) => /mechanisms|Restrictions|customData/.test(name))).toEqual([]);
  }
});

it.each(['élan "of" $app.{x}', "o'hara\\", 'a'.repeat(300)])('takes the name %s', async (username) => {
  const { server, secret, fn } = newWorld(undefined, { username });
  await rotate(fn, secret);
  expect(secret.fields('AWSCURRENT').username).toBe(`${username}_clone`);
  expect(server.logsIn(secret.fields('AWSCURRENT'))).toBe(true);
});

describe('killed at every boundary', () => {
  const first = () => newWorld();
  const later = () => {
    const world = newWorld();
    world.server.addUser('admin.app_clone', 'of an earlier rotation', {
      roles: [{ role: 'root', db: 'admin' }],
      customData: { team: 'other' },
    });
    return world;
  };

  it.each([
    ['makes the clone', first],
    ['brings the clone in line', later],
  ])('%s, and the user in use logs in all the time', async (_, freshWorld) => {
    const survived = await surviveEveryKillPoint(() => {
      const { server, secret } = freshWorld();
      const logsIn = (stage: 'AWSCURRENT' | 'AWSPENDING') => Promise.resolve(server.logsIn(secret.fields(stage)));
      return Promise.resolve({
        secret,
        functionWith: (killPoint?: KillPoint) =>
          mongoDbAlternatingUsers(killPoint ? mortalMongoDb(server.connect, killPoint) : server.connect),
        logsIn,
        check: async () => expect(await logsIn('AWSCURRENT')).toBe(true),
        checkDone: async () => {
          for (const stage of ['AWSCURRENT', 'AWSPREVIOUS'] as const) expect(server.logsIn(secret.fields(stage))).toBe(true);
          expect(server.rightsOf('admin.app_clone')).toEqual(server.rightsOf('admin.app'));
          return Promise.resolve();
        },
      });
    });
    // putPending, and one command that changes the clone.
    expect(survived).toBe(5);
  });
});

it('brings in line a clone that a dying worker made at this moment', async () => {
  const world = newWorld();
  const { server, secret, fn } = world;
  let seen = 0;
  server.lie = (command, answer) => {
    if (command.usersInfo === 'app_clone' && seen++ === 0) {
      server.addUser('admin.app_clone', 'of another worker', { roles: [{ role: 'root', db: 'admin' }] });
    }
    return answer;
  };
  await rotate(fn, secret);
  expect(server.rightsOf('admin.app_clone')).toEqual(server.rightsOf('admin.app'));
});

describe('refuses, and the user in use stays as it is,', () => {
  it.each([
    ['a user whose password the secret does not know', { password: 'wrong' }, 'does not accept the fields "username" and'],
    ['a superuser of another server', { host: 'other.example' }, 'The field "host" of AWSCURRENT must be that of the superuser'],
    ['a secret without a superuser', { masterarn: null }, 'The field "masterarn" of AWSCURRENT is required.'],
    ['a user of X.509', { dbname: '$external' }, 'The field "dbname" of AWSCURRENT must not be "$external"'],
    [
      'a name of a database that is none',
      { authSource: 'a/b' },
      'The field "authSource" of AWSCURRENT must be the name of a database',
    ],
    ['a name without characters', { username: '_clone' }, 'must have characters before "_clone"'],
    ['another engine', { engine: 'postgres' }, 'strongroom-postgres-single-user'],
  ])('%s', async (_, fields, message) => {
    const world = newWorld(undefined, { fields });
    expect(await failureOf(world)).toMatchObject({
      kind: 'failed-precondition',
      message: expect.stringContaining(message) as string,
    });
    expect(world.server.commands.filter(([, command]) => 'createUser' in command)).toEqual([]);
    expect(world.server.users.get('admin.app')!.pwd).toBe('first');
  });

  it('a superuser who is one of the two', async () => {
    const world = newWorld();
    world.server.addUser('admin.app_clone', 'boss', { roles: [{ role: 'root', db: 'admin' }] });
    world.secret.setMaster('root', { ...current, username: 'app_clone', password: 'boss' });
    expect(await failureOf(world)).toMatchObject({
      message: expect.stringContaining('other than the two that alternate') as string,
    });
  });

  it('a pending version of another database', async () => {
    const world = newWorld();
    await world.fn.createSecret(callOf(world.secret));
    const pending = world.secret.fields('AWSPENDING');
    world.secret.set('AWSPENDING', { ...pending, authSource: 'shop' });
    expect(await failureOf(world)).toMatchObject({ message: 'The field "authSource" of AWSPENDING must be that of AWSCURRENT.' });
  });
});

describe('is not fooled by a server that', () => {
  const users = (change: (user: Record<string, unknown>) => unknown) => (_: unknown, answer: Record<string, unknown>) =>
    Array.isArray(answer.users)
      ? { ...answer, users: (answer.users as Record<string, unknown>[]).map((one) => change({ ...one })) }
      : answer;

  it.each([
    ['shows another user', users((user) => ({ ...user, user: 'other' }))],
    ['shows no user but a text', users(() => 'app')],
    ['shows roles that are none', users((user) => ({ ...user, roles: ['root'] }))],
    ['shows mechanisms that are none', users((user) => ({ ...user, mechanisms: [7] }))],
    ['shows restrictions that are none', users((user) => ({ ...user, authenticationRestrictions: 'none' }))],
    ['shows custom data that is none', users((user) => ({ ...user, customData: ['x'] }))],
  ])('%s', async (_, lie) => {
    const world = newWorld();
    world.server.lie = lie;
    expect(await failureOf(world)).toMatchObject({ reason: 'RotationTargetUnreachable' });
  });

  it('says that it has done what it has not', async () => {
    const world = newWorld();
    world.server.lie = (command, answer) => {
      const made = world.server.users.get('admin.app_clone');
      if (made && 'createUser' in command) made.roles = [{ role: 'root', db: 'admin' }];
      return answer;
    };
    expect(await failureOf(world)).toMatchObject({
      message: 'MongoDB did not clone the user whole: the two users differ in roles.',
    });
  });

  it('has no user of that name any more', async () => {
    const world = newWorld();
    world.server.lie = (command, answer) => ('usersInfo' in command ? { users: [], ok: 1 } : answer);
    expect(await failureOf(world)).toMatchObject({
      message: expect.stringContaining('must name a user of its database') as string,
    });
  });
});

it('rolls back to the user in use, and rotates again afterwards', async () => {
  const { server, secret, fn } = newWorld();
  await fn.createSecret(callOf(secret));
  await fn.setSecret(callOf(secret));
  await fn.testCurrent(callOf(secret));
  secret.dropPending();
  await rotate(fn, secret);
  expect(secret.fields('AWSCURRENT').username).toBe('app_clone');
  expect(server.logsIn(secret.fields('AWSPREVIOUS'))).toBe(true);
});
