import type { DeleteAlarmsRequest, DeleteAlarmsResponse } from '@strongroom/contracts/strongroom/notification/v1/alarms';
import { unary } from '@strongroom/grpc-kit';
import { requireAlarmNames } from '../../domain/alarms/alarm-rules';
import { requireAlarmAccess, within } from './alarm-call';
import type { AlarmDependencies, Call } from './dependencies';

export const deleteAlarms = (d: AlarmDependencies) =>
  unary<DeleteAlarmsRequest, DeleteAlarmsResponse, Call['caller']>(async (request, call) => {
    const names = requireAlarmNames(request.alarmNames);
    requireAlarmAccess(d, call, 'DeleteAlarms', names);
    await d.book.remove(call.caller.accountId, names, within(call));
    return {};
  });
