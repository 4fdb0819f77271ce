import { fromDuration, toDuration } from '../handlers/run-message';
import { requireTimeout } from './custom-function';

const RULE = 'Timeout must be from 1 second to 15 minutes, in whole milliseconds.';
const timeoutOf = (seconds: bigint, nanos = 0) => requireTimeout(fromDuration({ seconds, nanos }));

it('takes a timeout that can be told again', () => {
  for (const [seconds, nanos] of [
    [1n, 0],
    [7n, 1_000_000],
    [900n, 0],
  ] as const) {
    expect(toDuration(timeoutOf(seconds, nanos))).toEqual({ seconds, nanos });
  }
  expect(requireTimeout(undefined)).toBeGreaterThan(0);
});

it.each([
  [7n, 900],
  [7n, 1],
  [0n, 999_000_000],
  [900n, 1_000_000],
  [-1n, 0],
  [2n ** 63n - 1n, 0],
])('refuses %d seconds and %d nanoseconds', (seconds, nanos) => {
  expect(() => timeoutOf(seconds, nanos)).toThrow(RULE);
});
