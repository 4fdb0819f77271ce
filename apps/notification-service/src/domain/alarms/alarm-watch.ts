import type { AuditRecorder } from '@strongroom/audit-trail';
import { type Clock, DAY, MINUTE, SECOND } from '@strongroom/clock';
import { type AlarmChanges, changeEvent } from './alarm-changes';
import { evaluate } from './alarm-evaluation';
import type { AlarmStore } from './alarm-store.port';
import { knownPeriods, lastStepBefore, nextLook, stepOf } from './alarm-window';

/** How late an event may be in the trail without being missed. Milliseconds. */
const LATE = 15 * SECOND;
const HISTORY = 30 * DAY;
/** Changes or items of the history that are worked on together. */
const TOGETHER = 100;

export interface AlarmWatchParts {
  store: AlarmStore;
  changes: Pick<AlarmChanges, 'set'>;
  recorder: AuditRecorder;
  /** Whether all events that are in the trail are counted: else what seems to be missing may only be late. */
  isCaughtUp: () => Promise<boolean>;
  region: string;
  clock: Clock;
}

/** Judges alarms as time goes on, and tells the trail of their changes. Any number of processes may do it at once. */
export class AlarmWatch {
  private purgeAt = 0;

  constructor(private readonly parts: AlarmWatchParts) {}

  /** Looks at every alarm that is due, until the signal aborts. */
  async look(signal: AbortSignal): Promise<void> {
    const { store, clock, isCaughtUp } = this.parts;
    await this.journal(signal);
    if ((await store.isDue(clock.now())) && (await isCaughtUp())) {
      while (!signal.aborted && (await this.lookAtOne()));
      await this.journal(signal);
    }
    if (clock.millis() < this.purgeAt) return;
    this.purgeAt = clock.millis() + MINUTE;
    await store.purgeHistory(new Date(clock.millis() - HISTORY), TOGETHER);
  }

  private lookAtOne(): Promise<boolean> {
    const { store, clock } = this.parts;
    return store.transaction(async (tx) => {
      const now = clock.now();
      const alarm = await store.lockDue(tx, now);
      if (alarm === undefined) return false;
      const step = stepOf(alarm, new Date(now.getTime() - LATE));
      const counts = await store.counts(tx, alarm, step, true);
      const verdict = evaluate(alarm, counts, knownPeriods(alarm, step, alarm.countedSince));
      const judged = verdict ? await this.parts.changes.set(tx, alarm, verdict) : alarm;
      await store.update(tx, judged, nextLook(alarm, now));
      await store.dropCounts(tx, alarm, lastStepBefore(alarm, step));
      return true;
    });
  }

  /**
   * Tells the trail of the changes that it has not been told of. After a crash it may be told of one again: the event has the
   * same id, and is in the trail once.
   */
  private async journal(signal: AbortSignal): Promise<void> {
    const { store, recorder, region } = this.parts;
    while (!signal.aborted) {
      const changes = await store.toJournal(TOGETHER);
      if (changes.length === 0) return;
      await Promise.all(changes.map((change) => recorder.record(changeEvent(change, region))));
      await store.journaled(changes.map(({ historyId }) => historyId));
    }
  }
}
