import { ManualClock, SECOND } from '@strongroom/clock';
import { RateLimiter } from './rate-limiter';

it('lets each do so much at once, and then so much a second', () => {
  const clock = new ManualClock();
  const limiter = new RateLimiter({ burst: 2, perSecond: 4 }, clock);
  expect([limiter.take('a'), limiter.take('a'), limiter.take('a'), limiter.take('b')]).toEqual([0, 0, 250, 0]);
  clock.advance(125);
  expect(limiter.take('a')).toBe(125);
  clock.advance(125);
  expect([limiter.take('a'), limiter.take('a')]).toEqual([0, 250]);
  clock.advance(60 * SECOND);
  expect([limiter.take('a'), limiter.take('a'), limiter.take('a')]).toEqual([0, 0, 250]);
});

it('keeps so many, and forgets whoever has waited longest', () => {
  const clock = new ManualClock();
  const limiter = new RateLimiter({ burst: 1, perSecond: 1 }, clock);
  for (let count = 0; count < 10_000; count++) limiter.take(`${count}`);
  expect(limiter.take('0')).toBeGreaterThan(0);
  expect(limiter.take('one more')).toBe(0);
  expect(limiter.take('0')).toBe(0);
  expect(limiter.take('9999')).toBeGreaterThan(0);
});

it('does not go back with the clock', () => {
  const clock = new ManualClock();
  const limiter = new RateLimiter({ burst: 1, perSecond: 1 }, clock);
  limiter.take('a');
  clock.advance(-60 * SECOND);
  expect(limiter.take('a')).toBe(1_000);
});
