import { requestTags } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type { TagResourceRequest, TagResourceResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { invalidParameter } from '@strongroom/errors';
import { unary } from '@strongroom/grpc-kit';
import { requireTags } from '../domain/request-rules';
import type { Dependencies } from './dependencies';
import type { Call } from './secret-access';
import { writeScope } from './write-scope';

export const tagResource = (d: Dependencies) =>
  unary<TagResourceRequest, TagResourceResponse, Call['caller']>(async (request, call) => {
    const put = requireTags(request.tags);
    if (put.size === 0) throw invalidParameter('Tags must have 1 to 50 items.');
    const context = requestTags(put);
    const { secret } = await d.access.open(call, 'TagResource', request.secretId, { context });
    auditOf(call).parameter('tagKeys', [...put.keys()].join(','));
    await d.lifecycle.changeTags(
      secret,
      { put },
      (before, after) => d.access.requireKept(call, before, after, context),
      writeScope(call, secret.accountId),
    );
    return {};
  });
