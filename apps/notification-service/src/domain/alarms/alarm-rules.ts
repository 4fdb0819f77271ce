import { compilePattern, PatternFault } from '@strongroom/event-pattern';
import { invalidParameter } from '@strongroom/errors';
import { type AlarmSettings, isCeiling } from './alarm';

const NAME = /^[A-Za-z0-9._/-]{1,255}$/;
const MAX_DESCRIPTION = 1_024;
const MAX_PERIOD = 90 * 86_400;
const MAX_PERIODS = 10;
const MAX_THRESHOLD = 1_000_000_000;
const MAX_ACTIONS = 5;
export const MAX_NAMES = 100;
const MAX_REASON = 1_023;
/** A path of names: they are looked up in the event one after the other. */
const FIELD = /^[A-Za-z][A-Za-z0-9-]{0,63}(\.[A-Za-z0-9_-]{1,64}){0,7}$/;

/** @throws InvalidParameterException that names `field` */
export function requireAlarmName(name: string, field = 'AlarmName'): string {
  if (!NAME.test(name)) {
    throw invalidParameter(`${field} must be 1 to 255 ASCII letters, digits, ".", "-", "_" and "/".`);
  }
  return name;
}

/** @throws InvalidParameterException */
export function requireAlarmNames(names: readonly string[]): string[] {
  if (names.length === 0 || names.length > MAX_NAMES) throw invalidParameter(`AlarmNames must have 1 to ${MAX_NAMES} items.`);
  return [...new Set(names.map((name, at) => requireAlarmName(name, `AlarmNames[${at}]`)))];
}

/** @throws InvalidParameterException */
export function requireReason(reason: string): string {
  const length = [...reason].length;
  if (length === 0 || length > MAX_REASON) throw invalidParameter(`StateReason must have 1 to ${MAX_REASON} characters.`);
  return reason;
}

export interface ActionRules {
  accountId: string;
  /** Whether something can be told by this ARN. */
  isTarget: (arn: string) => boolean;
}

/** @throws InvalidParameterException that names the field and the rule */
export function requireSettings(settings: AlarmSettings, rules: ActionRules): AlarmSettings {
  const { description, threshold, periodSeconds, evaluationPeriods, datapointsToAlarm } = settings;
  requireAlarmName(settings.name);
  if ([...description].length > MAX_DESCRIPTION) {
    throw invalidParameter(`AlarmDescription must have at most ${MAX_DESCRIPTION} characters.`);
  }
  requirePattern(settings.pattern);
  requireGroups(settings);
  if (threshold > MAX_THRESHOLD) throw invalidParameter(`Threshold must be at most ${MAX_THRESHOLD}.`);
  if (periodSeconds < 60 || periodSeconds % 60 !== 0 || periodSeconds > MAX_PERIOD) {
    throw invalidParameter(`Period must be a multiple of 60 seconds, at most ${MAX_PERIOD}.`);
  }
  if (evaluationPeriods < 1 || evaluationPeriods > MAX_PERIODS) {
    throw invalidParameter(`EvaluationPeriods must be from 1 to ${MAX_PERIODS}.`);
  }
  if (datapointsToAlarm < 1 || datapointsToAlarm > evaluationPeriods) {
    throw invalidParameter('DatapointsToAlarm must be from 1 to EvaluationPeriods.');
  }
  requireActions(settings, rules);
  return settings;
}

function requirePattern(pattern: string): void {
  try {
    compilePattern(pattern);
  } catch (error) {
    if (error instanceof PatternFault) throw invalidParameter(`EventPattern is not valid. ${error.message}`);
    throw error;
  }
}

function requireGroups(settings: AlarmSettings): void {
  const { groupBy, missingData } = settings;
  if (groupBy === '') return;
  if (!FIELD.test(groupBy)) {
    throw invalidParameter('GroupBy must be a field of the event, such as detail.userIdentity.arn.');
  }
  if (!isCeiling(settings)) {
    throw invalidParameter('GroupBy must have a ComparisonOperator that is greater: values without events are not known.');
  }
  if (missingData === 'breaching') {
    throw invalidParameter('GroupBy must not have a TreatMissingData of breaching: values without events are not known.');
  }
}

const FIELDS = { ALARM: 'AlarmActions', OK: 'OKActions', INSUFFICIENT_DATA: 'InsufficientDataActions' } as const;

function requireActions({ actions }: AlarmSettings, { accountId, isTarget }: ActionRules): void {
  for (const state of ['ALARM', 'OK', 'INSUFFICIENT_DATA'] as const) {
    const field = FIELDS[state];
    if (actions[state].length > MAX_ACTIONS) throw invalidParameter(`${field} must have at most ${MAX_ACTIONS} items.`);
    for (const [at, arn] of actions[state].entries()) {
      if (arn.length > 1_024 || !isTarget(arn)) {
        throw invalidParameter(`${field}[${at}] must be the ARN of a topic or a webhook.`);
      }
      if (arn.split(':')[4] !== accountId) throw invalidParameter(`${field}[${at}] must be of your own account.`);
      if (actions[state].indexOf(arn) !== at) throw invalidParameter(`${field}[${at}] must not be there twice.`);
    }
  }
}
