import type { Caller } from '@strongroom/access';
import type { UntagResourceRequest, UntagResourceResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { requireTagKeys } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { keyFor, writeOf } from './key-call';

export const untagResource = (d: Dependencies) =>
  unary<UntagResourceRequest, UntagResourceResponse, Caller>(async (request, call) => {
    const gone = requireTagKeys(request.tagKeys);
    const { keyId } = await keyFor(d, call, 'UntagResource', request.keyId, { conditions: { 'aws:tagkeys': gone } });
    const without = (tags: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.includes(key)));
    await d.store.change('UntagResource', keyId, (key) => ({ tags: without(key.tags) }), writeOf(call));
    return {};
  });
