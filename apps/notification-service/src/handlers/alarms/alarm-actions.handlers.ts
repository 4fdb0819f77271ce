import type {
  EnableAlarmActionsRequest,
  EnableAlarmActionsResponse,
} from '@strongroom/contracts/strongroom/notification/v1/alarms';
import { unary } from '@strongroom/grpc-kit';
import { requireAlarmNames } from '../../domain/alarms/alarm-rules';
import { requireAlarmAccess, within } from './alarm-call';
import type { AlarmDependencies, Call } from './dependencies';

const switching = (d: AlarmDependencies, action: 'DisableAlarmActions' | 'EnableAlarmActions') =>
  unary<EnableAlarmActionsRequest, EnableAlarmActionsResponse, Call['caller']>(async (request, call) => {
    const names = requireAlarmNames(request.alarmNames);
    requireAlarmAccess(d, call, action, names);
    await d.book.enableActions(call.caller.accountId, names, action === 'EnableAlarmActions', within(call));
    return {};
  });

export const enableAlarmActions = (d: AlarmDependencies) => switching(d, 'EnableAlarmActions');
export const disableAlarmActions = (d: AlarmDependencies) => switching(d, 'DisableAlarmActions');
