import { STATE_CHANGE } from '@strongroom/cloudtrail-record';
import type { AlarmSettings } from '../alarms/alarm';

/** A rule that every account has, off until somebody switches it on. */
export interface ReadyMadeRule {
  name: string;
  description: string;
  eventPattern: string;
  /** It is about calls that only read, which rules see only if they ask for all management events. */
  isOfReads?: boolean;
  /** What it is told by; made when it is switched on, unless there is one of this name. */
  alarm?: AlarmSettings;
}

/** Who has made them. */
export const MANAGED_BY = 'strongroom';

const succeeded = { errorCode: [{ exists: false }] };
const calls = (source: string | string[], eventName: string[], detail: object = succeeded) =>
  JSON.stringify({ source: [source].flat(), detail: { eventName, ...detail } });

const BURST = 'strongroom-refusals-in-a-burst';

/** By name. */
export const readyMadeRules: readonly ReadyMadeRule[] = [
  {
    name: 'strongroom-canary-read',
    description: 'Somebody read a secret with the tag strongroom:canary, which nobody has a reason to read.',
    eventPattern: JSON.stringify({
      source: ['aws.secretsmanager'],
      detail: { requestParameters: { canary: [{ exists: true }] } },
    }),
    isOfReads: true,
  },
  {
    name: 'strongroom-key-scheduled-for-deletion',
    description: 'A customer key was scheduled for deletion: what is encrypted under it will be lost.',
    eventPattern: calls('aws.kms', ['ScheduleKeyDeletion']),
  },
  {
    name: 'strongroom-policy-opened-to-the-public',
    description: 'A secret or a customer key got a policy that admits callers whom it does not name.',
    eventPattern: calls(['aws.secretsmanager', 'aws.kms'], ['PutResourcePolicy', 'PutKeyPolicy'], {
      ...succeeded,
      requestParameters: { publicAccess: ['true'] },
    }),
  },
  {
    name: BURST,
    description: 'More than 100 calls of one caller were refused in 5 minutes.',
    eventPattern: JSON.stringify({
      source: ['aws.cloudwatch'],
      'detail-type': [STATE_CHANGE],
      detail: { alarmName: [BURST], state: { value: ['ALARM'] } },
    }),
    alarm: {
      name: BURST,
      description: 'More than 100 calls of one caller were refused in 5 minutes.',
      pattern: JSON.stringify({ detail: { errorCode: ['AccessDeniedException', 'AccessDenied'] } }),
      groupBy: 'detail.userIdentity.arn',
      threshold: 100,
      comparison: 'GreaterThanThreshold',
      periodSeconds: 300,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      missingData: 'notBreaching',
      actionsEnabled: true,
      actions: { ALARM: [], OK: [], INSUFFICIENT_DATA: [] },
    },
  },
  {
    name: 'strongroom-root-used',
    description: 'Somebody called with the credentials of the root of the account.',
    eventPattern: JSON.stringify({ detail: { userIdentity: { type: ['Root'] } } }),
    isOfReads: true,
  },
  {
    name: 'strongroom-rotation-failed',
    description: 'The rotation of a secret failed.',
    eventPattern: calls('aws.secretsmanager', ['RotationFailed'], {}),
  },
  {
    name: 'strongroom-rotation-succeeded',
    description: 'The rotation of a secret succeeded.',
    eventPattern: calls('aws.secretsmanager', ['RotationSucceeded'], {}),
  },
  {
    name: 'strongroom-secret-deleted-or-restored',
    description: 'A secret was scheduled for deletion, restored, or deleted for ever.',
    eventPattern: calls('aws.secretsmanager', ['DeleteSecret', 'RestoreSecret', 'EndSecretVersionDelete']),
  },
];
