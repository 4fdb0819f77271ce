import fc from 'fast-check';
import { emptyChain, link } from './chain';
import { isNewer, newestFirst, positionOf } from './newest-first';
import type { OpenBlock } from './trail.port';
import { encoded, testEvent } from './trail.testing';

interface WalkedBlock extends OpenBlock {
  firstSequence: number;
  lastTime: number;
}

/** Blocks of a chain, cut anywhere, in the order of a walk; pages of two say of their last block no more than where it is. */
const walkOf = (times: number[], cuts: number[]): WalkedBlock[] => {
  const events = link(
    emptyChain('000000000000'),
    times.map((time) => encoded(testEvent({ eventTime: new Date(time) }))),
  );
  const ends = [...new Set([...cuts.map((cut) => cut % times.length), times.length])].sort((a, b) => a - b);
  return ends
    .flatMap((end, i) => {
      const part = events.slice(ends[i - 1] ?? 0, end);
      if (part.length === 0) return [];
      const lastTime = Math.max(...part.map(({ event }) => event.eventTime.getTime()));
      return [{ firstSequence: part[0]!.sequence, lastTime, events: part }];
    })
    .sort((a, b) => b.lastTime - a.lastTime || b.firstSequence - a.firstSequence)
    .map((block, i, all) => {
      const next = (i % 2 === 0 && all[i + 1]) || block;
      return { ...block, rest: { time: next.lastTime, sequence: next.firstSequence } };
    });
};

async function* given(blocks: OpenBlock[], opened: OpenBlock[] = []): AsyncGenerator<OpenBlock> {
  for (const block of blocks) {
    opened.push(block);
    yield block;
  }
}

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

// Few instants, so that many events share one.
const times = fc.array(fc.nat(8), { minLength: 1, maxLength: 30 });
const cuts = fc.array(fc.nat(30), { maxLength: 10 });

it('gives what filtering and sorting everything would give', () =>
  fc.assert(
    fc.asyncProperty(times, cuts, fc.integer({ min: 1, max: 3 }), async (at, where, every) => {
      const blocks = walkOf(at, where);
      const wanted = ({ sequence }: { sequence: number }) => sequence % every === 0;
      const naive = blocks
        .flatMap(({ events }) => events)
        .filter(wanted)
        .map(positionOf)
        .sort((a, b) => b.time - a.time || b.sequence - a.sequence);
      expect((await collect(newestFirst(given(blocks), wanted))).map(positionOf)).toEqual(naive);
    }),
    { numRuns: 500 },
  ));

it('opens no block that it does not need', () =>
  fc.assert(
    fc.asyncProperty(times, cuts, async (at, where) => {
      const blocks = walkOf(at, where);
      const opened: OpenBlock[] = [];
      for await (const event of newestFirst(given(blocks, opened), () => true)) {
        const [last, before] = [opened.at(-1)!, opened.at(-2)];
        // Before the last one was opened, it could have held a newer event, or did hold this one.
        const needed = !before || !isNewer(positionOf(event), before.rest) || last.events.includes(event);
        expect(needed).toBe(true);
      }
    }),
    { numRuns: 500 },
  ));

it('is one order: later first, at one instant from the end of the chain on', () => {
  expect(isNewer({ time: 2, sequence: 1 }, { time: 1, sequence: 9 })).toBe(true);
  expect(isNewer({ time: 1, sequence: 2 }, { time: 1, sequence: 1 })).toBe(true);
  expect(isNewer({ time: 1, sequence: 1 }, { time: 1, sequence: 1 })).toBe(false);
});
