import fc from 'fast-check';
import { emptyChain, headOf, link } from './chain';
import { intoBlocks, MAX_SPAN } from './event-block';
import { encoded, testEvent } from './trail.testing';

const at = (millis: number) => testEvent({ eventTime: new Date(Date.UTC(2026, 10, 24) + millis) });
const chainOf = (...events: ReturnType<typeof testEvent>[]) =>
  link(emptyChain(events[0]!.recipientAccountId), events.map(encoded));
const lengths = (...chain: Parameters<typeof intoBlocks>) => intoBlocks(...chain).map(({ events }) => events.length);

it('makes no block of nothing', () => {
  expect(intoBlocks([])).toEqual([]);
});

it('says where a block begins and ends, in the chain and in time', () => {
  const events = chainOf(at(5), at(1), at(9), at(3));
  const time = (millis: number) => Date.UTC(2026, 10, 24) + millis;
  expect(intoBlocks(events)).toEqual([
    {
      accountId: '000000000000',
      firstSequence: 1,
      lastSequence: 4,
      firstTime: time(1),
      lastTime: time(9),
      lastHash: events[3]!.hash,
      events,
    },
  ]);
});

it('holds 256 events at the most', () => {
  expect(lengths(chainOf(...Array.from({ length: 600 }, () => testEvent())))).toEqual([256, 256, 88]);
});

it('holds 256 Ki characters at the most, or one event', () => {
  const large = (size: number) => testEvent({ errorMessage: 'x'.repeat(size) });
  expect(lengths(chainOf(...Array.from({ length: 6 }, () => large(80_000))))).toEqual([3, 3]);
  expect(lengths(chainOf(testEvent(), large(300_000), testEvent()))).toEqual([1, 1, 1]);
});

it('spans a minute at the most, whichever event is the late one', () => {
  expect(lengths(chainOf(at(0), at(MAX_SPAN), at(MAX_SPAN + 1), at(MAX_SPAN)))).toEqual([2, 2]);
  expect(lengths(chainOf(at(MAX_SPAN + 1), at(0), at(1)))).toEqual([1, 2]);
});

it('holds neighbours of one account only', () => {
  const one = chainOf(testEvent(), testEvent(), testEvent());
  const other = chainOf(testEvent({ recipientAccountId: '111111111111' }));
  expect(lengths([...one, ...other])).toEqual([3, 1]);
  expect(lengths([one[0]!, one[2]!])).toEqual([1, 1]);
});

it('loses nothing, whatever comes', () => {
  const time = fc.oneof(fc.nat(10), fc.nat(3 * MAX_SPAN));
  fc.assert(
    fc.property(fc.array(time, { minLength: 1, maxLength: 20 }), (times) => {
      const events = chainOf(...times.map(at));
      const blocks = intoBlocks(events);
      expect(blocks.flatMap((block) => block.events)).toEqual(events);
      for (const block of blocks) {
        const all = block.events.map(({ event }) => event.eventTime.getTime());
        expect([block.firstTime, block.lastTime]).toEqual([Math.min(...all), Math.max(...all)]);
        expect(block.lastTime - block.firstTime).toBeLessThanOrEqual(MAX_SPAN);
        expect(headOf(block.accountId, block.events.at(-1)!)).toEqual({
          accountId: block.accountId,
          sequence: block.lastSequence,
          hash: block.lastHash,
        });
      }
    }),
  );
});
