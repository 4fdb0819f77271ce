import type { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { addToTail, EMPTY_TAIL, nextStart, rateOf } from './live-tail';

const event = (sequence: number): Event =>
  ({ eventId: `e${sequence}`, sequence: BigInt(sequence), eventTime: new Date(sequence * 1_000) }) as Event;
const events = (...sequences: number[]) => sequences.map(event);
const sequencesOf = (tail: typeof EMPTY_TAIL) => tail.events.map(({ sequence }) => Number(sequence));

it('keeps each event once, newest first, however they come', () => {
  let tail = addToTail(EMPTY_TAIL, events(2, 1), 0, true);
  tail = addToTail(tail, events(4, 2), 1_000);
  tail = addToTail(tail, events(5, 4, 3), 2_000);
  expect(sequencesOf(tail)).toEqual([5, 4, 3, 2, 1]);
  expect(tail.seen).toBe(3);
});

it('is the same tail when nothing is new, so that nothing is drawn again', () => {
  const tail = addToTail(EMPTY_TAIL, events(1), 0, true);
  expect(addToTail(tail, events(1), 1_000)).toBe(tail);
});

it('keeps no more than 500', () => {
  const tail = addToTail(EMPTY_TAIL, events(...Array.from({ length: 700 }, (_, at) => at)), 0);
  expect(tail.events).toHaveLength(500);
  expect(sequencesOf(tail)[0]).toBe(699);
});

it('counts what comes in ten seconds, and not what was there before', () => {
  let tail = addToTail(EMPTY_TAIL, events(1, 2, 3), 0, true);
  expect(rateOf(tail, 5_000, 0)).toBe(0);
  tail = addToTail(tail, events(4, 5), 2_000);
  expect(rateOf(tail, 4_000, 0)).toBe(0.5);
  tail = addToTail(tail, events(6, 7, 8), 11_000);
  expect(rateOf(tail, 11_900, 0)).toBe(0.5);
  expect(rateOf(tail, 12_001, 0)).toBe(0.3);
  expect(rateOf(tail, 30_000, 0)).toBe(0);
});

it('asks again for the last half minute, in which late events may come', () => {
  expect(nextStart(addToTail(EMPTY_TAIL, events(100, 90), 0), 0)).toEqual(new Date(70_000));
  expect(nextStart(EMPTY_TAIL, 60_000)).toEqual(new Date(30_000));
});
