import type { Caller } from '@strongroom/access';
import type { ListKeysRequest, ListKeysResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { keyNumbers } from '@strongroom/field-rules';
import { unary } from '@strongroom/grpc-kit';
import { arnOfKey } from '../domain/key-target';
import { requireKeyMarker, requireLimit } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { scopeOf } from './key-call';

export const listKeys = (d: Dependencies) =>
  unary<ListKeysRequest, ListKeysResponse, Caller>(async (request, call) => {
    const { accountId } = call.caller;
    const limit = requireLimit(request.limit, { ...keyNumbers.limit, byDefault: 100 });
    const after = requireKeyMarker(request.marker);
    d.access.requireOn(call, 'kms:ListKeys', '*', accountId);

    // Reads one more than requested, to know whether there is another page.
    const ids = await d.store.listKeyIds(accountId, { after, limit: limit + 1 });
    const page = ids.slice(0, limit);
    const truncated = ids.length > limit;
    return {
      keys: page.map((keyId) => ({ keyId, keyArn: arnOfKey(keyId, scopeOf(d, call)) })),
      truncated,
      nextMarker: truncated ? page.at(-1)! : '',
    };
  });
