import { setTimeout as sleep } from 'node:timers/promises';
import type { ComponentName } from '@strongroom/local-cluster';
import { Load, lostWrites } from '../support/load';
import { System, UNCALLED } from '../support/system';
import { unrecorded } from '../support/trail';

/** From the moment that the killed part serves again. */
const RECOVERY_MS = 15_000;
/** Under load, before the kill and while the part is away. */
const WHILE_MS = 700;

let system: System;

beforeAll(async () => {
  system = await System.own({ without: UNCALLED });
});
afterAll(() => system?.stop());

/** What a caller may hear while something is away: all of it says that a repeat may succeed. */
const excusable =
  /^(unavailable ServiceUnavailableException|deadline-exceeded RequestTimeoutException|resource-exhausted Throttling)/;

const victims: ComponentName[] = [
  'secrets-api',
  'crypto-keyservice',
  'identity-service',
  'audit-service',
  'rotation-worker',
  'redis',
  'mariadb',
];

it.each(victims)('loses nothing that was acknowledged when %s is killed under load', async (victim) => {
  const load = await Load.start(system);
  await sleep(WHILE_MS);
  await system.cluster.kill(victim);
  await sleep(WHILE_MS);
  await system.cluster.startComponent(victim);
  const recovery = await load.flows();
  const { reads, writes, failures, startedAt } = await load.stop();
  console.log(
    `${victim}: ${reads.length} reads, ${writes.length} writes, flows ${Math.round(recovery)} ms after its return`,
    failures,
  );
  expect(recovery).toBeLessThan(RECOVERY_MS);
  expect(Object.keys(failures).filter((failure) => !excusable.test(failure))).toEqual([]);
  if (victim === 'audit-service' || victim === 'rotation-worker') expect(failures).toEqual({});

  expect(await lostWrites(system.admin, writes)).toEqual([]);
  const acknowledged = [...reads, ...writes].map((call) => call.requestId);
  expect(await unrecorded(system.admin, acknowledged, startedAt)).toEqual([]);
});

it('keeps a trail that verifies through all of it', async () => {
  expect(await system.admin.audit.verifyTrail()).toMatchObject({ valid: true, findings: [] });
});
