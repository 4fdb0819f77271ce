import type { Caller } from '@strongroom/access';
import { served } from '@strongroom/grpc-kit';
import { alarmService } from '@strongroom/methods';
import { disableAlarmActions, enableAlarmActions } from './alarm-actions.handlers';
import { deleteAlarms } from './delete-alarms.handler';
import type { AlarmDependencies } from './dependencies';
import { describeAlarmHistory } from './describe-alarm-history.handler';
import { describeAlarms } from './describe-alarms.handler';
import { putAlarm } from './put-alarm.handler';
import { setAlarmState } from './set-alarm-state.handler';

export const alarmHandlers = (d: AlarmDependencies) =>
  served<typeof alarmService, Caller>(alarmService, {
    putAlarm: putAlarm(d),
    describeAlarms: describeAlarms(d),
    deleteAlarms: deleteAlarms(d),
    enableAlarmActions: enableAlarmActions(d),
    disableAlarmActions: disableAlarmActions(d),
    setAlarmState: setAlarmState(d),
    describeAlarmHistory: describeAlarmHistory(d),
  });
