import { requestTags, type Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type { CreateKeyRequest, CreateKeyResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { requireDescription, requireKind, requireTags } from '../domain/limits';
import { defaultKeyPolicy } from '../domain/key-policy';
import type { Dependencies } from './dependencies';
import { contextOfKey } from './key-access';
import { writeOf } from './key-call';
import { toKeyMetadata } from './key-messages';
import { contextOfBypass, requireKeyPolicy, requireNoLockout } from './policy-checks';

export const createKey = (d: Dependencies) =>
  unary<CreateKeyRequest, CreateKeyResponse, Caller>(async (request, call) => {
    const { accountId } = call.caller;
    const tags = requireTags(request.tags);
    const named = d.factory.make({
      accountId,
      manager: 'CUSTOMER',
      description: requireDescription(request.description),
      policy: request.policy === undefined ? defaultKeyPolicy(accountId) : requireKeyPolicy(request.policy),
      tags,
      kind: requireKind(request),
    });
    const context = { ...contextOfKey(named), ...requestTags(Object.entries(tags)) };
    d.access.requireOn(call, 'kms:CreateKey', '*', accountId, { ...context, ...contextOfBypass(request) });
    if (request.tags.length > 0) d.access.requireOn(call, 'kms:TagResource', named.arn, accountId, context);
    if (!request.bypassPolicyLockoutSafetyCheck) requireNoLockout(d, call, named);

    const key = await d.factory.withMaterial(named);
    const audit = auditOf(call);
    audit.resource(key.arn, 'AWS::KMS::Key');
    audit.parameter('description', key.description);
    audit.parameter('keySpec', key.spec);
    audit.parameter('keyUsage', key.usage);
    audit.parameter('origin', key.origin);
    audit.response('keyId', key.keyId);
    await d.store.insert(key, undefined, writeOf(call));
    return { keyMetadata: toKeyMetadata(key, d.ring) };
  });
