import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOUR, ManualClock } from '@strongroom/clock';
import { temporaryDirectory } from '@strongroom/testing';
import { FakeValues, failure } from './fake-values.testing';
import { versionOf } from './versions.testing';
import { FileKey } from './offline-key';
import { OfflineSource } from './offline-source';
import { OfflineStore } from './offline-store';
import { ClusterSource } from './secret-source';

const canary = 'canary-of-the-offline-cache';
const away = failure('unavailable', 'ServiceUnavailableException');
let folder: ReturnType<typeof temporaryDirectory>;
let secrets: FakeValues;
let clock: ManualClock;
let notes: string[];

beforeEach(() => {
  folder = temporaryDirectory('offline');
  secrets = new FakeValues().put(versionOf('a', canary), versionOf('b', Buffer.from([0, 255])));
  clock = new ManualClock();
  notes = [];
});
afterEach(() => folder.remove());

const cacheFiles = () => readdirSync(join(folder.path, 'cache')).map((name) => join(folder.path, 'cache', name));
const sourceWith = ({ keep = false, use = false, cluster = 'one', keyFile = 'key' } = {}) =>
  new OfflineSource(new ClusterSource(() => Promise.resolve(secrets.calls), new AbortController().signal), {
    store: new OfflineStore(join(folder.path, 'cache'), new FileKey(join(folder.path, keyFile))),
    cluster,
    keep,
    use,
    maxAgeMs: 24 * HOUR,
    note: (text) => notes.push(text),
    clock,
  });
const names = [{ secretId: 'a' }, { secretId: 'b' }];

it('answers from what was kept while the cluster is away, and says how old it is', async () => {
  await sourceWith({ keep: true }).read(names);
  clock.advance(3 * HOUR);
  secrets.away = away;
  const versions = await sourceWith({ use: true }).read(names);
  expect(versions.get('a')).toMatchObject({ secretString: canary, versionId: 'a-1' });
  expect(versions.get('b')!.secretBinary).toEqual(Buffer.from([0, 255]));
  expect(notes).toEqual([
    'the cluster cannot be reached; the value of a is 3 h old',
    'the cluster cannot be reached; the value of b is 3 h old',
  ]);
});

it('keeps ciphertext that is for nobody else', async () => {
  await sourceWith({ keep: true }).read(names);
  for (const file of [...cacheFiles(), join(folder.path, 'key')]) expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder.path, 'cache')).mode & 0o777).toBe(0o700);
  for (const file of cacheFiles()) {
    const content = readFileSync(file, 'latin1');
    expect(content).toMatch(/^age-encryption\.org\/v1\n/);
    expect(content).not.toContain(canary);
  }
});

it('keeps and uses nothing unless it was asked to', async () => {
  await sourceWith().read(names);
  expect(readdirSync(folder.path)).toEqual([]);
  await sourceWith({ keep: true }).read(names);
  secrets.away = away;
  await expect(sourceWith().read(names)).rejects.toMatchObject({ exitCode: 5 });
});

it('refuses what is too old, of another cluster, under another key, or changed', async () => {
  await sourceWith({ keep: true }).read(names);
  secrets.away = away;
  await expect(sourceWith({ use: true, cluster: 'two' }).read(names)).rejects.toMatchObject({ exitCode: 5 });
  await expect(sourceWith({ use: true, keyFile: 'other' }).read(names)).rejects.toMatchObject({ exitCode: 5 });
  clock.advance(25 * HOUR);
  await expect(sourceWith({ use: true }).read(names)).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringContaining('the value of a in the offline cache is 25 h old, more than --max-offline-age 24 h'),
  });
  clock.advance(-50 * HOUR);
  await expect(sourceWith({ use: true }).read(names)).rejects.toMatchObject({ exitCode: 5 });
  clock.advance(25 * HOUR);
  expect((await sourceWith({ use: true }).read(names)).size).toBe(2);
  for (const file of cacheFiles()) {
    const content = readFileSync(file);
    content[content.length - 1]! ^= 1;
    writeFileSync(file, content);
  }
  await expect(sourceWith({ use: true }).read(names)).rejects.toMatchObject({ exitCode: 5 });
});

it('never answers in place of a refusal, and forgets what was refused, and that alone', async () => {
  await sourceWith({ keep: true }).read(names);
  expect(cacheFiles()).toHaveLength(2);
  secrets.failures.set('a', failure('permission-denied', 'AccessDeniedException'));
  await expect(sourceWith({ use: true }).read(names)).rejects.toMatchObject({ exitCode: 4 });
  expect(cacheFiles()).toHaveLength(1);
  secrets.away = away;
  await expect(sourceWith({ use: true }).read([{ secretId: 'a' }])).rejects.toMatchObject({ exitCode: 5 });
  expect((await sourceWith({ use: true }).read([{ secretId: 'b' }])).size).toBe(1);
});

it('answers in place of nothing else that goes wrong', async () => {
  await sourceWith({ keep: true }).read(names);
  secrets.away = failure('internal', 'InternalServiceError');
  await expect(sourceWith({ use: true }).read(names)).rejects.toMatchObject({ exitCode: 1 });
  expect(cacheFiles()).toHaveLength(2);
});

it('takes no file for that of another secret', async () => {
  await sourceWith({ keep: true }).read([{ secretId: 'a' }]);
  const [ofA] = cacheFiles();
  await sourceWith({ keep: true }).read([{ secretId: 'b' }]);
  const ofB = cacheFiles().find((file) => file !== ofA)!;
  copyFileSync(ofA!, ofB);
  secrets.away = away;
  await expect(sourceWith({ use: true }).read([{ secretId: 'b' }])).rejects.toMatchObject({ exitCode: 5 });
});

it('knows what was below a prefix', async () => {
  await sourceWith({ keep: true }).namesBelow('');
  secrets.away = away;
  expect(await sourceWith({ use: true }).namesBelow('')).toEqual(['a', 'b']);
  await expect(sourceWith({ use: true }).namesBelow('x')).rejects.toMatchObject({ exitCode: 5 });
});

it('goes on without a cache where it cannot be written', async () => {
  writeFileSync(join(folder.path, 'key'), 'no identity\n', { mode: 0o600 });
  expect((await sourceWith({ keep: true }).read([{ secretId: 'a' }])).size).toBe(1);
  expect(notes).toEqual([
    expect.stringMatching(/^a is not in the offline cache: --cache-key-file: .* must hold an age identity/),
  ]);
});
