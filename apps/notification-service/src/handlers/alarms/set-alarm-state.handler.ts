import type { SetAlarmStateRequest, SetAlarmStateResponse } from '@strongroom/contracts/strongroom/notification/v1/alarms';
import { invalidParameter } from '@strongroom/errors';
import { unary } from '@strongroom/grpc-kit';
import { requireAlarmName, requireReason } from '../../domain/alarms/alarm-rules';
import { requireAlarmAccess, within } from './alarm-call';
import { readState } from './alarm-message';
import type { AlarmDependencies, Call } from './dependencies';

export const setAlarmState = (d: AlarmDependencies) =>
  unary<SetAlarmStateRequest, SetAlarmStateResponse, Call['caller']>(async (request, call) => {
    const name = requireAlarmName(request.alarmName);
    const state = readState(request.stateValue);
    if (state === undefined) throw invalidParameter('StateValue must be one of OK, ALARM, INSUFFICIENT_DATA.');
    const reason = requireReason(request.stateReason);
    requireAlarmAccess(d, call, 'SetAlarmState', [name]);
    await d.book.setState(call.caller.accountId, name, { state, reason }, within(call));
    return {};
  });
