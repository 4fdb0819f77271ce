import fc from 'fast-check';
import { EntrySigner, isSignedBy, parseOrigin } from './entry-origin';
import { addRange, formatRanges, intersectRange, parseRanges, subtractRange, type NumberRange } from './number-ranges';

const key = { producer: 'secrets-api', id: 'k1', key: Buffer.alloc(32, 7) };
const signer = () => new EntrySigner(key, 1_795_900_000_000, Buffer.alloc(8, 1));

it('signs what its key verifies, and nothing else', () => {
  const events = ['["a"]', '["b"]'];
  const { originText, mac } = signer().sign(events);
  expect(isSignedBy(key.key, originText, events, mac)).toBe(true);
  expect(isSignedBy(Buffer.alloc(32, 8), originText, events, mac)).toBe(false);
  expect(isSignedBy(key.key, originText.replace('secrets-api', 'audit-service'), events, mac)).toBe(false);
  expect(isSignedBy(key.key, originText, ['["b"]', '["a"]'], mac)).toBe(false);
  expect(isSignedBy(key.key, originText, ['["a"]'], mac)).toBe(false);
  for (let at = 0; at < mac.length; at++) {
    const changed = `${mac.slice(0, at)}${mac[at] === 'A' ? 'B' : 'A'}${mac.slice(at + 1)}`;
    expect(isSignedBy(key.key, originText, events, changed)).toBe(false);
  }
});

it('tells who appended an entry, and reads nothing but what it wrote', () => {
  const one = signer();
  const first = one.sign([]);
  expect(parseOrigin(first.originText)).toEqual(first.origin);
  expect(first.originText).toBe('1 secrets-api k1 1795900000000.0101010101010101 1 1 ');
  for (const text of [
    '',
    '2 a b 1795900000000.0101010101010101 1 1 ',
    first.originText.replace(' 1 1 ', ' 0 0 '),
    `${first.originText}2`,
  ])
    expect(parseOrigin(text)).toBeUndefined();
});

it('says of which numbers it knows that they were acknowledged, and repeats the others until they were told', () => {
  const one = signer();
  const [first, second, third] = [one.sign([]), one.sign([]), one.sign([])];
  one.acknowledged(first.origin);
  one.failed(second.origin);
  const fourth = one.sign([]);
  expect(fourth.origin).toMatchObject({ number: 4, settledBelow: 3, unconfirmed: [[2, 2]] });
  one.failed(third.origin);
  one.failed(fourth.origin);
  const fifth = one.sign([]);
  expect(fifth.origin).toMatchObject({ number: 5, settledBelow: 5, unconfirmed: [[2, 4]] });
  one.acknowledged(fifth.origin);
  expect(one.sign([]).origin).toMatchObject({ number: 6, settledBelow: 6, unconfirmed: [] });
});

const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 30 });
const rangesOf = (members: number[]) => members.reduce<NumberRange[]>((ranges, n) => addRange(ranges, [n, n], 1_000), []);
const membersOf = (ranges: readonly NumberRange[]) =>
  ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i));

it('keeps numbers in ranges as a set keeps them', () => {
  fc.assert(
    fc.property(numbers, fc.integer({ min: 1, max: 60 }), fc.nat(20), (members, first, length) => {
      const sorted = [...members].sort((a, b) => a - b);
      const ranges = rangesOf(members);
      const range: NumberRange = [first, first + length];
      const inside = (n: number) => n >= range[0] && n <= range[1];
      expect(membersOf(ranges)).toEqual(sorted);
      expect(parseRanges(formatRanges(ranges))).toEqual(ranges);
      expect(membersOf(subtractRange(ranges, range))).toEqual(sorted.filter((n) => !inside(n)));
      expect(membersOf(intersectRange(ranges, range))).toEqual(sorted.filter(inside));
    }),
  );
});

it('keeps no more ranges than it may, and loses no number', () => {
  fc.assert(
    fc.property(numbers, (members) => {
      const ranges = members.reduce<NumberRange[]>((all, n) => addRange(all, [n, n], 4), []);
      expect(ranges.length).toBeLessThanOrEqual(4);
      const kept = new Set(membersOf(ranges));
      expect(members.every((n) => kept.has(n))).toBe(true);
    }),
  );
});
