import type { Caller } from '@strongroom/access';
import type { CancelKeyDeletionRequest, CancelKeyDeletionResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import type { Dependencies } from './dependencies';
import { keyFor, writeOf } from './key-call';

export const cancelKeyDeletion = (d: Dependencies) =>
  unary<CancelKeyDeletionRequest, CancelKeyDeletionResponse, Caller>(async (request, call) => {
    const { keyId, arn } = await keyFor(d, call, 'CancelKeyDeletion', request.keyId);
    await d.store.change('CancelKeyDeletion', keyId, { state: 'Disabled', deletionAt: null }, writeOf(call));
    return { keyId: arn };
  });
