import { ManualClock } from '@strongroom/clock';
import { SeededRandom } from '@strongroom/random';
import { EventIds } from './event-id';

it('makes version-7 UUIDs that differ and sort by time', () => {
  const clock = new ManualClock('2026-11-24T10:00:00Z');
  const ids = new EventIds(clock, new SeededRandom('ids'));
  const made = Array.from({ length: 500 }, () => {
    clock.advance(1);
    return ids.next();
  });
  for (const id of made) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(made).size).toBe(500);
  expect([...made].sort()).toEqual(made);
});

it('differ within one millisecond too', () => {
  const ids = new EventIds(new ManualClock(), new SeededRandom('ids'));
  expect(new Set(Array.from({ length: 500 }, () => ids.next())).size).toBe(500);
});
