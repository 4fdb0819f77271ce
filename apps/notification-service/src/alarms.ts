import type { Authorizer } from '@strongroom/access';
import { type AuditRecorder, EventIds } from '@strongroom/audit-trail';
import { SECOND } from '@strongroom/clock';
import type { HotPool } from '@strongroom/database';
import type { Shell, ShellConfig } from '@strongroom/service';
import { trailHeads, type TrailConsumerOptions } from '@strongroom/trail-consumer';
import { AlarmBook } from './domain/alarms/alarm-book';
import { AlarmChanges } from './domain/alarms/alarm-changes';
import { AlarmSink } from './domain/alarms/alarm-sink';
import { AlarmWatch } from './domain/alarms/alarm-watch';
import type { TargetKind } from './domain/target-kind.port';
import { alarmHandlers } from './handlers/alarms';
import { DatabaseAlarmStore } from './persistence/alarms/alarm.store';
import type { Outbox } from './persistence/outbox';
import { AlarmScan } from './workers/alarm.scan';

/** From one look for alarms that are due to the next. */
const SCAN_MS = 5 * SECOND;

export interface AlarmParts {
  pool: HotPool;
  outbox: Outbox;
  kinds: readonly TargetKind[];
  feed: Pick<TrailConsumerOptions['feed'], 'listTrailHeads'>;
  places: Pick<TrailConsumerOptions['places'], 'all'>;
  recorder: AuditRecorder;
}

/** What counts events for alarms, and what judges alarms as time goes on. */
export function startAlarms(shell: Shell<ShellConfig>, { pool, outbox, kinds, feed, places, recorder }: AlarmParts) {
  const { clock, random, config, logger } = shell;
  const { region } = config;
  const store = new DatabaseAlarmStore(pool);
  const changes = new AlarmChanges({ store, outbox, kinds, eventIds: new EventIds(clock, random), region, clock });
  const isCaughtUp = async () => {
    const heads = await trailHeads(feed);
    const taken = await places.all();
    return [...heads].every(([accountId, sequence]) => (taken.get(accountId) ?? 0) >= sequence);
  };
  const watch = new AlarmWatch({ store, changes, recorder, isCaughtUp, region, clock });
  const scan = new AlarmScan(watch, SCAN_MS, logger);
  shell.onDrain('the scan for alarms', () => scan.stop());
  const book = new AlarmBook(store, changes, clock);
  return {
    scan,
    watch,
    book,
    sink: new AlarmSink(store, changes),
    handlers: (authorizer: Authorizer) => alarmHandlers({ authorizer, book, store, kinds, region }),
  };
}
