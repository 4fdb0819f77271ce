import type { Alarm, AlarmSettings, AlarmState, Comparison, MissingData } from '../../domain/alarms/alarm';

export interface AlarmRow {
  alarm_id: number | string;
  account_id: string;
  name: string;
  description: string;
  pattern: string;
  group_by: string;
  threshold: number;
  comparison: Comparison;
  period_seconds: number;
  evaluation_periods: number;
  datapoints_to_alarm: number;
  missing_data: MissingData;
  actions_enabled: number;
  actions: string;
  state: AlarmState;
  state_reason: string;
  state_updated_at: Date;
  configured_at: Date;
  counted_since: Date;
}

/** What is written, by column; `lookAt` is not part of what an alarm is. */
export const toAlarmColumns = (alarm: Omit<Alarm, 'id'>, lookAt: Date) => ({
  account_id: alarm.accountId,
  name: alarm.name,
  description: alarm.description,
  pattern: alarm.pattern,
  group_by: alarm.groupBy,
  threshold: alarm.threshold,
  comparison: alarm.comparison,
  period_seconds: alarm.periodSeconds,
  evaluation_periods: alarm.evaluationPeriods,
  datapoints_to_alarm: alarm.datapointsToAlarm,
  missing_data: alarm.missingData,
  actions_enabled: alarm.actionsEnabled ? 1 : 0,
  actions: JSON.stringify(alarm.actions),
  state: alarm.state,
  state_reason: alarm.stateReason,
  state_updated_at: alarm.stateUpdatedAt,
  configured_at: alarm.configuredAt,
  counted_since: alarm.countedSince,
  look_at: lookAt,
});

export const ALARM_COLUMNS =
  'alarm_id, account_id, name, description, pattern, group_by, threshold, comparison, period_seconds, evaluation_periods, ' +
  'datapoints_to_alarm, missing_data, actions_enabled, actions, state, state_reason, state_updated_at, configured_at, counted_since';

export const toAlarm = (row: AlarmRow): Alarm => ({
  id: Number(row.alarm_id),
  accountId: row.account_id,
  name: row.name,
  description: row.description,
  pattern: row.pattern,
  groupBy: row.group_by,
  threshold: Number(row.threshold),
  comparison: row.comparison,
  periodSeconds: Number(row.period_seconds),
  evaluationPeriods: Number(row.evaluation_periods),
  datapointsToAlarm: Number(row.datapoints_to_alarm),
  missingData: row.missing_data,
  actionsEnabled: Boolean(row.actions_enabled),
  actions: JSON.parse(row.actions) as AlarmSettings['actions'],
  state: row.state,
  stateReason: row.state_reason,
  stateUpdatedAt: row.state_updated_at,
  configuredAt: row.configured_at,
  countedSince: row.counted_since,
});
