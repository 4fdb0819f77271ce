import { AGENT } from '@strongroom/bounds';
import { ManualClock } from '@strongroom/clock';
import { DomainError } from '@strongroom/errors';
import type { Answer } from '../http/answer';
import { FakeSource, versionOf } from '../testing/fake-source.testing';
import { HeldSecrets, type HeldSecretsOptions } from './held-secrets';

let source: FakeSource;
let clock: ManualClock;
let lost: string[];
let secrets: HeldSecrets;

const make = (more: Partial<HeldSecretsOptions> = {}) =>
  new HeldSecrets({
    source,
    size: 3,
    caches: true,
    clock,
    pause: () => Promise.resolve(),
    onLost: (secretId) => lost.push(secretId),
    onDefect: () => undefined,
    ...more,
  });
const urlOf = (secretId: string) => `/v1/${secretId}`;
const ask = (secretId: string, refreshNow = false, url = urlOf(secretId)) => secrets.answer({ secretId, refreshNow }, url);
const textOf = ({ status, body }: Answer) =>
  `${status} ${(JSON.parse(body.toString()) as { SecretString?: string }).SecretString}`;
const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
const version = (value: string, n: number) => versionOf(value, { versionId: `version-${n}` });

beforeEach(() => {
  source = new FakeSource();
  clock = new ManualClock();
  lost = [];
  secrets = make();
  source.secrets.set('db', version('one', 1));
});

it('answers from memory what it has asked for once, and asks the source again after a quarter of a second', async () => {
  expect(secrets.known(urlOf('db'))).toBeUndefined();
  const first = await ask('db');
  expect(textOf(first)).toBe('200 one');
  expect(secrets.known(urlOf('db'))).toBe(first);
  clock.advance(249);
  expect(secrets.known(urlOf('db'))).toBe(first);
  clock.advance(1);
  expect(secrets.known(urlOf('db'))).toBeUndefined();
  // The same version: the same bytes.
  expect(await ask('db')).toBe(first);
  expect(source.asked).toEqual(['get db', 'get db']);
  expect([secrets.hits, secrets.misses, secrets.size]).toEqual([3, 1, 1]);
});

it('has a new version at once, and nothing of the old one any more', async () => {
  const old = await ask('db');
  source.change('db', version('two', 2));
  expect(secrets.known(urlOf('db'))).toBeUndefined();
  await turn();
  expect(old.body.every((byte) => byte === 0)).toBe(true);
  expect(textOf(await ask('db'))).toBe('200 two');
});

it('sees labels that move while the version stays', async () => {
  await ask('db');
  source.secrets.set('db', versionOf('one', { versionId: 'version-1', versionStages: ['AWSCURRENT', 'blue'] }));
  clock.advance(250);
  expect((await ask('db')).body.toString()).toContain('["AWSCURRENT","blue"]');
});

it('holds nothing of a secret that is lost, says so, and repeats the refusal for a second', async () => {
  const old = await ask('db');
  source.lose('db');
  await turn();
  expect(lost).toEqual(['db']);
  expect([secrets.size, source.subscribers('db')]).toEqual([0, 0]);
  expect(old.body.every((byte) => byte === 0)).toBe(true);
  const refusal = await ask('db');
  expect(`${refusal.status} ${refusal.body.toString()}`).toBe(
    '400 {"__type":"ResourceNotFoundException","message":"Secrets Manager can\'t find the specified secret."}',
  );
  source.secrets.set('db', version('again', 3));
  clock.advance(AGENT.refusalMs - 1);
  expect(await ask('db')).toBe(refusal);
  clock.advance(1);
  expect(textOf(await ask('db'))).toBe('200 again');
});

it('drops what the source refuses although it said nothing before', async () => {
  await ask('db');
  source.secrets.delete('db');
  clock.advance(250);
  expect((await ask('db')).status).toBe(400);
  expect([secrets.size, source.subscribers('db')]).toEqual([0, 0]);
});

it('keeps what it has when the cluster is away, and lets the source decide what may be answered', async () => {
  await ask('db');
  source.secrets.set('db', () => {
    throw new DomainError({ kind: 'unavailable', reason: 'ServiceUnavailableException', message: 'away' });
  });
  clock.advance(250);
  expect((await ask('db')).status).toBe(502);
  source.secrets.set('db', version('one', 1));
  expect(textOf(await ask('db'))).toBe('200 one');
});

it('asks once for all who ask at the same time', async () => {
  const answers = await Promise.all([ask('db'), ask('db'), ask('db', false, '/secretsmanager/get?secretId=db')]);
  expect(new Set(answers).size).toBe(1);
  expect(source.asked).toEqual(['get db']);
  expect(secrets.known('/secretsmanager/get?secretId=db')).toBe(answers[0]);
});

it('asks the cluster for refreshNow, and answers that from then on', async () => {
  await ask('db');
  source.secrets.set('db', version('two', 2));
  expect(textOf(await ask('db', true))).toBe('200 two');
  expect(source.asked).toEqual(['get db', 'refresh db']);
  expect(textOf(secrets.known(urlOf('db'))!)).toBe('200 two');
});

it('keeps nothing without a cache', async () => {
  secrets = make({ caches: false });
  const answer = await ask('db');
  expect(textOf(answer)).toBe('200 one');
  await turn();
  expect(answer.body.every((byte) => byte === 0)).toBe(true);
  expect([secrets.size, secrets.known(urlOf('db'))]).toEqual([0, undefined]);
  expect(source.asked).toEqual(['refresh db']);
});

it('does not erase what is being sent', async () => {
  const answer = await ask('db');
  const closed: (() => void)[] = [];
  answer.lend!({ on: (_event: string, listener: () => void) => closed.push(listener) } as never);
  source.lose('db');
  await turn();
  expect(textOf(answer)).toBe('200 one');
  for (const close of closed) close();
  expect(answer.body.every((byte) => byte === 0)).toBe(true);
});

it('has an end: the least recently used goes first, then what nobody asks for', async () => {
  for (const name of ['a', 'b', 'c', 'd']) source.secrets.set(name, version(name, 1));
  for (const name of ['a', 'b', 'c']) {
    await ask(name);
    clock.advance(1);
  }
  secrets.known(urlOf('a'));
  await ask('d');
  expect(['a', 'b', 'c', 'd'].map((name) => source.subscribers(name))).toEqual([1, 0, 1, 1]);
  expect(secrets.size).toBe(3);
  clock.advance(3_600_001);
  secrets.sweep();
  expect(secrets.size).toBe(0);
});

it('remembers a few addresses of a secret', async () => {
  const urls = Array.from({ length: AGENT.addresses + 1 }, (_, n) => `/v1/db?${'&'.repeat(n)}`);
  for (const url of urls) await ask('db', false, url);
  expect(urls.map((url) => secrets.known(url) !== undefined)).toEqual([...urls.slice(1).map(() => true), false]);
});

it('fetches a thousand at once, then a hundred a second', async () => {
  const statuses = async (count: number) => {
    const answers = await Promise.all(Array.from({ length: count }, () => ask(`absent-${Math.random()}`)));
    return answers.filter(({ status }) => status === 429).length;
  };
  for (let n = 0; n < 4; n++) expect(await statuses(250)).toBe(0);
  expect(await statuses(250)).toBe(250);
  clock.advance(1_000);
  expect(await statuses(150)).toBe(50);
});

it('fetches so many at a time, and no more', async () => {
  source.secrets.clear();
  const waiting = () => new Promise<never>(() => undefined);
  const names = Array.from({ length: AGENT.fetches + 1 }, (_, n) => `slow-${n}`);
  for (const name of names) source.secrets.set(name, waiting);
  for (const name of names.slice(1)) void ask(name);
  const { status, body } = await ask(names[0]!);
  expect(`${status} ${body.toString()}`).toBe('429 {"__type":"ThrottlingException","message":"Rate exceeded"}');
});
