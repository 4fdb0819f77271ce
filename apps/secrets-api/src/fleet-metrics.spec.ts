import { DAY, ManualClock, MINUTE, SECOND } from '@strongroom/clock';
import { Metrics, silentLogger } from '@strongroom/telemetry';
import type { Fleet } from './domain/fleet.port';
import { FleetFigures, fleetMetrics } from './fleet-metrics';

const clock = new ManualClock('2026-11-30T00:00:00Z');
const ago = (milliseconds: number) => new Date(clock.millis() - milliseconds);

let fleet: Fleet;
let reads: number;
let takes: number;
let failure: Error | undefined;

const metrics = () => {
  const { registry } = new Metrics({ service: 'secrets-api' });
  const reader = {
    read: () => {
      reads++;
      clock.advance(takes);
      return failure ? Promise.reject(failure) : Promise.resolve(fleet);
    },
  };
  fleetMetrics({ registry } as Metrics, new FleetFigures(reader, clock, silentLogger), clock);
  return {
    ask: async () => {
      const lines = (await registry.metrics()).split('\n').filter((line) => /^strongroom_(secrets|rotation)/.test(line));
      return lines.map((line) => line.replace(/,?service="secrets-api"/, '').replace('{}', ''));
    },
  };
};

beforeEach(() => {
  [reads, takes, failure] = [0, 0, undefined];
  fleet = {
    classes: new Map([
      ['managed', { secrets: 0 }],
      ['rotating', { secrets: 2, oldestVersionAt: ago(40 * DAY) }],
      ['static', { secrets: 3, oldestVersionAt: ago(DAY) }],
    ]),
    lastRotatedAt: ago(MINUTE),
    overdue: 1,
  };
});

it('tells secrets and ages by class, when a rotation succeeded last, and how many are overdue', async () => {
  expect(await metrics().ask()).toEqual([
    'strongroom_secrets{class="managed"} 0',
    'strongroom_secrets{class="rotating"} 2',
    'strongroom_secrets{class="static"} 3',
    'strongroom_secrets_oldest_version_age_seconds{class="rotating"} 3456000',
    'strongroom_secrets_oldest_version_age_seconds{class="static"} 86400',
    'strongroom_rotation_last_success_age_seconds 60',
    'strongroom_rotations_overdue 1',
  ]);
  expect(reads).toBe(1);
});

it('reads once a minute however often it is asked, and ages grow meanwhile', async () => {
  const { ask } = metrics();
  await ask();
  clock.advance(59 * SECOND);
  expect(await ask()).toContain('strongroom_rotation_last_success_age_seconds 119');
  expect(reads).toBe(1);
  clock.advance(SECOND);
  await ask();
  expect(reads).toBe(2);
});

it('reads a large fleet less often', async () => {
  takes = 10 * SECOND;
  const { ask } = metrics();
  await ask();
  clock.advance(199 * SECOND);
  await ask();
  expect(reads).toBe(1);
  clock.advance(SECOND);
  await ask();
  expect(reads).toBe(2);
});

it('tells nothing of what it cannot read, and reads again after a minute', async () => {
  failure = new Error('away');
  const { ask } = metrics();
  expect(await ask()).toEqual(['strongroom_rotation_last_success_age_seconds Nan', 'strongroom_rotations_overdue Nan']);
  failure = undefined;
  clock.advance(MINUTE);
  expect(await ask()).toContain('strongroom_rotations_overdue 1');
});
