import type { DescribeAlarmsRequest, DescribeAlarmsResponse } from '@strongroom/contracts/strongroom/notification/v1/alarms';
import { invalidParameter } from '@strongroom/errors';
import { readNextToken, writeNextToken } from '@strongroom/field-rules';
import { unary } from '@strongroom/grpc-kit';
import { requireAlarmName, requireAlarmNames } from '../../domain/alarms/alarm-rules';
import { requireAlarmAccess, requireMaxRecords } from './alarm-call';
import { readState, toAlarmMessage } from './alarm-message';
import type { AlarmDependencies, Call } from './dependencies';

export const describeAlarms = (d: AlarmDependencies) =>
  unary<DescribeAlarmsRequest, DescribeAlarmsResponse, Call['caller']>(async (request, call) => {
    const { accountId } = call.caller;
    const limit = requireMaxRecords(request.maxRecords);
    const names = request.alarmNames.length > 0 ? requireAlarmNames(request.alarmNames) : [];
    const prefix = request.alarmNamePrefix;
    if (prefix !== '') requireAlarmName(prefix, 'AlarmNamePrefix');
    if (prefix !== '' && names.length > 0) throw invalidParameter('AlarmNamePrefix can be used only without AlarmNames.');
    const state = readState(request.stateValue);
    const question = JSON.stringify(['DescribeAlarms', accountId, names, prefix, state]);
    const [after = ''] = readNextToken(request.nextToken, question, 1) ?? [];
    requireAlarmAccess(d, call, 'DescribeAlarms', names);
    const found = await d.store.find({ accountId, names, prefix, state, after, limit: limit + 1 });
    const page = found.slice(0, limit);
    return {
      alarms: page.map((alarm) => toAlarmMessage(alarm, d.region)),
      nextToken: found.length > limit ? writeNextToken([page.at(-1)!.name], question) : '',
    };
  });
