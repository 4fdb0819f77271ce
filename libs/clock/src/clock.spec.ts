import { DAY, HOUR, ManualClock } from './index';

it('stands still until it is moved', () => {
  const clock = new ManualClock('2026-11-01T00:00:00Z');
  expect(clock.now().toISOString()).toBe('2026-11-01T00:00:00.000Z');
  clock.advance(DAY + HOUR);
  expect(clock.now().toISOString()).toBe('2026-11-02T01:00:00.000Z');
  clock.set('2027-01-01T00:00:00Z');
  expect(clock.millis()).toBe(Date.UTC(2027, 0, 1));
});
