import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { databaseConfig, type Environment, migrationDatabaseConfig, redisConfig, redisEndpointConfig } from './index';
import { problemsOf } from './problems.testing';

const directory = mkdtempSync(join(tmpdir(), 'strongroom-store-config-'));
const write = (name: string, text: string) => {
  writeFileSync(join(directory, name), text, { mode: 0o600 });
  return join(directory, name);
};
const journalKey = { producer: 'secrets-api', id: 'k1', key: Buffer.alloc(32, 7) };
const ca = rootCertificates[0]!;
const caFile = write('ca.pem', ca);
const group: Environment = {
  STRONGROOM_REDIS_SENTINELS: 'a:26379, [::1]:26380',
  STRONGROOM_REDIS_SENTINEL_GROUP: 'journal',
  STRONGROOM_REDIS_SENTINEL_USER: 'asker',
  STRONGROOM_REDIS_SENTINEL_PASSWORD_FILE: write('sentinel.password', 'of sentinels\n'),
  STRONGROOM_REDIS_SENTINEL_CA_FILE: caFile,
  STRONGROOM_REDIS_USER: 'secrets-api',
  STRONGROOM_REDIS_PASSWORD_FILE: write('redis.password', 'of redis\n'),
  STRONGROOM_REDIS_CA_FILE: caFile,
};
const oneServer = { STRONGROOM_REDIS_HOST: 'redis', STRONGROOM_REDIS_PORT: '6379' };
const withJournal = {
  STRONGROOM_JOURNAL_KEY_FILE: write('journal.key', `secrets-api k1 ${journalKey.key.toString('base64')}\n`),
};

afterAll(() => rmSync(directory, { recursive: true }));

describe('Redis behind sentinels', () => {
  it('has the sentinels, their access, and the access of the group', () => {
    expect(redisEndpointConfig(group)).toEqual({
      username: 'secrets-api',
      password: 'of redis',
      ca,
      sentinels: {
        hosts: [
          { host: 'a', port: 26_379 },
          { host: '::1', port: 26_380 },
        ],
        group: 'journal',
        username: 'asker',
        password: 'of sentinels',
        ca,
      },
    });
  });

  it('may need neither passwords nor TLS', () => {
    const { STRONGROOM_REDIS_SENTINELS, STRONGROOM_REDIS_SENTINEL_GROUP } = group;
    expect(redisEndpointConfig({ STRONGROOM_REDIS_SENTINELS, STRONGROOM_REDIS_SENTINEL_GROUP })).toEqual({
      sentinels: {
        hosts: [
          { host: 'a', port: 26_379 },
          { host: '::1', port: 26_380 },
        ],
        group: 'journal',
      },
    });
  });

  it.each<[fault: string, more: Environment, problem: string]>([
    ['a host too', { STRONGROOM_REDIS_HOST: 'redis' }, 'STRONGROOM_REDIS_HOST: must not be set with STRONGROOM_REDIS_SENTINELS'],
    ['a port too', { STRONGROOM_REDIS_PORT: '6379' }, 'STRONGROOM_REDIS_PORT: must not be set with STRONGROOM_REDIS_SENTINELS'],
    ['no group', { STRONGROOM_REDIS_SENTINEL_GROUP: '' }, 'STRONGROOM_REDIS_SENTINEL_GROUP: must be set'],
    ['no port', { STRONGROOM_REDIS_SENTINELS: 'a,b:1' }, 'STRONGROOM_REDIS_SENTINELS: must be host:port, or several'],
    ['port 0', { STRONGROOM_REDIS_SENTINELS: 'a:0' }, 'STRONGROOM_REDIS_SENTINELS: must be host:port, or several'],
    [
      'a user without a password',
      { STRONGROOM_REDIS_SENTINEL_PASSWORD_FILE: '' },
      'STRONGROOM_REDIS_SENTINEL_PASSWORD_FILE: must be set',
    ],
    ['a CA file that is away', { STRONGROOM_REDIS_CA_FILE: '/none' }, 'STRONGROOM_REDIS_CA_FILE: the file /none cannot be read'],
    [
      'a CA file without a certificate',
      { STRONGROOM_REDIS_SENTINEL_CA_FILE: write('no.pem', 'none\n') },
      `STRONGROOM_REDIS_SENTINEL_CA_FILE: the file ${directory}/no.pem must have PEM certificates`,
    ],
  ])('are refused with %s', (_, more, problem) => {
    const found = problemsOf(() => redisEndpointConfig({ ...group, ...more }));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(problem);
  });

  it('are missed where something is only for them', () => {
    const { STRONGROOM_REDIS_SENTINEL_GROUP, STRONGROOM_REDIS_SENTINEL_CA_FILE } = group;
    expect(
      problemsOf(() => redisEndpointConfig({ ...oneServer, STRONGROOM_REDIS_SENTINEL_GROUP, STRONGROOM_REDIS_SENTINEL_CA_FILE })),
    ).toEqual([
      'STRONGROOM_REDIS_SENTINEL_GROUP: must not be set without STRONGROOM_REDIS_SENTINELS',
      'STRONGROOM_REDIS_SENTINEL_CA_FILE: must not be set without STRONGROOM_REDIS_SENTINELS',
    ]);
  });
});

it('waits for no replica of one server, for one of a group, and for as many as it is told', () => {
  const all = (env: Environment) => redisConfig({ ...withJournal, ...env });
  expect(all(oneServer)).toEqual({ host: 'redis', port: 6379, replicas: 0, journalKey });
  expect(all(group).replicas).toBe(1);
  expect(all({ ...group, STRONGROOM_JOURNAL_REPLICAS: '0' }).replicas).toBe(0);
  expect(all({ ...oneServer, STRONGROOM_JOURNAL_REPLICAS: '2' }).replicas).toBe(2);
  expect(problemsOf(() => all({ ...oneServer, STRONGROOM_JOURNAL_REPLICAS: 'all' }))).toEqual([
    'STRONGROOM_JOURNAL_REPLICAS: must be a whole number from 0 to 10',
  ]);
});

it('speaks TLS with a database by its name, since the driver checks no address', () => {
  const database: Environment = {
    STRONGROOM_DATABASE_HOST: 'mariadb',
    STRONGROOM_DATABASE_PORT: '3306',
    STRONGROOM_DATABASE_NAME: 'secrets',
    STRONGROOM_DATABASE_USER: 'secrets',
    STRONGROOM_DATABASE_PASSWORD_FILE: write('database.password', 'one\n'),
    STRONGROOM_MIGRATION_USER: 'owner',
    STRONGROOM_MIGRATION_PASSWORD_FILE: write('migration.password', 'two\n'),
  };
  const secured = { ...database, STRONGROOM_DATABASE_CA_FILE: caFile };
  for (const read of [databaseConfig, migrationDatabaseConfig]) {
    expect(read(database).ca).toBeUndefined();
    expect(read(secured).ca).toBe(ca);
    expect(problemsOf(() => read({ ...secured, STRONGROOM_DATABASE_HOST: '10.0.0.7' }))).toEqual([
      'STRONGROOM_DATABASE_HOST: must be a name, not an address, with STRONGROOM_DATABASE_CA_FILE',
    ]);
  }
});
