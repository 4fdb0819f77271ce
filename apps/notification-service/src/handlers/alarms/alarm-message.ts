import {
  type Alarm as AlarmMessage,
  AlarmComparison,
  AlarmHistoryType,
  AlarmMissingData,
  AlarmState as StateMessage,
  type PutAlarmRequest,
} from '@strongroom/contracts/strongroom/notification/v1/alarms';
import { invalidParameter } from '@strongroom/errors';
import {
  type Alarm,
  alarmArn,
  type AlarmSettings,
  type AlarmState,
  type Comparison,
  type MissingData,
} from '../../domain/alarms/alarm';
import type { HistoryType } from '../../domain/alarms/alarm-store.port';

// Translates between the generated messages and the domain.

const states: Record<AlarmState, StateMessage> = {
  OK: StateMessage.OK,
  ALARM: StateMessage.ALARM,
  INSUFFICIENT_DATA: StateMessage.INSUFFICIENT_DATA,
};
const comparisons: Record<Comparison, AlarmComparison> = {
  GreaterThanOrEqualToThreshold: AlarmComparison.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  GreaterThanThreshold: AlarmComparison.GREATER_THAN_THRESHOLD,
  LessThanThreshold: AlarmComparison.LESS_THAN_THRESHOLD,
  LessThanOrEqualToThreshold: AlarmComparison.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
};
const missingData: Record<MissingData, AlarmMissingData> = {
  missing: AlarmMissingData.MISSING,
  notBreaching: AlarmMissingData.NOT_BREACHING,
  breaching: AlarmMissingData.BREACHING,
  ignore: AlarmMissingData.IGNORE,
};
const historyTypes: Record<HistoryType, AlarmHistoryType> = {
  ConfigurationUpdate: AlarmHistoryType.CONFIGURATION_UPDATE,
  StateUpdate: AlarmHistoryType.STATE_UPDATE,
  Action: AlarmHistoryType.ACTION,
};

/** The name of a value; undefined for the unspecified one. @throws InvalidParameterException that names `field` */
function nameOf<Name extends string>(table: Readonly<Record<Name, number>>, value: number, field: string): Name | undefined {
  if (value === 0) return undefined;
  const found = (Object.entries(table) as [Name, number][]).find(([, number]) => number === value);
  if (!found) throw invalidParameter(`${field} must be one of ${Object.keys(table).join(', ')}.`);
  return found[0];
}

export const readState = (value: StateMessage): AlarmState | undefined => nameOf(states, value, 'StateValue');
export const readHistoryType = (value: AlarmHistoryType): HistoryType | undefined =>
  nameOf(historyTypes, value, 'HistoryItemType');
export const toHistoryType = (type: HistoryType): AlarmHistoryType => historyTypes[type];

/** What is absent gets its default. @throws InvalidParameterException */
export function readSettings(request: PutAlarmRequest): AlarmSettings {
  const evaluationPeriods = request.evaluationPeriods ?? 1;
  return {
    name: request.alarmName,
    description: request.alarmDescription,
    pattern: request.eventPattern,
    groupBy: request.groupBy,
    threshold: request.threshold ?? 1,
    comparison: nameOf(comparisons, request.comparisonOperator, 'ComparisonOperator') ?? 'GreaterThanOrEqualToThreshold',
    periodSeconds: request.period ?? 300,
    evaluationPeriods,
    datapointsToAlarm: request.datapointsToAlarm ?? evaluationPeriods,
    missingData: nameOf(missingData, request.treatMissingData, 'TreatMissingData') ?? 'missing',
    actionsEnabled: request.actionsEnabled ?? true,
    actions: { ALARM: request.alarmActions, OK: request.okActions, INSUFFICIENT_DATA: request.insufficientDataActions },
  };
}

export const toAlarmMessage = (alarm: Alarm, region: string): AlarmMessage => ({
  alarmName: alarm.name,
  alarmArn: alarmArn({ accountId: alarm.accountId, region, name: alarm.name }),
  alarmDescription: alarm.description,
  eventPattern: alarm.pattern,
  groupBy: alarm.groupBy,
  threshold: alarm.threshold,
  comparisonOperator: comparisons[alarm.comparison],
  period: alarm.periodSeconds,
  evaluationPeriods: alarm.evaluationPeriods,
  datapointsToAlarm: alarm.datapointsToAlarm,
  treatMissingData: missingData[alarm.missingData],
  actionsEnabled: alarm.actionsEnabled,
  alarmActions: [...alarm.actions.ALARM],
  okActions: [...alarm.actions.OK],
  insufficientDataActions: [...alarm.actions.INSUFFICIENT_DATA],
  stateValue: states[alarm.state],
  stateReason: alarm.stateReason,
  stateUpdatedTimestamp: alarm.stateUpdatedAt,
  alarmConfigurationUpdatedTimestamp: alarm.configuredAt,
  countedSince: alarm.countedSince,
});
