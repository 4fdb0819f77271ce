import { formatArn } from '@strongroom/arn';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export const COMPARISONS = {
  GreaterThanOrEqualToThreshold: (count: number, threshold: number) => count >= threshold,
  GreaterThanThreshold: (count: number, threshold: number) => count > threshold,
  LessThanThreshold: (count: number, threshold: number) => count < threshold,
  LessThanOrEqualToThreshold: (count: number, threshold: number) => count <= threshold,
} as const;
export type Comparison = keyof typeof COMPARISONS;

/** What a period without any event counts as. */
export type MissingData = 'missing' | 'notBreaching' | 'breaching' | 'ignore';

export interface AlarmSettings {
  name: string;
  description: string;
  /** An event pattern, as its author wrote it. */
  pattern: string;
  /** A field of the event, such as `detail.userIdentity.arn`, for each of whose values events are counted; '': together. */
  groupBy: string;
  threshold: number;
  comparison: Comparison;
  /** A multiple of 60. */
  periodSeconds: number;
  evaluationPeriods: number;
  datapointsToAlarm: number;
  missingData: MissingData;
  actionsEnabled: boolean;
  /** ARNs, by the state that they are told of. */
  actions: Readonly<Record<AlarmState, readonly string[]>>;
}

export interface Alarm extends AlarmSettings {
  id: number;
  accountId: string;
  state: AlarmState;
  stateReason: string;
  stateUpdatedAt: Date;
  configuredAt: Date;
  /** What happened before is not known. */
  countedSince: Date;
}

export const ALARM_TYPE = 'AWS::CloudWatch::Alarm';

export function alarmArn({ accountId, region, name }: { accountId: string; region: string; name: string }): string {
  return formatArn({ partition: 'aws', service: 'cloudwatch', region, account: accountId, resource: `alarm:${name}` });
}

/** Whether more events can only make it go off: the counts of a period grow. */
export const isCeiling = ({ comparison }: Pick<AlarmSettings, 'comparison'>): boolean => comparison.startsWith('Greater');

/** Whether the counts so far serve these settings, too. */
export const countsAlike = (one: AlarmSettings, other: AlarmSettings): boolean =>
  one.pattern === other.pattern && one.groupBy === other.groupBy && one.periodSeconds === other.periodSeconds;
