import type { Caller } from '@strongroom/access';
import type { EnableKeyRequest, EnableKeyResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { keyTargetWithoutAlias } from '../domain/key-target';
import type { Dependencies } from './dependencies';
import { authorizedKey, scopeOf, writeOf } from './key-call';

export const enableKey = (d: Dependencies) =>
  unary<EnableKeyRequest, EnableKeyResponse, Caller>(async (request, call) => {
    const key = await authorizedKey(d, call, 'kms:EnableKey', keyTargetWithoutAlias(request.keyId, scopeOf(d, call)));
    await d.store.setState(key.keyId, 'Enabled', writeOf(call));
    return {};
  });
