import type { PutAlarmRequest, PutAlarmResponse } from '@strongroom/contracts/strongroom/notification/v1/alarms';
import { unary } from '@strongroom/grpc-kit';
import { requireAlarmName, requireSettings } from '../../domain/alarms/alarm-rules';
import { requireAlarmAccess, within } from './alarm-call';
import { readSettings } from './alarm-message';
import type { AlarmDependencies, Call } from './dependencies';

export const putAlarm = (d: AlarmDependencies) =>
  unary<PutAlarmRequest, PutAlarmResponse, Call['caller']>(async (request, call) => {
    const { accountId } = call.caller;
    requireAlarmName(request.alarmName);
    const alarmArn = requireAlarmAccess(d, call, 'PutMetricAlarm', [request.alarmName]);
    const isTarget = (arn: string) => d.kinds.some((kind) => kind.matches(arn));
    const settings = requireSettings(readSettings(request), { accountId, isTarget });
    await d.book.put(accountId, settings, within(call));
    return { alarmArn };
  });
