import { inspect } from 'node:util';
import { AccessDeniedException, RequestCanceledException, ServiceUnavailableException } from '../errors';
import { away, cacheOf, denied, type FakeSecrets, MINUTE, missing, SECOND, sentError, settled, version } from '../testing/caches';

const byAge = (options: object = {}) => cacheOf({ push: false, ...options });
const BYTES = 'some bytes';
const ZEROES = '\0'.repeat(BYTES.length);
/** The bytes that the cache gets, as they are now. */
const bytesOf = (cluster: FakeSecrets) => {
  const given: Buffer[] = [];
  cluster.answer = ({ secretId }) => {
    const secretBinary = Buffer.from(BYTES);
    given.push(secretBinary);
    return version(secretId, 'v1', { secretBinary });
  };
  return () => given.map(String);
};

describe('one fetch', () => {
  it('serves all who ask at the same time, each with a copy', async () => {
    const { cache, cluster } = byAge();
    const answers = await Promise.all(Array.from({ length: 100 }, () => cache.get('db')));
    expect(cluster.asked).toEqual(['db']);
    expect(new Set(answers).size).toBe(100);
    expect(answers[0]).toEqual(version('db', 'v1'));
  });

  it('that fails fails for all, and the next one asks again', async () => {
    const { cluster, read } = byAge();
    cluster.fails(missing());
    expect(await Promise.all([read(), read()])).toEqual(Array(2).fill('ResourceNotFoundException'));
    expect(cluster.asked).toHaveLength(1);
    await read();
    expect(cluster.asked).toHaveLength(2);
  });

  it('is for one stage and one id', async () => {
    const { cache, cluster } = byAge();
    const secretId = 'db';
    const versionStage = 'AWSPENDING';
    await Promise.all([cache.get(secretId), cache.get({ secretId, versionStage }), cache.get({ secretId, versionId: 'v1' })]);
    expect(cluster.asked).toHaveLength(3);
    await Promise.all([cache.get({ secretId }), cache.get({ secretId, versionStage })]);
    expect(cluster.asked).toHaveLength(3);
  });

  it('goes on when one who waits for it leaves', async () => {
    const { cache, cluster, read } = byAge();
    const held = cluster.hold();
    const leaving = new AbortController();
    const left = cache.get('db', { signal: leaving.signal });
    const stays = read();
    leaving.abort();
    await expect(left).rejects.toBeInstanceOf(RequestCanceledException);
    held.answers(version('db', 'v1'));
    expect(await stays).toBe('v1');
    await expect(cache.get('db', { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(RequestCanceledException);
    expect(cluster.asked).toHaveLength(1);
  });

  it('that began too long ago serves nobody who wants a younger value', async () => {
    const { cluster, read, timers } = byAge();
    const old = cluster.hold();
    const first = read();
    await timers.advance(5 * SECOND);
    cluster.answer = ({ secretId }) => version(secretId, 'v2');
    expect(await read('db', SECOND)).toBe('v2');
    old.answers(version('db', 'v1'));
    // What came of the older one must not replace what came of the younger one.
    expect(await first).toBe('v2');
    expect(await read()).toBe('v2');
  });
});

describe('a value', () => {
  it('is answered until it is too old', async () => {
    const { cluster, read, timers } = byAge({ maxAgeMs: MINUTE });
    await read();
    await timers.advance(40 * SECOND);
    await read();
    expect(cluster.asked).toHaveLength(1);
    await read('db', 30 * SECOND);
    expect(cluster.asked).toHaveLength(2);
    expect(await read('db', 0)).toBe('v1');
    expect(cluster.asked).toHaveLength(2);
    await timers.advance(1);
    await read('db', 0);
    expect(cluster.asked).toHaveLength(3);
  });

  it('has the age of the question, not of the answer', async () => {
    const { cluster, read, timers } = byAge();
    const held = cluster.hold();
    const slow = read();
    await timers.advance(20 * SECOND);
    held.answers(version('db', 'v1'));
    await slow;
    await read('db', 19 * SECOND);
    expect(cluster.asked).toHaveLength(2);
  });

  it('is asked for anew by refresh', async () => {
    const { cache, cluster, read } = byAge();
    await read();
    cluster.answer = ({ secretId }) => version(secretId, 'v2');
    expect(await cache.refresh('db')).toMatchObject({ versionId: 'v2' });
    expect(await read()).toBe('v2');
    expect(cluster.asked).toHaveLength(2);
  });

  it('cannot be changed by whoever got it', async () => {
    const { cache, cluster } = byAge();
    bytesOf(cluster);
    const mine = await cache.get('db');
    mine.secretBinary!.fill(0);
    mine.versionStages.push('mine');
    mine.createdDate!.setTime(0);
    mine.versionId = 'mine';
    expect(await cache.get('db')).toEqual(version('db', 'v1', { secretBinary: Buffer.from(BYTES) }));
  });

  it('is overwritten when it is dropped', async () => {
    const { cache, cluster } = byAge();
    const bytes = bytesOf(cluster);
    const mine = await cache.get('db');
    cluster.fails(denied());
    await expect(cache.refresh('db')).rejects.toBeInstanceOf(AccessDeniedException);
    expect(bytes()).toEqual([ZEROES]);
    expect(mine.secretBinary!.toString()).toBe(BYTES);
  });

  it('is shown to nobody who prints the cache', async () => {
    const { cache, read } = byAge();
    await read();
    expect(inspect(cache, { depth: 10 })).not.toContain('value of v1');
    expect(inspect(cache, { depth: 10, showHidden: true })).not.toContain('value of v1');
  });

  it('makes room for others once it is the least recently used', async () => {
    const { cluster, read } = byAge({ maxSecrets: 2 });
    for (const name of ['a', 'b', 'a', 'c', 'a', 'c', 'b']) await read(name);
    expect(cluster.asked).toEqual(['a', 'b', 'c', 'b']);
  });

  it('is kept while somebody subscribes to it', async () => {
    const { cluster, read, listen } = byAge({ maxSecrets: 1 });
    const leave = listen('a');
    await settled();
    for (const name of ['b', 'c', 'a']) await read(name);
    expect(cluster.asked).toEqual(['a', 'b', 'c']);
    leave();
    for (const name of ['d', 'a']) await read(name);
    expect(cluster.asked).toEqual(['a', 'b', 'c', 'd', 'a']);
  });
});

describe('without push', () => {
  it('fetches a value that is used before it is too old, at a random moment', async () => {
    const { cluster, read, timers } = byAge({ maxAgeMs: 100 * SECOND });
    const names = Array.from({ length: 20 }, (_, i) => `secret-${i}`);
    for (const name of names) await read(name);
    await timers.advance(74 * SECOND);
    expect(cluster.asked).toHaveLength(20);
    await timers.advance(10 * SECOND);
    const soon = cluster.asked.length;
    expect(soon).toBeGreaterThan(20);
    expect(soon).toBeLessThan(40);
    await timers.advance(12 * SECOND);
    expect(cluster.asked).toHaveLength(40);
  });

  it('drops what nobody has used since', async () => {
    const { cluster, cache, timers } = byAge({ maxAgeMs: 100 * SECOND });
    const bytes = bytesOf(cluster);
    await cache.get('db');
    await timers.advance(99 * SECOND);
    expect(bytes()).toEqual([ZEROES, BYTES]);
    await timers.advance(100 * SECOND);
    expect(bytes()).toEqual([ZEROES, ZEROES]);
  });

  it('tells a subscriber what it finds', async () => {
    const { changes, cluster, listen, timers } = byAge({ maxAgeMs: 10 * SECOND });
    listen();
    await timers.advance(10 * SECOND);
    expect(changes).toEqual([]);
    cluster.answer = ({ secretId }) => version(secretId, 'v2');
    await timers.advance(10 * SECOND);
    cluster.fails(denied());
    await timers.advance(10 * SECOND);
    cluster.answer = ({ secretId }) => version(secretId, 'v2');
    await timers.advance(10 * SECOND);
    expect(changes).toEqual(['db v2', 'db AccessDeniedException', 'db v2']);
    expect(cluster.streams).toEqual([]);
  });

  it('asks once a second at most, whatever the age', async () => {
    const { cluster, listen, timers } = byAge({ maxAgeMs: 0 });
    listen();
    await timers.advance(10 * SECOND);
    expect(cluster.asked.length).toBeGreaterThan(8);
    expect(cluster.asked.length).toBeLessThan(12);
  });

  it('tells at once why a secret cannot be read', async () => {
    const { changes, cluster, listen } = byAge();
    cluster.fails(missing());
    const leave = listen();
    await settled();
    expect(changes).toEqual(['db ResourceNotFoundException']);
    leave();
  });
});

describe('while the cluster is away', () => {
  it('answers nothing that is too old, by default', async () => {
    const { cache, cluster, timers } = byAge({ maxAgeMs: MINUTE });
    await cache.get('db');
    cluster.fails(away());
    await timers.advance(MINUTE + 1);
    await expect(cache.get('db')).rejects.toBeInstanceOf(ServiceUnavailableException);
  });

  it('answers the last known value within the grace, and nothing after it', async () => {
    const { cluster, read, timers } = byAge({ maxAgeMs: MINUTE, graceMs: MINUTE });
    await read();
    cluster.fails(away());
    await timers.advance(MINUTE + 1);
    expect(await read()).toBe('v1');
    await timers.advance(MINUTE - 1);
    expect(await read()).toBe('v1');
    await timers.advance(1);
    expect(await read()).toBe('ServiceUnavailableException');
  });

  it('counts the grace from the age that the caller allows', async () => {
    const { cluster, read, timers } = byAge({ maxAgeMs: MINUTE, graceMs: 10 * SECOND });
    await read();
    cluster.fails(away());
    await timers.advance(12 * SECOND);
    expect(await read('db', 2 * SECOND)).toBe('v1');
    expect(await read('db', SECOND)).toBe('ServiceUnavailableException');
  });

  it('lets nobody wait for a cluster that does not answer, and asks it again now and then', async () => {
    const { cluster, read, timers } = byAge({ maxAgeMs: MINUTE, graceMs: 10 * MINUTE });
    await read();
    cluster.answer = () => new Promise(() => undefined);
    await timers.advance(2 * MINUTE);
    const waiting = read();
    const asked = cluster.asked.length;
    await timers.advance(2 * SECOND);
    expect(await waiting).toBe('v1');
    expect(await read()).toBe('v1');
    expect(cluster.asked).toHaveLength(asked);
  });

  it('takes the first answer of a cluster that is back', async () => {
    const { cluster, read, timers } = byAge({ maxAgeMs: MINUTE, graceMs: 10 * MINUTE });
    await read();
    cluster.fails(away());
    await timers.advance(2 * MINUTE);
    expect(await read()).toBe('v1');
    cluster.answer = ({ secretId }) => version(secretId, 'v2');
    await timers.advance(30 * SECOND);
    await read();
    await settled();
    expect(await read()).toBe('v2');
  });

  it.each<[string, () => Error]>([
    ['a refusal', denied],
    ['a secret that is gone', missing],
    ['a busy cluster', () => sentError('resource-exhausted', 'ThrottlingException')],
    ['a defect', () => new TypeError('of a token provider')],
  ])('grace never answers instead of %s', async (_what, error) => {
    const { cluster, read, timers } = byAge({ maxAgeMs: MINUTE, graceMs: 10 * MINUTE });
    await read();
    cluster.fails(error());
    await timers.advance(MINUTE + 1);
    expect(await read()).toBe(error().name);
  });
});

describe('a cache that is closed', () => {
  it('answers nobody, and those who wait neither', async () => {
    const { cache, cluster, read, timers, changes, listen } = byAge();
    const bytes = bytesOf(cluster);
    await read('bytes');
    listen('bytes');
    const held = cluster.hold();
    const waiting = read();
    expect(bytes()).toEqual([BYTES]);
    cache.close();
    cache.close();
    held.answers(version('db', 'v1'));
    expect(await waiting).toBe('RequestCanceledException');
    expect(await read('bytes')).toBe('RequestCanceledException');
    await expect(cache.refresh('db')).rejects.toThrow('this cache is closed');
    expect(() => cache.subscribe('db', () => undefined)).toThrow('this cache is closed');
    expect(bytes()).toEqual([ZEROES]);
    const asked = cluster.asked.length;
    await timers.advance(60 * MINUTE);
    expect(cluster.asked).toHaveLength(asked);
    expect(changes).toEqual([]);
  });
});
