import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressOf, databaseConfig, type Environment, readServiceConfig, redisConfig } from './index';
import { problemsOf } from './problems.testing';

const complete: Environment = {
  STRONGROOM_LISTEN: '127.0.0.1:7001',
  STRONGROOM_METRICS_LISTEN: '127.0.0.1:7101',
  STRONGROOM_TLS_CA_FILE: 'ca.pem',
  STRONGROOM_TLS_CERT_FILE: 'cert.pem',
  STRONGROOM_TLS_KEY_FILE: 'key.pem',
};

it('has the defaults that are documented', () => {
  expect(readServiceConfig(complete)).toEqual({
    listen: '127.0.0.1:7001',
    metricsListen: '127.0.0.1:7101',
    accountId: '000000000000',
    region: 'us-east-1',
    trustDomain: 'strongroom.local',
    tls: { caFile: 'ca.pem', certFile: 'cert.pem', keyFile: 'key.pem' },
    logLevel: 'info',
  });
});

it('reports all that is missing at once, and takes an empty variable for a missing one', () => {
  const found = problemsOf(() => readServiceConfig({ ...complete, STRONGROOM_LISTEN: '', STRONGROOM_TLS_KEY_FILE: undefined }));
  expect(found).toEqual(['STRONGROOM_LISTEN: must be set', 'STRONGROOM_TLS_KEY_FILE: must be set']);
});

it.each([
  ['STRONGROOM_LISTEN', '7001'],
  ['STRONGROOM_LISTEN', '127.0.0.1:65536'],
  ['STRONGROOM_LISTEN', '::1:7001'],
  ['STRONGROOM_ACCOUNT_ID', '12345678901'],
  ['STRONGROOM_ACCOUNT_ID', '1234567890123'],
  ['STRONGROOM_REGION', 'here'],
  ['STRONGROOM_TRUST_DOMAIN', 'Strongroom.Local'],
  ['STRONGROOM_LOG_LEVEL', 'loud'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'file:///tmp/x'],
  ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
  ['OTEL_TRACES_SAMPLER_ARG', '-1'],
])('refuses %s=%s by name and rule, and does not repeat the value', (name, value) => {
  const [problem, ...others] = problemsOf(() => readServiceConfig({ ...complete, [name]: value }));
  expect(others).toEqual([]);
  expect(problem).toMatch(new RegExp(`^${name}: must be `));
  expect(problem).not.toContain(value);
});

it.each(['[::1]:7001', 'localhost:0', '0.0.0.0:65535'])('listens on %s', (listen) => {
  expect(readServiceConfig({ ...complete, STRONGROOM_LISTEN: listen }).listen).toBe(listen);
});

it('traces where an endpoint says where to, all traces by default', () => {
  const traced = { ...complete, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' };
  expect(readServiceConfig(complete).tracing).toBeUndefined();
  expect(readServiceConfig(traced).tracing).toEqual({ endpoint: 'http://localhost:4318', sampledShare: 1 });
  expect(readServiceConfig({ ...traced, OTEL_TRACES_SAMPLER_ARG: '0.05' }).tracing).toMatchObject({ sampledShare: 0.05 });
});

it('takes one address of another service, or several', () => {
  for (const address of ['identity:7003', 'a:1,b:2,[::1]:3']) {
    expect(addressOf({ STRONGROOM_IDENTITY_ADDRESS: address }, 'IDENTITY')).toBe(address);
  }
  for (const address of ['identity', 'a:1,', 'a:1 b:2']) {
    expect(problemsOf(() => addressOf({ STRONGROOM_IDENTITY_ADDRESS: address }, 'IDENTITY'))).toHaveLength(1);
  }
});

const directory = mkdtempSync(join(tmpdir(), 'strongroom-config-'));
const write = (name: string, text: string) => {
  writeFileSync(join(directory, name), text, { mode: 0o600 });
  return join(directory, name);
};
afterAll(() => rmSync(directory, { recursive: true }));

describe('databaseConfig', () => {
  const config = (host: string) =>
    databaseConfig({
      STRONGROOM_DATABASE_HOST: host,
      STRONGROOM_DATABASE_PORT: '3306',
      STRONGROOM_DATABASE_NAME: 'strongroom_keys',
      STRONGROOM_DATABASE_USER: 'keys',
      STRONGROOM_DATABASE_PASSWORD_FILE: write('keys.password', 'secret\n'),
    });

  it('has one host, or several in the order in which they are tried', () => {
    const rest = { name: 'strongroom_keys', user: 'keys', password: 'secret' };
    expect(config('db')).toEqual({ host: 'db', port: 3_306, others: [], ...rest });
    expect(config('::1')).toEqual({ host: '::1', port: 3_306, others: [], ...rest });
    expect(config('db1,db2:3307,[::1]:3308')).toEqual({
      host: 'db1',
      port: 3_306,
      others: [
        { host: 'db2', port: 3_307 },
        { host: '::1', port: 3_308 },
      ],
      ...rest,
    });
  });

  it.each(['db1,', ',', 'db1, db2', 'a b'])('refuses %p', (host) => {
    expect(problemsOf(() => config(host))).toEqual([
      expect.stringMatching(/^STRONGROOM_DATABASE_HOST: must be a host or several/),
    ]);
  });
});

describe('redisConfig', () => {
  const key = Buffer.alloc(32, 7);
  const redis = {
    STRONGROOM_REDIS_HOST: 'localhost',
    STRONGROOM_REDIS_PORT: '6379',
    STRONGROOM_JOURNAL_KEY_FILE: write('journal.key', `secrets-api k1 ${key.toString('base64')}\n`),
  };

  it('needs neither user nor password for a Redis that has none, but always the key of the journal', () => {
    const journalKey = { producer: 'secrets-api', id: 'k1', key };
    expect(redisConfig(redis)).toEqual({ host: 'localhost', port: 6379, journalKey, replicas: 0 });
    expect(redisConfig({ ...redis, STRONGROOM_REDIS_USER: 'secrets-api' })).toMatchObject({ username: 'secrets-api' });
    expect(problemsOf(() => redisConfig({ ...redis, STRONGROOM_JOURNAL_KEY_FILE: '' }))).toEqual([
      'STRONGROOM_JOURNAL_KEY_FILE: must be set',
    ]);
  });

  it('refuses a port that is none, and a key that is none, without repeating it', () => {
    expect(problemsOf(() => redisConfig({ ...redis, STRONGROOM_REDIS_PORT: '0' }))).toEqual([
      expect.stringMatching(/^STRONGROOM_REDIS_PORT: must be a port/),
    ]);
    for (const text of ['secrets-api k1 AAAA', `k1 ${key.toString('base64')}`, `a b ${key.toString('base64')} c`]) {
      const [problem] = problemsOf(() => redisConfig({ ...redis, STRONGROOM_JOURNAL_KEY_FILE: write('bad.key', text) }));
      expect(problem).toMatch(/^STRONGROOM_JOURNAL_KEY_FILE: the file .* must hold/);
      expect(problem).not.toContain('AAAA');
    }
  });
});
