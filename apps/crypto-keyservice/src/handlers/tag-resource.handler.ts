import type { Caller } from '@strongroom/access';
import { requestTags } from '@strongroom/access';
import type { TagResourceRequest, TagResourceResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { requireTags, withTags } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { keyFor, writeOf } from './key-call';

export const tagResource = (d: Dependencies) =>
  unary<TagResourceRequest, TagResourceResponse, Caller>(async (request, call) => {
    const tags = requireTags(request.tags);
    const { keyId } = await keyFor(d, call, 'TagResource', request.keyId, { conditions: requestTags(Object.entries(tags)) });
    await d.store.change('TagResource', keyId, (key) => ({ tags: withTags(key.tags, tags) }), writeOf(call));
    return {};
  });
