import { AlarmServiceService } from '@strongroom/contracts/strongroom/notification/v1/alarms';
import { change, describeService, read } from './method';

/** Policies decide what a caller may do. */
const callersRead = { callers: 'authenticated', ...read } as const;
/** Done twice, it is as done once. */
const callersSet = { callers: 'authenticated', ...change, idempotent: true } as const;

export const alarmService = describeService(AlarmServiceService, 'monitoring.amazonaws.com', {
  putAlarm: callersSet,
  describeAlarms: callersRead,
  // The second time, they do not exist.
  deleteAlarms: { ...callersSet, idempotent: false },
  enableAlarmActions: callersSet,
  disableAlarmActions: callersSet,
  setAlarmState: callersSet,
  describeAlarmHistory: callersRead,
});
