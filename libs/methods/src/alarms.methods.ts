import { AlarmServiceService } from '@strongroom/contracts/strongroom/notification/v1/alarms';
import { change, consoleOnly, describeService, read } from './method';

/** Policies decide what a caller may do. */
const forCallers = { callers: 'authenticated', onBehalf: consoleOnly } as const;
const callersRead = { ...forCallers, ...read } as const;
/** Done twice, it is as done once. */
const callersSet = { ...forCallers, ...change, idempotent: true } as const;

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
