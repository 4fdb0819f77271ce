import { auditOf } from '@strongroom/audit-trail';
import type { RetryRotationRequest, RetryRotationResponse } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { unary } from '@strongroom/grpc-kit';
import type { Call, Dependencies } from './dependencies';
import { openSecret } from './secret-call';

export const retryRotation = (d: Dependencies) =>
  unary<RetryRotationRequest, RetryRotationResponse, Call['caller']>(async ({ secretId }, call) => {
    const secretArn = await openSecret(d, call, secretId, 'RotateSecret');
    const versionId = await d.control.retry(secretArn, () => auditOf(call).commit());
    return { secretArn, versionId };
  });
