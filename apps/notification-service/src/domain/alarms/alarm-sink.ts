import { STATE_CHANGE } from '@strongroom/cloudtrail-record';
import type { Statements } from '@strongroom/database';
import { compilePattern, type EventPattern } from '@strongroom/event-pattern';
import { asJson, bridgeEvent } from '../rules/bridge-event';
import type { TrailEvent } from '../trail-event';
import type { TrailSink } from '../trail-sink.port';
import { type Alarm, isCeiling } from './alarm';
import type { AlarmChanges } from './alarm-changes';
import { evaluate } from './alarm-evaluation';
import { admitGroups, groupOf } from './alarm-groups';
import type { AlarmStore, CountedEvents } from './alarm-store.port';
import { knownPeriods, lastStepBefore, stepOf } from './alarm-window';

/** Compiled patterns in memory. */
const MAX_PATTERNS = 5_000;

/**
 * Counts events for alarms, in the transaction that takes the events, so that each counts once. Alarms that go off by events go
 * off here, as of the time of the events: a burst that ended while nobody counted is noticed all the same. Everything else comes
 * with time, and is AlarmWatch's.
 */
export class AlarmSink implements TrailSink {
  private readonly patterns = new Map<string, EventPattern>();

  constructor(
    private readonly store: Pick<AlarmStore, 'addCounts' | 'counts' | 'groups' | 'lock'>,
    private readonly changes: Pick<AlarmChanges, 'set'>,
  ) {}

  async take(tx: Statements, accountId: string, events: readonly TrailEvent[]): Promise<void> {
    const alarms = await this.store.lock(tx, accountId);
    if (alarms.length === 0) return;
    const bridged = events.map((event) => ({ event, json: asJson(bridgeEvent(event)) }));
    for (const alarm of alarms) {
      const pattern = this.patternOf(alarm);
      const counted = bridged
        .filter(({ event, json }) => !isOwn(alarm, event) && pattern.matches(json))
        .map(({ event, json }) => ({ step: stepOf(alarm, event.eventTime), group: groupOf(json, alarm.groupBy) }));
      if (counted.length > 0) await this.count(tx, alarm, counted);
    }
  }

  private async count(tx: Statements, alarm: Alarm, counted: readonly { step: number; group: string }[]): Promise<void> {
    const steps = [...new Set(counted.map(({ step }) => step))].sort((one, other) => one - other);
    const known = alarm.groupBy === '' ? new Set(['']) : await this.store.groups(tx, alarm, lastStepBefore(alarm, steps[0]!));
    const admit = admitGroups(
      known,
      counted.map(({ group }) => group),
    );
    const counts = new Map<string, CountedEvents>();
    for (const { step, group: wanted } of counted) {
      const group = admit(wanted);
      const key = JSON.stringify([step, group]);
      const sofar = counts.get(key) ?? { step, group, events: 0 };
      counts.set(key, { ...sofar, events: sofar.events + 1 });
    }
    await this.store.addCounts(tx, alarm, [...counts.values()]);
    if (!isCeiling(alarm) || alarm.state === 'ALARM') return;
    for (const step of steps) {
      const groups = await this.store.counts(tx, alarm, step, false);
      const verdict = evaluate(alarm, groups, knownPeriods(alarm, step, alarm.countedSince));
      if (verdict?.state !== 'ALARM') continue;
      await this.changes.set(tx, alarm, verdict);
      return;
    }
  }

  private patternOf({ pattern: text }: Alarm): EventPattern {
    let pattern = this.patterns.get(text);
    if (pattern === undefined) {
      if (this.patterns.size >= MAX_PATTERNS) this.patterns.clear();
      this.patterns.set(text, (pattern = compilePattern(text)));
    }
    return pattern;
  }
}

/** An alarm that counted its own changes would go on and off for ever. */
const isOwn = ({ name }: Alarm, { eventName, requestParameters }: TrailEvent): boolean =>
  eventName === STATE_CHANGE && requestParameters['alarmName'] === name;
