import type { Caller } from '@strongroom/access';
import type { ListResourceTagsRequest, ListResourceTagsResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { requireLimit, requireTagMarker } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { keyFor } from './key-call';

export const listResourceTags = (d: Dependencies) =>
  unary<ListResourceTagsRequest, ListResourceTagsResponse, Caller>(async (request, call) => {
    const limit = requireLimit(request.limit, { min: 1, max: 50, byDefault: 50 });
    const after = requireTagMarker(request.marker);
    const key = await keyFor(d, call, 'ListResourceTags', request.keyId);
    const tags = Object.entries(key.tags)
      .map(([name, value]) => ({ key: name, value }))
      .filter((tag) => tag.key > after)
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    const page = tags.slice(0, limit);
    const truncated = tags.length > limit;
    return { tags: page, truncated, nextMarker: truncated ? page.at(-1)!.key : '' };
  });
