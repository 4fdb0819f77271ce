import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import { DAY } from '@strongroom/clock';
import type { ScheduleKeyDeletionRequest, ScheduleKeyDeletionResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { requirePendingWindow } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { keyFor, writeOf } from './key-call';
import { stateMessage } from './key-messages';

export const scheduleKeyDeletion = (d: Dependencies) =>
  unary<ScheduleKeyDeletionRequest, ScheduleKeyDeletionResponse, Caller>(async (request, call) => {
    const days = requirePendingWindow(request.pendingWindowInDays);
    const key = await keyFor(d, call, 'ScheduleKeyDeletion', request.keyId, {
      conditions: { 'kms:schedulekeydeletionpendingwindowindays': String(days) },
    });
    const deletionAt = new Date(d.clock.millis() + days * DAY);
    auditOf(call).response('deletionDate', deletionAt.toISOString());
    const change = { state: 'PendingDeletion', deletionAt } as const;
    await d.store.change('ScheduleKeyDeletion', key.keyId, change, writeOf(call));
    return {
      keyId: key.arn,
      deletionDate: deletionAt,
      keyState: stateMessage(change.state),
      pendingWindowInDays: days,
    };
  });
