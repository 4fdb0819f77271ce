import { steadyClock } from './timers';

it('counts the time for which the machine slept, and never goes back', () => {
  let [wall, monotonic] = [5_000_000, 100];
  const now = steadyClock(
    () => wall,
    () => monotonic,
  );
  const start = now();
  const pass = (byWall: number, byMonotonic: number) => {
    wall += byWall;
    monotonic += byMonotonic;
    return now() - start;
  };
  expect(pass(1_000, 1_000)).toBe(1_000);
  // Slept for an hour.
  expect(pass(3_600_000, 10)).toBe(3_601_000);
  expect(pass(0, 10)).toBe(3_601_010);
  // Somebody sets the time back.
  expect(pass(-10_000_000, 10)).toBe(3_601_020);
  expect(pass(50, 50)).toBe(3_601_070);
});

it('is not hurried by a clock that ticks in whole milliseconds', () => {
  let monotonic = 0;
  const now = steadyClock(
    () => Math.floor(monotonic),
    () => monotonic,
  );
  for (let i = 0; i < 10_000; i++) {
    monotonic += 0.3;
    expect(now()).toBe(monotonic);
  }
});
