import type { Caller } from '@strongroom/access';
import type { GetKeyLastUsageRequest, GetKeyLastUsageResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import type { Dependencies } from './dependencies';
import { keyFor } from './key-call';

export const getKeyLastUsage = (d: Dependencies) =>
  unary<GetKeyLastUsageRequest, GetKeyLastUsageResponse, Caller>(async (request, call) => {
    const key = await keyFor(d, call, 'GetKeyLastUsage', request.keyId);
    const use = await d.lastUses.of(key.keyId);
    return {
      keyId: key.arn,
      keyLastUsage: {
        operation: use?.operation ?? '',
        timestamp: use?.usedAt,
        cloudTrailEventId: use?.eventId ?? '',
        kmsRequestId: use?.requestId ?? '',
      },
      trackingStartDate: key.trackedSince,
      keyCreationDate: key.createdAt,
    };
  });
