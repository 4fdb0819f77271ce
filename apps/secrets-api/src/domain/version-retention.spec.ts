import { DAY } from '@strongroom/clock';
import { versionsToPrune } from './version-retention';

const now = new Date('2026-03-10T12:00:00Z');
/** Version 0 is the oldest; each next one is a minute younger, the youngest `youngestAge` ms old. */
const versions = (count: number, youngestAge: number) =>
  Array.from({ length: count }, (_, index) => ({
    versionId: `v${index}`,
    createdAt: new Date(now.getTime() - youngestAge - (count - 1 - index) * 60_000),
  }));

it('keeps 100 versions, however old', () => {
  expect(versionsToPrune(versions(100, 365 * DAY), new Map(), now)).toEqual([]);
});

it('prunes the oldest past 100', () => {
  expect(versionsToPrune(versions(103, 2 * DAY), new Map(), now)).toEqual(['v0', 'v1', 'v2']);
});

it('leaves alone what has a label, and takes the next ones', () => {
  const labels = new Map([
    ['AWSCURRENT', 'v102'],
    ['mine', 'v0'],
    ['AWSPREVIOUS', 'v2'],
  ]);
  expect(versionsToPrune(versions(103, 2 * DAY), labels, now)).toEqual(['v1', 'v3', 'v4']);
});

it('leaves alone what is 24 hours old and no more', () => {
  const [old, ...rest] = versions(101, 0);
  expect(versionsToPrune([{ ...old!, createdAt: new Date(now.getTime() - DAY) }, ...rest], new Map(), now)).toEqual([]);
  expect(versionsToPrune([{ ...old!, createdAt: new Date(now.getTime() - DAY - 1) }, ...rest], new Map(), now)).toEqual(['v0']);
});
