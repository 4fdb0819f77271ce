import type { Clock } from '@strongroom/clock';
import type { Statements } from '@strongroom/database';
import { limitExceeded, resourceNotFound } from '@strongroom/errors';
import { type Alarm, type AlarmSettings, type AlarmState, countsAlike } from './alarm';
import type { AlarmChanges } from './alarm-changes';
import type { AlarmStore } from './alarm-store.port';
import { nextLook } from './alarm-window';

export const MAX_ALARMS = 100;

/** Around a change: what runs before it is committed, and when its caller stops waiting, epoch milliseconds. */
export interface Within {
  beforeCommit: () => Promise<void>;
  deadline: number;
}

/** What people do with alarms. */
export class AlarmBook {
  constructor(
    private readonly store: AlarmStore,
    private readonly changes: Pick<AlarmChanges, 'set'>,
    private readonly clock: Clock,
  ) {}

  /** Makes an alarm or changes it. @throws LimitExceededException */
  put(accountId: string, settings: AlarmSettings, { beforeCommit, deadline }: Within): Promise<void> {
    const { store, clock } = this;
    return store.transaction(async (tx) => {
      const now = clock.now();
      await store.takeTurn(tx, accountId);
      const [known] = await store.lock(tx, accountId, [settings.name]);
      if (known === undefined) {
        if ((await store.count(tx, accountId)) >= MAX_ALARMS) {
          throw limitExceeded(`An account can have at most ${MAX_ALARMS} alarms.`);
        }
        await store.insert(tx, accountId, settings, now);
      } else await this.change(tx, known, settings, now);
      const what = known === undefined ? 'created' : 'changed';
      await this.remember(tx, accountId, settings.name, `The alarm was ${what}.`, settings);
      await beforeCommit();
    }, deadline);
  }

  /** Makes an alarm unless there is one of its name. @throws LimitExceededException */
  async ensure(accountId: string, settings: AlarmSettings, deadline: number): Promise<void> {
    const { store } = this;
    const [known] = await store.find({ accountId, names: [settings.name], prefix: '', after: '', limit: 1 });
    if (known === undefined) await this.put(accountId, settings, { beforeCommit: () => Promise.resolve(), deadline });
  }

  /** All or none. @throws ResourceNotFoundException that names the first one that does not exist */
  remove(accountId: string, names: readonly string[], { beforeCommit, deadline }: Within): Promise<void> {
    const { store } = this;
    return store.transaction(async (tx) => {
      const alarms = await store.lock(tx, accountId, names);
      const missing = names.find((name) => !alarms.some((alarm) => alarm.name === name));
      if (missing !== undefined) throw alarmNotFound(missing);
      await store.remove(tx, alarms);
      for (const { name } of alarms) await this.remember(tx, accountId, name, 'The alarm was deleted.', {});
      await beforeCommit();
    }, deadline);
  }

  /** Names that no alarm has are passed over. */
  enableActions(accountId: string, names: readonly string[], enabled: boolean, within: Within): Promise<void> {
    const { store, clock } = this;
    return store.transaction(async (tx) => {
      for (const alarm of await store.lock(tx, accountId, names)) {
        if (alarm.actionsEnabled === enabled) continue;
        const now = clock.now();
        await store.update(tx, { ...alarm, actionsEnabled: enabled, configuredAt: now }, now);
        const summary = `The actions of the alarm were ${enabled ? 'enabled' : 'disabled'}.`;
        await this.remember(tx, accountId, alarm.name, summary, { actionsEnabled: enabled });
      }
      await within.beforeCommit();
    }, within.deadline);
  }

  /** Until somebody looks at the alarm. @throws ResourceNotFoundException */
  setState(accountId: string, name: string, verdict: { state: AlarmState; reason: string }, within: Within): Promise<void> {
    const { store, changes, clock } = this;
    return store.transaction(async (tx) => {
      const [alarm] = await store.lock(tx, accountId, [name]);
      if (alarm === undefined) throw alarmNotFound(name);
      const changed = await changes.set(tx, alarm, verdict);
      await store.update(tx, changed, nextLook(alarm, clock.now()));
      await within.beforeCommit();
    }, within.deadline);
  }

  private async change(tx: Statements, known: Alarm, settings: AlarmSettings, now: Date): Promise<void> {
    const goesOn = countsAlike(known, settings);
    const changed: Alarm = { ...known, ...settings, configuredAt: now, countedSince: goesOn ? known.countedSince : now };
    if (!goesOn) await this.store.dropCounts(tx, known, Number.MAX_SAFE_INTEGER);
    await this.store.update(tx, changed, now);
  }

  private remember(tx: Statements, accountId: string, alarmName: string, summary: string, data: object): Promise<void> {
    const at = this.clock.now();
    const type = 'ConfigurationUpdate';
    return this.store.addHistory(tx, { accountId, alarmName, type, at, summary, data: JSON.stringify(data) });
  }
}

const alarmNotFound = (name: string) => resourceNotFound(`There is no alarm ${name}.`);
