import type { Statements } from '@strongroom/database';
import type { Alarm, AlarmSettings, AlarmState } from './alarm';
import type { Counts } from './alarm-evaluation';

export type HistoryType = 'ConfigurationUpdate' | 'StateUpdate' | 'Action';

export interface HistoryItem {
  accountId: string;
  alarmName: string;
  type: HistoryType;
  at: Date;
  /** A sentence. */
  summary: string;
  /** JSON. */
  data: string;
}

/** A change of state that the trail has yet to be told of. */
export interface ChangeToJournal extends HistoryItem {
  historyId: number;
  eventId: string;
}

/** Events of an alarm in a sixtieth of its period. */
export interface CountedEvents {
  step: number;
  group: string;
  events: number;
}

export interface AlarmQuery {
  accountId: string;
  /** Empty: all. */
  names: readonly string[];
  prefix: string;
  state?: AlarmState;
  /** Names after this one. */
  after: string;
  limit: number;
}

export interface HistoryQuery {
  accountId: string;
  /** Empty: of all alarms. */
  alarmName: string;
  type?: HistoryType;
  /** Items before this one. */
  before?: number;
  limit: number;
}

/** All that takes a `tx` is part of its transaction. Alarms that it returns are locked until then. */
export interface AlarmStore {
  find(query: AlarmQuery): Promise<Alarm[]>;
  history(query: HistoryQuery): Promise<(HistoryItem & { historyId: number })[]>;
  transaction<T>(work: (tx: Statements) => Promise<T>, deadline?: number): Promise<T>;

  /** Whether an alarm has to be looked at. */
  isDue(now: Date): Promise<boolean>;
  /** Whoever adds an alarm takes the account's turn first, so that the count is exact until its transaction ends. */
  takeTurn(tx: Statements, accountId: string): Promise<void>;
  count(tx: Statements, accountId: string): Promise<number>;
  /** Those of the account with these names, or all, by id. */
  lock(tx: Statements, accountId: string, names?: readonly string[]): Promise<Alarm[]>;
  /** The one that has waited longest to be looked at, unless others are at work on it. */
  lockDue(tx: Statements, now: Date): Promise<Alarm | undefined>;
  insert(tx: Statements, accountId: string, settings: AlarmSettings, now: Date): Promise<Alarm>;
  /** With everything that it has; to be looked at then. */
  update(tx: Statements, alarm: Alarm, lookAt: Date): Promise<void>;
  remove(tx: Statements, alarms: readonly Alarm[]): Promise<void>;

  addCounts(tx: Statements, alarm: Alarm, counts: readonly CountedEvents[]): Promise<void>;
  /** The groups that have events after this step. */
  groups(tx: Statements, alarm: Alarm, afterStep: number): Promise<Set<string>>;
  /** The counts of its periods, newest first; the newest ends with `step`, or, if `isOpen`, has all that comes later as well. */
  counts(tx: Statements, alarm: Alarm, step: number, isOpen: boolean): Promise<Map<string, Counts>>;
  /** Up to this step, all that no period holds any more. */
  dropCounts(tx: Statements, alarm: Alarm, upTo: number): Promise<void>;

  /** `eventId`: the trail has to be told of it. */
  addHistory(tx: Statements, item: HistoryItem, eventId?: string): Promise<void>;
  toJournal(limit: number): Promise<ChangeToJournal[]>;
  journaled(historyIds: readonly number[]): Promise<void>;
  /** Removes at most `limit` items; returns how many. */
  purgeHistory(before: Date, limit: number): Promise<number>;
}
