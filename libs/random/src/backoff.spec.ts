import { backoff } from './backoff';
import { SeededRandom } from './random-source';

const range = { first: 20, longest: 500 };
const waits = (attempt: number) => {
  const random = new SeededRandom(`attempt ${attempt}`);
  return Array.from({ length: 500 }, () => backoff(attempt, range, random));
};

it.each([
  [0, 10, 20],
  [1, 20, 40],
  [3, 80, 160],
  [5, 250, 500],
  [1_000_000, 250, 500],
])('before repetition %i waits %i to %i ms', (attempt, least, most) => {
  const all = waits(attempt);
  expect(Math.min(...all)).toBeGreaterThanOrEqual(least);
  expect(Math.max(...all)).toBeLessThanOrEqual(most);
  expect(Math.max(...all)).toBeGreaterThan(least + (most - least) * 0.9);
});
