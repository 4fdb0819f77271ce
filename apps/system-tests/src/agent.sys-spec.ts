import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, temporaryDirectory } from '@strongroom/testing';
import { AgentProcess } from './support/agent-process';
import { allow, policy } from './support/policies';
import { binary, entity, POLICY_NAME, type RunningSystem, System, text, type TestCaller, unique } from './support/system';
import { eventsSince } from './support/trail';

/** The promise is one second; the rest is what a busy machine may add to the scheduling of a test. */
const BOUND_MS = 1_500;

const read = allow('secretsmanager:GetSecretValue');
const deny = policy({ Effect: 'Deny', Action: 'secretsmanager:*', Resource: '*' });

let system: RunningSystem;
let caller: TestCaller;
let agent: AgentProcess;
let folder: ReturnType<typeof temporaryDirectory>;
let kept: { secretId: string; path: string };

const start = (environment: Record<string, string> = {}, { certificate }: Partial<TestCaller> = caller) =>
  AgentProcess.start(system.cluster, certificate, environment);
const decide = (policyDocument: string) =>
  system.admin.identity.putInlinePolicy({ target: entity.user(caller.name), policyName: POLICY_NAME, policyDocument });

beforeAll(async () => {
  system = await System.running();
  caller = await system.user('agent', read);
  folder = temporaryDirectory('agent-files');
  mkdirSync(join(folder.path, 'app'));
  kept = { secretId: await system.secret('{"user":"app","password":"first"}'), path: join(folder.path, 'app', 'db.env') };
  const files = [{ path: kept.path, secret: kept.secretId, format: 'envfile', mode: '0640', onDisk: true }];
  writeFileSync(join(folder.path, 'files.json'), JSON.stringify({ files }));
  // A time to live that no test waits for.
  agent = await start({ STRONGROOM_AGENT_TTL_SECONDS: '3600', STRONGROOM_AGENT_FILES: join(folder.path, 'files.json') });
});
afterAll(async () => {
  expect(await agent?.stop()).toBe(0);
  folder?.remove();
  await system?.stop();
});

it('answers a secret in the form of AWS’s agent, by name and by ARN', async () => {
  const name = await system.secret('a value');
  const { arn, versionId, createdDate } = await system.admin.secrets.getSecretValue({ secretId: name });
  const { status, body } = await agent.get(`/secretsmanager/get?secretId=${name}`);
  expect(status).toBe(200);
  expect(JSON.parse(body)).toEqual({
    ARN: arn,
    Name: name,
    VersionId: versionId,
    SecretString: 'a value',
    VersionStages: ['AWSCURRENT'],
    CreatedDate: String(createdDate!.getTime() / 1_000),
  });
  expect((await agent.get(`/v1/${arn}`)).body).toBe(body);
});

it('answers bytes', async () => {
  const name = unique('binary');
  await system.admin.secrets.createSecret({ name, value: binary(Buffer.from([0, 1, 255])) });
  expect(JSON.parse((await agent.get(`/v1/${name}`)).body)).toMatchObject({ SecretBinary: 'AAH/' });
});

it('reads the cluster once for many, and is in the trail under its own name', async () => {
  const startTime = new Date();
  const name = await system.secret('a value');
  for (let n = 0; n < 20; n++) expect(await agent.read(name)).toBe('a value');
  const reads = await eventually('the trail has the read', async () => {
    const events = await eventsSince(system.admin, startTime, { eventName: 'GetSecretValue' });
    const ofSecret = events.filter(({ resources }) => resources.some(({ arn }) => arn.includes(`:secret:${name}-`)));
    return ofSecret.length > 0 && ofSecret;
  });
  expect(reads).toHaveLength(1);
  expect(reads[0]!.userAgent).toMatch(/strongroom-agent/);
});

it('shows a new version at once, whatever its time to live', async () => {
  const secretId = await system.secret('one');
  expect(await agent.read(secretId)).toBe('one');
  await system.admin.secrets.putSecretValue({ secretId, value: text('two') });
  await eventually('the new version', async () => (await agent.read(secretId)) === 'two', BOUND_MS, 20);
});

it('holds nothing once the right to read has ended, and says why; the file of a secret goes with it, and comes back', async () => {
  const secretId = await system.secret('a value');
  expect(await agent.read(secretId)).toBe('a value');
  await eventually('the file', () => existsSync(kept.path));
  await decide(deny);
  try {
    const refusal = await eventually(
      'the refusal',
      async () => {
        const said = await agent.read(secretId);
        return said !== 'a value' && said;
      },
      BOUND_MS,
      20,
    );
    expect(refusal).toMatch(/^400 \{"__type":"AccessDeniedException","message":"/);
    await eventually('the file is gone', () => !existsSync(kept.path), BOUND_MS, 20);
    const reason = 'a file has been removed, because its secret cannot be read';
    await eventually('the log says why', () => agent.lines.join().includes(reason), BOUND_MS, 20);
  } finally {
    await decide(read);
  }
  await eventually('the file is back', () => existsSync(kept.path));
  await eventually('it answers again', async () => (await agent.read(secretId)) === 'a value');
});

it('keeps a file up to date', async () => {
  await eventually('the file', () => existsSync(kept.path));
  expect(statSync(kept.path).mode & 0o777).toBe(0o640);
  const { secretId } = kept;
  await system.admin.secrets.putSecretValue({ secretId, value: text(`{"user":"app","password":"it's new"}`) });
  const expected = "user='app'\npassword='it'\\''s new'\n";
  await eventually('the new value', () => readFileSync(kept.path, 'utf8') === expected, BOUND_MS, 20);
});

it('is whoever the session token in a file says, also after another program has replaced it', async () => {
  const secretId = await system.secret('a value');
  const user = await system.user('agent-token', read);
  const file = join(folder.path, 'session');
  const renew = async () => writeFileSync(file, (await user.api.tokens.getSessionToken()).credentials!.sessionToken);
  await renew();
  const other = await start({ STRONGROOM_SESSION_TOKEN_FILE: file }, {});
  try {
    expect(await other.read(secretId)).toBe('a value');
    await system.admin.tokens.revokeSessions({ sessions: { $case: 'target', value: entity.user(user.name) } });
    await eventually('it is refused', async () => /^400 \{"__type"/.test(await other.read(secretId)), BOUND_MS, 20);
    await renew();
    await eventually('it answers again', async () => (await other.read(secretId)) === 'a value');
  } finally {
    await other.stop();
  }
});

it('says what the cluster says of a secret that is not there', async () => {
  expect(await agent.read(unique('absent'))).toMatch(/^400 \{"__type":"(ResourceNotFound|AccessDenied)Exception","message":"/);
});

it.each<[string, Record<string, string>, string]>([
  ['without a token', { 'X-Aws-Parameters-Secrets-Token': '' }, '403 Bad Token'],
  ['with a wrong token', { 'X-Aws-Parameters-Secrets-Token': 'x'.repeat(43) }, '403 Bad Token'],
  ['that was forwarded', { 'X-Forwarded-For': '127.0.0.1' }, '400 Forwarded'],
  ['to another host', { Host: 'attacker.example:2773' }, '403 Bad Host'],
])('refuses a request %s', async (_what, headers, expected) => {
  const { status, body } = await agent.get(`/v1/${kept.secretId}`, headers);
  expect(`${status} ${body}`).toBe(expected);
});

it('takes the token where programs of Vault have it, and none for its health', async () => {
  const headers = { 'X-Aws-Parameters-Secrets-Token': '', 'X-Vault-Token': agent.token };
  expect((await agent.get(`/v1/${kept.secretId}`, headers)).status).toBe(200);
  expect(await agent.get('/ping', { 'X-Aws-Parameters-Secrets-Token': '' })).toEqual({ status: 200, body: 'healthy' });
});

it('does not start where everybody could read its answers, or without knowing who it is', async () => {
  await expect(start({ STRONGROOM_AGENT_LISTEN: '0.0.0.0:0' })).rejects.toThrow(
    /^the agent ended: agent cannot start: .*STRONGROOM_AGENT_LISTEN: must be an address of the loopback interface/,
  );
  await expect(start({ STRONGROOM_TLS_KEY_FILE: '' })).rejects.toThrow('the agent must say who it is');
});

it('writes neither values nor tokens into its log', () => {
  const log = agent.lines.join('\n');
  expect(log.length).toBeGreaterThan(0);
  for (const hidden of ['a value', 'first', "it's new", agent.token, 'attacker.example']) expect(log).not.toContain(hidden);
});
