import { auditOf } from '@strongroom/audit-trail';
import type { PutResourcePolicyRequest, PutResourcePolicyResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { unary } from '@strongroom/grpc-kit';
import { compilePolicy, grantsPublicAccess } from '@strongroom/policy';
import { requirePolicyText } from '../domain/request-rules';
import { policyLocksOut, publicPolicy } from '../domain/secret-errors';
import type { Dependencies } from './dependencies';
import type { Call, RequestContext } from './secret-access';
import { writeScope } from './write-scope';

export const putResourcePolicy = (d: Dependencies) =>
  unary<PutResourcePolicyRequest, PutResourcePolicyResponse, Call['caller']>(async (request, call) => {
    const document = requirePolicyText(request.resourcePolicy);
    const policy = compilePolicy(document, 'resource');
    const context = blockPublicPolicyContext(request.blockPublicPolicy);
    const { secret } = await d.access.open(call, 'PutResourcePolicy', request.secretId, { context });
    const audit = auditOf(call);
    audit.parameter('blockPublicPolicy', request.blockPublicPolicy);
    audit.parameter('bypassPolicyLockoutSafetyCheck', request.bypassPolicyLockoutSafetyCheck || undefined);
    const isPublic = grantsPublicAccess(policy);
    audit.parameter('publicAccess', isPublic || undefined);
    if (request.blockPublicPolicy && isPublic) throw publicPolicy();
    if (!request.bypassPolicyLockoutSafetyCheck && !d.access.couldChangePolicy(call, secret, policy, context)) {
      throw policyLocksOut();
    }
    await d.lifecycle.setPolicy(secret, document, writeScope(call, secret.accountId));
    return { arn: secret.arn, name: secret.name };
  });

export const blockPublicPolicyContext = (blockPublicPolicy: boolean): RequestContext => ({
  'secretsmanager:blockpublicpolicy': String(blockPublicPolicy),
});
