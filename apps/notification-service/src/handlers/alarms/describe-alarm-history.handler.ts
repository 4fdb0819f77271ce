import type {
  DescribeAlarmHistoryRequest,
  DescribeAlarmHistoryResponse,
} from '@strongroom/contracts/strongroom/notification/v1/alarms';
import { readNextToken, unknownToken, writeNextToken } from '@strongroom/field-rules';
import { unary } from '@strongroom/grpc-kit';
import { requireAlarmName } from '../../domain/alarms/alarm-rules';
import { requireAlarmAccess, requireMaxRecords } from './alarm-call';
import { readHistoryType, toHistoryType } from './alarm-message';
import type { AlarmDependencies, Call } from './dependencies';

export const describeAlarmHistory = (d: AlarmDependencies) =>
  unary<DescribeAlarmHistoryRequest, DescribeAlarmHistoryResponse, Call['caller']>(async (request, call) => {
    const { accountId } = call.caller;
    const { alarmName } = request;
    const limit = requireMaxRecords(request.maxRecords);
    if (alarmName !== '') requireAlarmName(alarmName);
    const type = readHistoryType(request.historyItemType);
    const question = JSON.stringify(['DescribeAlarmHistory', accountId, alarmName, type]);
    const before = placeOf(readNextToken(request.nextToken, question, 1));
    requireAlarmAccess(d, call, 'DescribeAlarmHistory', alarmName === '' ? [] : [alarmName]);
    const found = await d.store.history({ accountId, alarmName, type, before, limit: limit + 1 });
    const page = found.slice(0, limit);
    return {
      alarmHistoryItems: page.map((item) => ({
        alarmName: item.alarmName,
        historyItemType: toHistoryType(item.type),
        timestamp: item.at,
        historySummary: item.summary,
        historyData: item.data,
      })),
      nextToken: found.length > limit ? writeNextToken([String(page.at(-1)!.historyId)], question) : '',
    };
  });

function placeOf(position: string[] | undefined): number | undefined {
  if (position === undefined) return undefined;
  if (!/^\d{1,15}$/.test(position[0]!)) throw unknownToken();
  return Number(position[0]);
}
