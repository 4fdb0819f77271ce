import { away, cacheOf, denied, MINUTE, missing, SECOND, sentError, settled, version } from '../testing/caches';

const HOUR = 60 * MINUTE;
const unauthenticated = () => sentError('unauthenticated', 'UnrecognizedClientException');

describe('while push is alive', () => {
  it('a value does not age', async () => {
    const { cache, cluster, live, read, timers } = cacheOf();
    expect(cache.live).toBe(false);
    await live();
    expect(cache.live).toBe(true);
    await timers.advance(40 * MINUTE);
    expect(await read('db', 0)).toBe('v1');
    expect(cluster.asked).toHaveLength(1);
  });

  it('it is fetched again once an hour, because push does not tell of keys', async () => {
    const { cluster, live, read, timers } = cacheOf();
    await live();
    await timers.advance(HOUR);
    expect(cluster.asked).toHaveLength(2);
    await timers.advance(HOUR + 1);
    // Nobody had asked for it in the meantime, so it was dropped.
    expect(await read()).toBe('v1');
    expect(cluster.asked).toHaveLength(3);
  });

  it('a change makes it old at once', async () => {
    const { cluster, live, read } = cacheOf();
    await live();
    cluster.answer = ({ secretId }) => version(secretId, 'v2');
    cluster.stream.tells('db', 'v2');
    await settled();
    expect(await Promise.all([read(), read()])).toEqual(['v2', 'v2']);
    expect(cluster.asked).toHaveLength(2);
  });

  it('the next value is fetched within a quarter of a second, if this one was used', async () => {
    const { cluster, live, read, timers } = cacheOf();
    await live();
    cluster.answer = ({ secretId }) => version(secretId, 'v2');
    cluster.stream.tells('db', 'v2');
    await timers.advance(250);
    expect(cluster.asked).toHaveLength(2);
    expect(await read()).toBe('v2');
    expect(cluster.asked).toHaveLength(2);
  });

  it('it is not fetched for nobody', async () => {
    const { cluster, live, timers } = cacheOf();
    await live();
    for (const versionId of ['v2', 'v3', 'v4']) {
      cluster.answer = ({ secretId }) => version(secretId, versionId);
      cluster.stream.tells('db', versionId);
      await timers.advance(SECOND);
    }
    expect(cluster.asked).toHaveLength(2);
  });

  it('a label that moves elsewhere changes the labels, and needs no fetch', async () => {
    const { cache, cluster, live } = cacheOf();
    await live();
    cluster.stream.tells('db', { v1: ['AWSCURRENT', 'blue'], v2: ['AWSPENDING'] });
    await settled();
    expect(await cache.get('db')).toMatchObject({ versionId: 'v1', versionStages: ['AWSCURRENT', 'blue'] });
    expect(cluster.asked).toHaveLength(1);
  });

  it('a label that moves back makes the value current again', async () => {
    const { cluster, live, read, timers } = cacheOf();
    await live();
    cluster.stream.tells('db', 'v2');
    cluster.stream.tells('db', 'v1');
    await timers.advance(SECOND);
    expect(await read()).toBe('v1');
    expect(cluster.asked).toHaveLength(1);
  });

  it('each stage and id is looked at for itself', async () => {
    const { cluster, live, read } = cacheOf();
    await live();
    cluster.answer = ({ secretId }) => version(secretId, 'v2', { versionStages: ['AWSPENDING'] });
    const pending = { secretId: 'db', versionStage: 'AWSPENDING' };
    expect(await read(pending)).toBe('v2');
    expect(cluster.streams).toHaveLength(1);
    cluster.stream.tells('db', { v1: ['AWSCURRENT'], v3: ['AWSPENDING'] });
    await settled();
    expect(cluster.asked).toHaveLength(2);
    cluster.answer = ({ secretId }) => version(secretId, 'v3', { versionStages: ['AWSPENDING'] });
    expect(await read()).toBe('v1');
    expect(await read(pending)).toBe('v3');
    // The stage is at no version any more.
    cluster.stream.tells('db', { v3: ['AWSCURRENT'] });
    await settled();
    cluster.answer = ({ secretId }) => {
      throw sentError('not-found', `${secretId} has none`);
    };
    expect(await read(pending)).toBe('db has none');
  });

  it('what is followed later hears what was told before', async () => {
    const { cluster, live, read } = cacheOf();
    await live();
    const held = cluster.hold();
    const pending = { secretId: 'db', versionStage: 'AWSPENDING' };
    const reading = read(pending);
    await settled();
    cluster.answer = ({ secretId }) => version(secretId, 'v3');
    // While it is fetched for the first time, nobody follows it yet.
    cluster.stream.tells('db', { v1: ['AWSCURRENT'], v3: ['AWSPENDING'] });
    await settled();
    held.answers(version('db', 'v2'));
    await reading;
    await settled();
    expect(await read(pending)).toBe('v3');
  });
});

describe('a fetch that began before a notice', () => {
  it('does not overwrite what the notice said', async () => {
    const { cluster, live, read, timers, cache } = cacheOf();
    await live();
    const held = cluster.hold();
    const reading = cache.refresh('db');
    await settled();
    cluster.answer = ({ secretId }) => version(secretId, 'v2');
    cluster.stream.tells('db', 'v2');
    await settled();
    held.answers(version('db', 'v1'));
    expect(await reading).toMatchObject({ versionId: 'v2' });
    expect(await read()).toBe('v2');
    await timers.advance(SECOND);
    expect(cluster.asked).toHaveLength(3);
  });

  it('is kept if it is what the notice said', async () => {
    const { cluster, live, read, cache } = cacheOf();
    await live();
    const held = cluster.hold();
    const reading = cache.refresh('db');
    await settled();
    cluster.stream.tells('db', { v2: ['AWSCURRENT', 'blue'] });
    await settled();
    held.answers(version('db', 'v2'));
    expect(await reading).toMatchObject({ versionId: 'v2' });
    expect(await cache.get('db')).toMatchObject({ versionStages: ['AWSCURRENT', 'blue'] });
    expect(await read()).toBe('v2');
    expect(cluster.asked).toHaveLength(2);
  });

  it('does not bring back what may not be read any more', async () => {
    const { cluster, live, read, cache, changes, listen } = cacheOf();
    await live();
    listen();
    const held = cluster.hold();
    const reading = cache.refresh('db');
    await settled();
    cluster.fails(denied());
    cluster.stream.tells('db', denied());
    await settled();
    held.answers(version('db', 'v1'));
    await expect(reading).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(await read()).toBe('AccessDeniedException');
    expect(changes).toEqual(['db AccessDeniedException']);
  });

  it('does not refuse what the notice says can be read again', async () => {
    const { cluster, live, cache } = cacheOf();
    await live();
    const held = cluster.hold();
    const reading = cache.refresh('db');
    await settled();
    cluster.stream.tells('db', 'v1');
    await settled();
    held.fails(denied());
    expect(await reading).toMatchObject({ versionId: 'v1' });
  });

  it('ends with an error if there is no end of changes', async () => {
    const { cluster, live, cache } = cacheOf();
    await live();
    let changes = 1;
    cluster.answer = async ({ secretId }) => {
      const before = `v${changes}`;
      cluster.stream.tells('db', `v${++changes}`);
      await settled();
      return version(secretId, before);
    };
    await expect(cache.refresh('db')).rejects.toMatchObject({ name: 'ConflictException' });
    expect(changes).toBeLessThan(10);
  });
});

describe('the right to read', () => {
  it('ends, and nothing of the value is left, not even for grace', async () => {
    const { cluster, cache, live, read, timers, changes, listen } = cacheOf({ graceMs: HOUR });
    const secretBinary = Buffer.from('bytes');
    cluster.answer = ({ secretId }) => version(secretId, 'v1', { secretBinary });
    await live();
    listen();
    cluster.fails(away());
    cluster.stream.tells('db', denied());
    await settled();
    expect([...secretBinary]).toEqual([0, 0, 0, 0, 0]);
    expect(await read()).toBe('ServiceUnavailableException');
    cluster.fails(missing());
    // What the cluster says is what is true.
    expect(await read()).toBe('ResourceNotFoundException');
    cluster.answer = ({ secretId }) => version(secretId, 'v1');
    cluster.stream.tells('db', 'v1');
    await timers.advance(SECOND);
    expect(changes).toEqual(['db AccessDeniedException', 'db ResourceNotFoundException', 'db v1']);
    expect(await read()).toBe('v1');
    expect(cache.live).toBe(true);
  });

  it('ends with the credential, for everything', async () => {
    const { cluster, cache, live, read, timers, changes, listen } = cacheOf();
    await live();
    await cache.get('other');
    listen();
    cluster.fails(unauthenticated());
    cluster.stream.breaks(unauthenticated());
    await settled();
    expect(await read('db', HOUR)).toBe('UnrecognizedClientException');
    expect(await read('other', HOUR)).toBe('UnrecognizedClientException');
    expect(changes).toEqual(['db UnrecognizedClientException']);
    // There is another credential.
    cluster.answer = ({ secretId }) => version(secretId, 'v1');
    await timers.advance(SECOND);
    expect(cluster.streams).toHaveLength(2);
    // Of what could not be read, everything is told.
    expect(cluster.stream.asked).toEqual([['+db']]);
    cluster.stream.isReady({ db: 'v1' });
    await timers.advance(SECOND);
    expect(changes.at(-1)).toBe('db v1');
    expect(cache.live).toBe(true);
  });

  it('ends everything as well if a fetch says that the credential has ended', async () => {
    const { cluster, cache, live, read } = cacheOf();
    await live();
    cluster.fails(unauthenticated());
    await cache.get('other').catch(() => undefined);
    expect(await read()).toBe('UnrecognizedClientException');
    expect(cluster.streams[0]!.signal.aborted).toBe(true);
  });
});

describe('a subscriber', () => {
  it('hears of a version once, however often it is told, and nothing once it has left', async () => {
    const { cluster, live, timers, changes, listen } = cacheOf();
    await live();
    const leave = listen();
    listen();
    cluster.answer = ({ secretId }) => version(secretId, 'v2');
    for (let i = 0; i < 3; i++) cluster.stream.tells('db', 'v2');
    await timers.advance(SECOND);
    expect(changes).toEqual(['db v2', 'db v2']);
    leave();
    leave();
    cluster.answer = ({ secretId }) => version(secretId, 'v3');
    cluster.stream.tells('db', 'v3');
    await timers.advance(SECOND);
    expect(changes).toEqual(['db v2', 'db v2', 'db v3']);
  });

  it('that leaves while others are told hears nothing any more', async () => {
    const { cache, cluster, live, timers, changes, listen } = cacheOf();
    await live();
    cache.subscribe('db', () => leave());
    const leave = listen();
    cluster.stream.tells('db', 'v2');
    await timers.advance(SECOND);
    expect(changes).toEqual([]);
  });

  it('keeps the value warm', async () => {
    const { cluster, live, timers, listen, read } = cacheOf();
    await live();
    listen();
    for (const versionId of ['v2', 'v3', 'v4']) {
      cluster.answer = ({ secretId }) => version(secretId, versionId);
      cluster.stream.tells('db', versionId);
      await timers.advance(250);
    }
    expect(await read()).toBe('v4');
    expect(cluster.asked).toHaveLength(4);
  });

  it('hears of a secret that is made later', async () => {
    const { cluster, timers, changes, listen } = cacheOf();
    cluster.fails(missing());
    listen();
    await timers.advance(10);
    cluster.stream.isReady({ db: missing() });
    await timers.advance(SECOND);
    cluster.answer = ({ secretId }) => version(secretId, 'v1');
    cluster.stream.tells('db', 'v1');
    await timers.advance(SECOND);
    expect(changes).toEqual(['db ResourceNotFoundException', 'db v1']);
  });

  it('never brings a name that is none to the stream', async () => {
    const { cluster, timers, changes, listen } = cacheOf();
    cluster.fails(sentError('invalid-argument', 'InvalidParameterException'));
    listen('a b');
    await timers.advance(HOUR);
    expect(changes).toEqual(['a b InvalidParameterException']);
    expect(cluster.streams).toEqual([]);
  });
});

describe('a stream that breaks', () => {
  it('is opened again from where it was, and then all is as it was', async () => {
    const { cache, cluster, live, read, timers } = cacheOf();
    await live('db', 'v1', 'p7');
    cluster.stream.breaks(away());
    await settled();
    expect(cache.live).toBe(false);
    expect(cluster.streams).toHaveLength(1);
    await timers.advance(250);
    expect(cluster.stream.asked).toEqual([['+db p7']]);
    cluster.stream.isReady({});
    await settled();
    expect(cache.live).toBe(true);
    expect(await read('db', 0)).toBe('v1');
    expect(cluster.asked).toHaveLength(1);
  });

  it('begins anew for what could not be read: that a right was given back is no change of the secret', async () => {
    const { cluster, live, timers, listen } = cacheOf();
    await live('db', 'v1', 'p7');
    listen();
    cluster.fails(denied());
    cluster.stream.tells('db', denied(), 'p8');
    cluster.stream.breaks(away());
    await timers.advance(250);
    expect(cluster.stream.asked).toEqual([['+db']]);
  });

  it('hears what has changed meanwhile', async () => {
    const { cluster, live, read, timers, changes, listen } = cacheOf();
    await live('db', 'v1', 'p7');
    listen();
    cluster.stream.breaks(away());
    cluster.answer = ({ secretId }) => version(secretId, 'v2');
    await timers.advance(250);
    cluster.stream.isReady({ db: 'v2' });
    await settled();
    expect(changes).toEqual(['db v2']);
    expect(await read()).toBe('v2');
  });

  it('lets values age from the last moment at which it was known to be alive', async () => {
    const { cluster, live, read, timers } = cacheOf();
    await live();
    await timers.advance(10 * MINUTE);
    // Nobody said a word: it may have been dead for as long as keepalive takes to notice.
    cluster.stream.breaks(away());
    await settled();
    expect(await read('db', 15 * SECOND)).toBe('v1');
    expect(cluster.asked).toHaveLength(1);
    await read('db', 15 * SECOND - 1);
    expect(cluster.asked).toHaveLength(2);
  });

  it('was alive until the server ended it', async () => {
    const { cluster, live, read, timers } = cacheOf();
    await live();
    await timers.advance(10 * MINUTE);
    cluster.stream.breaks(sentError('unavailable', 'ServiceUnavailableException'));
    await settled();
    expect(await read('db', 0)).toBe('v1');
    expect(cluster.asked).toHaveLength(1);
  });

  it('is opened again more and more rarely', async () => {
    const { cluster, live, timers } = cacheOf({ maxAgeMs: 10 * HOUR });
    await live();
    const breakAll = async (milliseconds: number) => {
      for (let passed = 0; passed < milliseconds; passed += 50) {
        cluster.stream.breaks(away());
        await timers.advance(50);
      }
      return cluster.streams.length;
    };
    const early = await breakAll(5 * SECOND);
    expect(early).toBeGreaterThan(3);
    const late = await breakAll(50 * SECOND);
    expect(late - early).toBeLessThan(12);
    expect(late - early).toBeGreaterThan(4);
  });

  it('is taken for broken if it says nothing for too long', async () => {
    const { cache, cluster, timers } = cacheOf();
    await cache.get('db');
    await timers.advance(10);
    await timers.advance(30 * SECOND);
    expect(cluster.streams[0]!.signal.aborted).toBe(true);
    await timers.advance(SECOND);
    expect(cluster.streams).toHaveLength(2);
    cluster.stream.isReady({ db: 'v1' });
    await timers.advance(MINUTE);
    expect(cluster.streams).toHaveLength(2);
  });

  it('is replaced when its token is due for renewal', async () => {
    const { cache, cluster, timers, changes, listen } = cacheOf();
    await cache.get('db');
    listen();
    await timers.advance(10);
    cluster.stream.renewInMs = 14 * MINUTE;
    cluster.stream.isReady({ db: 'v1' }, 'p3');
    await timers.advance(14 * MINUTE);
    expect(cluster.streams[0]!.signal.aborted).toBe(true);
    // At once.
    expect(cluster.stream.asked).toEqual([['+db p3']]);
    cluster.stream.isReady({});
    await settled();
    expect(cache.live).toBe(true);
    expect(changes).toEqual([]);
    expect(cluster.asked).toHaveLength(1);
  });

  it('does not use a token that the server refuses', async () => {
    const { cluster, live, timers } = cacheOf();
    await live('db', 'v1', 'p7');
    cluster.stream.breaks(away());
    await timers.advance(SECOND);
    cluster.stream.breaks(sentError('invalid-argument', 'InvalidParameterException'));
    await timers.advance(5 * SECOND);
    expect(cluster.streams.map(({ asked }) => asked)).toEqual([[['+db']], [['+db p7']], [['+db']]]);
  });
});

it('without push in the cluster, ages alone count', async () => {
  const { cache, cluster, read, timers } = cacheOf({ maxAgeMs: MINUTE });
  await cache.get('db');
  await timers.advance(10);
  cluster.stream.breaks(sentError('unimplemented', 'UnknownOperationException'));
  await timers.advance(30 * SECOND);
  expect(cache.live).toBe(false);
  expect(await read()).toBe('v1');
  expect(cluster.asked).toHaveLength(1);
  await timers.advance(30 * SECOND);
  expect(cluster.asked).toHaveLength(2);
  // Perhaps the cluster has been upgraded: asked again, but rarely.
  for (let i = 0; i < 60; i++) {
    cluster.stream.breaks(sentError('unimplemented', 'UnknownOperationException'));
    await timers.advance(MINUTE);
    await read();
  }
  expect(cluster.streams.length).toBeLessThan(30);
  expect(cluster.streams.length).toBeGreaterThan(10);
});

it('closes its streams', async () => {
  const { cache, cluster, live, timers } = cacheOf();
  await live();
  cache.close();
  await timers.advance(HOUR);
  expect(cluster.streams.map(({ signal }) => signal.aborted)).toEqual([true]);
  expect(cache.live).toBe(false);
});
