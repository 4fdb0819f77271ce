import type { Caller } from '@strongroom/access';
import type { DisableKeyRequest, DisableKeyResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { keyTargetWithoutAlias } from '../domain/key-target';
import type { Dependencies } from './dependencies';
import { authorizedKey, scopeOf, writeOf } from './key-call';

export const disableKey = (d: Dependencies) =>
  unary<DisableKeyRequest, DisableKeyResponse, Caller>(async (request, call) => {
    const key = await authorizedKey(d, call, 'kms:DisableKey', keyTargetWithoutAlias(request.keyId, scopeOf(d, call)));
    await d.store.setState(key.keyId, 'Disabled', writeOf(call));
    return {};
  });
