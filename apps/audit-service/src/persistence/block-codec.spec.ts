import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { emptyChain, link } from '../domain/chain';
import { encoded, testEvent } from '../domain/trail.testing';
import { packEvents, unpackEvents, type PackedEvent } from './block-codec';

const chain = (length: number): PackedEvent[] =>
  link(
    emptyChain('000000000000'),
    Array.from({ length }, () => encoded(testEvent())),
  ).map(({ hash, record }) => ({ hash, record }));

const outcome = (packed: Buffer) =>
  unpackEvents(packed).then(
    () => 'opened',
    (error: Error) => error.name,
  );
const damaged = expect.objectContaining({ name: 'BlockError' });

it.each([1, 2, 256])('gives back %i events', async (count) => {
  const events = chain(count);
  expect(await unpackEvents(await packEvents(events))).toEqual(events);
});

it('holds 65,535 events at the most', async () => {
  const events = Array.from({ length: 65_535 }, (_, i) => ({ hash: Buffer.alloc(32), record: String(i) }));
  const unpacked = await unpackEvents(await packEvents(events));
  expect(unpacked.map(({ record }) => record).join()).toBe(events.map(({ record }) => record).join());
});

it.each([0, 65_536])('refuses to hold %i events', async (count) => {
  await expect(packEvents(Array<PackedEvent>(count).fill(chain(1)[0]!))).rejects.toEqual(damaged);
});

it('gives back any text, whatever it is made of', () =>
  fc.assert(
    fc.asyncProperty(
      // Lone surrogates have no UTF-8; an encoded event has none either.
      fc.array(
        fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
        { minLength: 1, maxLength: 5 },
      ),
      async (records) => {
        const events = records.map((record, i) => ({ hash: Buffer.alloc(32, i), record }));
        expect(await unpackEvents(await packEvents(events))).toEqual(events);
      },
    ),
  ));

it('is small', async () => {
  expect((await packEvents(chain(100))).length).toBeLessThan(100 * 128);
});

it('is pinned: stored trails depend on it', async () => {
  const events = [
    { hash: Buffer.alloc(32, 1), record: 'one' },
    { hash: Buffer.alloc(32, 2), record: 'two' },
  ];
  // Version, checksum, count, two hashes, and a compressed stream: stored here, as one that packs more tightly may be as well.
  const stored = Buffer.from('010e00f1ff000000036f6e650000000374776f', 'hex');
  const rest = Buffer.concat([Buffer.from('0002', 'hex'), events[0]!.hash, events[1]!.hash, stored]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(rest));
  expect(await unpackEvents(Buffer.concat([Buffer.from([1]), checksum, rest]))).toEqual(events);
});

it('refuses every flip of a bit', async () => {
  const packed = await packEvents(chain(2));
  for (let bit = 0; bit < packed.length * 8; bit++) {
    const flipped = Buffer.from(packed);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    expect(await outcome(flipped)).toBe('BlockError');
  }
});

it('refuses every truncation, and what is longer', async () => {
  const packed = await packEvents(chain(2));
  for (let length = 0; length < packed.length; length++) expect(await outcome(packed.subarray(0, length))).toBe('BlockError');
  await expect(unpackEvents(Buffer.concat([packed, Buffer.from([0])]))).rejects.toEqual(damaged);
});

describe('with a checksum that fits', () => {
  const made = (count: number, hashes: number, records: Buffer) => {
    const rest = Buffer.concat([Buffer.alloc(2), Buffer.alloc(32 * hashes), records]);
    rest.writeUInt16BE(count);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(rest));
    return Buffer.concat([Buffer.from([1]), checksum, rest]);
  };
  const records = (...texts: string[]) =>
    deflateRawSync(Buffer.concat(texts.map((text) => Buffer.from(`\0\0\0${String.fromCharCode(text.length)}${text}`))));

  it.each<[string, Buffer]>([
    ['no events', made(0, 0, records())],
    ['fewer hashes than it says', made(9, 1, records('a'))],
    ['fewer records than hashes', made(2, 2, records('a'))],
    ['more records than hashes', made(1, 1, records('a', 'b'))],
    ['a record past the end', made(1, 1, deflateRawSync(Buffer.from([0, 0, 0, 9, 65])))],
    ['half a length', made(1, 1, deflateRawSync(Buffer.from([0, 0])))],
    ['no compressed stream', made(1, 1, Buffer.from('hello'))],
    ['half a compressed stream', made(1, 1, records('a'.repeat(99)).subarray(0, 4))],
    ['a bomb', made(1, 1, deflateRawSync(Buffer.alloc(65 * 1_024 * 1_024)))],
  ])('refuses %s', async (_, packed) => {
    await expect(unpackEvents(packed)).rejects.toEqual(damaged);
  });

  it('takes what is in order', async () => {
    expect(await unpackEvents(made(1, 1, records('a')))).toEqual([{ hash: Buffer.alloc(32), record: 'a' }]);
  });
});
