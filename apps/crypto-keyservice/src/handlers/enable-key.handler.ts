import type { Caller } from '@strongroom/access';
import type { EnableKeyRequest, EnableKeyResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import type { Dependencies } from './dependencies';
import { keyFor, writeOf } from './key-call';

export const enableKey = (d: Dependencies) =>
  unary<EnableKeyRequest, EnableKeyResponse, Caller>(async (request, call) => {
    const key = await keyFor(d, call, 'EnableKey', request.keyId);
    await d.store.change('EnableKey', key.keyId, { state: 'Enabled' }, writeOf(call));
    return {};
  });
