import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestServer } from '@strongroom/client/testing';
import { systemClock } from '@strongroom/clock';
import { GetSecretValueResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { accessDenied, resourceNotFound } from '@strongroom/errors';
import { type RunningService, startService } from '@strongroom/service';
import { createLogger, Metrics } from '@strongroom/telemetry';
import { eventually, temporaryDirectory } from '@strongroom/testing';
import { readConfig } from './config';
import { startAgent } from './server';
import { ask, type HttpAnswer } from './testing/http.testing';

const SECRET = 'a-value-that-must-not-be-in-a-log';

let cluster: TestServer;
let folder: ReturnType<typeof temporaryDirectory>;
let agent: RunningService;
let metrics: Metrics;
let lines: string[];
let reads: number;
let answer: () => GetSecretValueResponse;

const version = (secretString: string, n = 1) =>
  GetSecretValueResponse.fromPartial({
    arn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db-AbCdEf',
    name: 'prod/db',
    versionId: `00000000-0000-4000-8000-00000000000${n}`,
    value: { value: { $case: 'secretString', value: secretString } },
    versionStages: ['AWSCURRENT'],
    createdDate: new Date('2026-01-02T03:04:05.678Z'),
  });

const start = async (more: Record<string, string> = {}): Promise<RunningService> => {
  const { caFile, certFile, keyFile } = await cluster.pki.issueFiles({ uri: 'spiffe://strongroom.local/app/orders' });
  const config = readConfig({
    STRONGROOM_AGENT_LISTEN: '127.0.0.1:0',
    STRONGROOM_AGENT_TOKEN_FILE: join(folder.path, 'token'),
    STRONGROOM_SECRETS_API_ADDRESS: cluster.address,
    STRONGROOM_TLS_CA_FILE: caFile,
    STRONGROOM_TLS_CERT_FILE: certFile,
    STRONGROOM_TLS_KEY_FILE: keyFile,
    ...more,
  });
  metrics = new Metrics({ service: 'agent' });
  const logger = createLogger({ service: 'agent', level: 'debug', destination: { write: (line) => void lines.push(line) } });
  const client = { ...config.client, timeoutMs: 1_000 };
  agent = await startService({ name: 'agent', config: { ...config, client }, logger, metrics, clock: systemClock }, startAgent);
  return agent;
};
const get = (path: string, headers: Record<string, string> = {}): Promise<HttpAnswer> =>
  ask(agent, path, {
    headers: { 'X-Aws-Parameters-Secrets-Token': readFileSync(join(folder.path, 'token'), 'utf8').trim(), ...headers },
  });
const valueIn = ({ body }: HttpAnswer) => (JSON.parse(body) as { SecretString: string }).SecretString;

beforeEach(async () => {
  folder = temporaryDirectory('agent');
  cluster = await TestServer.start();
  lines = [];
  reads = 0;
  answer = () => version(SECRET);
  cluster.behaviour.getSecretValue = () => {
    reads++;
    return answer();
  };
});
afterEach(async () => {
  await agent.stop(1_000);
  await cluster.stop();
  folder.remove();
});

it('answers as AWS’s agent does, and asks the cluster once', async () => {
  await start();
  const first = await get('/secretsmanager/get?secretId=prod%2Fdb');
  expect([first.status, first.body]).toEqual([
    200,
    '{"ARN":"arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db-AbCdEf","Name":"prod/db",' +
      '"VersionId":"00000000-0000-4000-8000-000000000001",' +
      `"SecretString":"${SECRET}","VersionStages":["AWSCURRENT"],"CreatedDate":"1767323045.678"}`,
  ]);
  expect((await get('/secretsmanager/get?secretId=prod%2Fdb')).body).toBe(first.body);
  expect(reads).toBe(1);
  expect((await get('/v1/prod/db?refreshNow=true')).body).toBe(first.body);
  expect(reads).toBe(2);
});

it('passes on the refusals of the cluster', async () => {
  await start();
  answer = () => {
    throw resourceNotFound('nothing "here"');
  };
  const { status, body } = await get('/secretsmanager/get?secretId=absent');
  expect([status, body]).toEqual([400, '{"__type":"ResourceNotFoundException","message":"nothing \\"here\\""}']);
});

it('answers 502 or 504 when there is no cluster', async () => {
  await start();
  await cluster.server.close();
  expect([502, 504]).toContain((await get('/v1/prod/db')).status);
});

it('answers what refreshNow has found from then on, a refusal too, and counts', async () => {
  await start();
  expect(valueIn(await get('/v1/prod/db'))).toBe(SECRET);
  answer = () => version('two', 2);
  expect(valueIn(await get('/v1/prod/db?refreshNow=1'))).toBe('two');
  expect(valueIn(await get('/v1/prod/db'))).toBe('two');
  answer = () => {
    throw accessDenied('no');
  };
  expect((await get('/v1/prod/db?refreshNow=1')).status).toBe(400);
  expect((await get('/v1/prod/db')).body).toBe('{"__type":"AccessDeniedException","message":"no"}');
  await get('/v1/prod/db', { 'X-Forwarded-For': '192.0.2.1' });
  const text = await metrics.registry.metrics();
  expect(text).toContain('strongroom_agent_held_secrets{service="agent"} 0');
  expect(text).toContain('strongroom_agent_hits_total{service="agent"} 1');
  expect(text).toContain('strongroom_agent_misses_total{service="agent"} 3');
  expect(text).toContain('strongroom_agent_refused_total{reason="forwarded",service="agent"} 1');
});

it('keeps a file up to date from its start', async () => {
  const target = join(folder.path, 'app');
  mkdirSync(target);
  const path = join(target, 'db.txt');
  const files = join(folder.path, 'files.yaml');
  writeFileSync(files, JSON.stringify({ files: [{ path, secret: 'prod/db', onDisk: true }] }));
  await start({ STRONGROOM_AGENT_FILES: files });
  expect(readFileSync(path, 'utf8')).toBe(SECRET);
  answer = () => version('two', 2);
  await get('/v1/prod/db?refreshNow=true');
  await eventually('the file has the new value', () => readFileSync(path, 'utf8') === 'two');
  expect(await metrics.registry.metrics()).toContain('strongroom_agent_files{state="current",service="agent"} 1');
});

it('says nothing of values, tokens and addresses in its log', async () => {
  await start();
  const token = readFileSync(join(folder.path, 'token'), 'utf8').trim();
  await get('/secretsmanager/get?secretId=prod%2Fdb');
  await get('/secretsmanager/get?secretId=odd-query-text&x=1');
  await get('/v1/prod/db', { 'X-Aws-Parameters-Secrets-Token': `${token}x` });
  await get('/v1/prod/db', { Host: 'attacker.example' });
  const log = lines.join('');
  expect(log).toContain('"reason":"token","message":"a request was refused"');
  for (const hidden of [SECRET, token, 'odd-query-text', 'attacker.example']) expect(log).not.toContain(hidden);
});

it('says at once that its port is taken', async () => {
  const first = await start();
  try {
    await expect(start({ STRONGROOM_AGENT_LISTEN: `127.0.0.1:${first.port}` })).rejects.toThrow('EADDRINUSE');
  } finally {
    agent = first;
  }
});
