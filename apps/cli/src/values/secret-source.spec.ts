import { parseReference } from '@strongroom/templates';
import { FakeValues, failure } from './fake-values.testing';
import { versionOf } from './versions.testing';
import { CachedSource, ClusterSource } from './secret-source';

let secrets: FakeValues;
let source: ClusterSource;
beforeEach(() => {
  secrets = new FakeValues();
  source = new ClusterSource(() => Promise.resolve(secrets.calls), new AbortController().signal);
});

const read = (...references: string[]) => source.read(references.map(parseReference));

it('reads many by one call, each once, and other versions one by one', async () => {
  secrets.put(versionOf('a', '1'), versionOf('b', '2'));
  secrets.versions.set('a?AWSPREVIOUS', versionOf('a', '0', 'a-0'));
  const versions = await read('a#x', 'b', 'a', 'a?stage=AWSPREVIOUS');
  expect([...versions].map(([key, { secretString }]) => [key, secretString])).toEqual([
    ['a', '1'],
    ['b', '2'],
    ['a?stage=AWSPREVIOUS', '0'],
  ]);
  expect(secrets.asked).toEqual(['batch a b', 'get a?AWSPREVIOUS']);
});

it('asks for one secret by itself, and for nothing if there is nothing to read', async () => {
  secrets.put(versionOf('a', '1'));
  await read('a');
  expect((await read()).size).toBe(0);
  expect(secrets.asked).toEqual(['get a']);
});

it('takes at most as many by a call as the service allows', async () => {
  const names = Array.from({ length: 45 }, (_, n) => `s${n}`);
  secrets.put(...names.map((name) => versionOf(name, name)));
  expect((await read(...names)).size).toBe(45);
  expect(secrets.asked.map((asked) => asked.split(' ').length - 1)).toEqual([20, 20, 5]);
});

it('finds by ARN what it asked for by ARN', async () => {
  const [a, b] = [versionOf('a', '1'), versionOf('b', '2')];
  secrets.put(a, b);
  for (const version of [a, b]) secrets.versions.set(version.arn, version);
  expect([...(await read(a.arn, b.arn)).keys()]).toEqual([a.arn, b.arn]);
});

it('reads one by one where a batch is not allowed', async () => {
  secrets.put(versionOf('a', '1'), versionOf('b', '2'));
  secrets.batchFailure = failure('permission-denied', 'AccessDeniedException');
  expect((await read('a', 'b')).size).toBe(2);
  expect(secrets.asked).toEqual(['batch a b', 'get a', 'get b']);
});

it.each([
  [failure('permission-denied', 'AccessDeniedException'), 4],
  [failure('not-found', 'ResourceNotFoundException'), 3],
  [failure('failed-precondition', 'InvalidRequestException'), 6],
])('names the secret that fails with %s', async (error, exitCode) => {
  secrets.put(versionOf('a', '1'), versionOf('b', '2'));
  secrets.failures.set('b', error);
  const message = `b: ${error.reason}: ${error.reason} it is`;
  await expect(read('a', 'b')).rejects.toMatchObject({ exitCode, message, hint: 'Request id: r-1' });
  await expect(read('b')).rejects.toMatchObject({ exitCode, message });
});

it('says that the cluster is away', async () => {
  secrets.away = failure('unavailable', 'ServiceUnavailableException');
  await expect(read('a')).rejects.toMatchObject({ exitCode: 5 });
  await expect(read('a', 'b')).rejects.toMatchObject({ exitCode: 5, message: expect.stringContaining('a, b: Service') });
  await expect(source.namesBelow('a')).rejects.toMatchObject({ exitCode: 5 });
});

it('lists what begins with a prefix, in the order of names', async () => {
  secrets.put(versionOf('p/b', '1'), versionOf('p/a', '1'), versionOf('P/c', '1'), versionOf('q', '1'));
  expect(await source.namesBelow('p/')).toEqual(['p/a', 'p/b']);
  await expect(source.namesBelow('none/')).rejects.toMatchObject({ exitCode: 3 });
});

it('reads through a cache, and listens before the answer is there', async () => {
  const asked: unknown[] = [];
  const get = async (secret: unknown) => {
    asked.push(secret);
    return versionOf('a', '1');
  };
  const follow = (names: readonly unknown[]) => asked.push('follow', ...names);
  const cached = new CachedSource({ get }, { follow }, source, new AbortController().signal);
  expect((await cached.read([{ secretId: 'a' }, { secretId: 'a' }])).size).toBe(1);
  expect(asked).toEqual([{ secretId: 'a' }, 'follow', { secretId: 'a' }]);
});
