import { SeededRandom, randomInteger, randomString, randomUuid, systemRandom } from './random-source';

describe('randomInteger', () => {
  it('draws again past the last whole multiple, so that no value is favoured', () => {
    const draws = [Buffer.from('ffffffff', 'hex'), Buffer.from('00000004', 'hex')];
    expect(randomInteger({ bytes: () => draws.shift()! }, 3)).toBe(1);
    expect(draws).toHaveLength(0);
  });

  it('refuses a bound outside 1 to 2^32', () => {
    for (const bound of [0, -1, 1.5, 2 ** 32 + 1]) {
      expect(() => randomInteger(systemRandom, bound)).toThrow(RangeError);
    }
  });

  it('reaches every value of a small range about equally often', () => {
    const random = new SeededRandom('spread');
    const counts = new Array<number>(6).fill(0);
    for (let i = 0; i < 6000; i++) counts[randomInteger(random, 6)]!++;
    for (const count of counts) expect(count).toBeGreaterThan(850);
  });
});

it('makes strings of the alphabet and the length asked for', () => {
  expect(randomString(new SeededRandom('s'), 'ab', 100)).toMatch(/^[ab]{100}$/);
});

it('makes version-4 UUIDs that differ', () => {
  const uuids = new Set(Array.from({ length: 100 }, () => randomUuid(systemRandom)));
  expect(uuids.size).toBe(100);
  for (const uuid of uuids) expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
