import type { Caller } from '@strongroom/access';
import type { DisableKeyRequest, DisableKeyResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import type { Dependencies } from './dependencies';
import { keyFor, writeOf } from './key-call';

export const disableKey = (d: Dependencies) =>
  unary<DisableKeyRequest, DisableKeyResponse, Caller>(async (request, call) => {
    const key = await keyFor(d, call, 'DisableKey', request.keyId);
    await d.store.change('DisableKey', key.keyId, { state: 'Disabled' }, writeOf(call));
    return {};
  });
