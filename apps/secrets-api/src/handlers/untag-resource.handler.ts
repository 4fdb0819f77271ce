import { auditOf } from '@strongroom/audit-trail';
import type { UntagResourceRequest, UntagResourceResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { unary } from '@strongroom/grpc-kit';
import { requireTagKeys } from '../domain/request-rules';
import type { Dependencies } from './dependencies';
import type { Call } from './secret-access';
import { writeScope } from './write-scope';

export const untagResource = (d: Dependencies) =>
  unary<UntagResourceRequest, UntagResourceResponse, Call['caller']>(async (request, call) => {
    const remove = requireTagKeys(request.tagKeys);
    const context = { 'aws:tagkeys': remove };
    const { secret } = await d.access.open(call, 'UntagResource', request.secretId, { context });
    auditOf(call).parameter('tagKeys', remove.join(','));
    await d.lifecycle.changeTags(
      secret,
      { remove },
      (before, after) => d.access.requireKept(call, before, after, context),
      writeScope(call, secret.accountId),
    );
    return {};
  });
