import { auditOf } from '@strongroom/audit-trail';
import type { FinishRotationRequest, FinishRotationResponse } from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import { unary } from '@strongroom/grpc-kit';
import { AWSCURRENT, AWSPENDING } from '../../domain/labels';
import { SECRET_TYPE } from '../secret-access';
import type { RotationDependencies } from './dependencies';
import { auditRotation, readRotation, workerScope, type WorkerCall } from './worker-call';

export const finishRotation = (d: RotationDependencies) =>
  unary<FinishRotationRequest, FinishRotationResponse, WorkerCall['caller']>(async (message, call) => {
    const { key, token } = readRotation(message);
    const rotation = await d.requests.find(key, token);
    const { secret, request } = rotation;
    auditRotation(call, rotation);
    const audit = auditOf(call);
    audit.resource(secret.arn, SECRET_TYPE, token);
    if (request.kind === 'rotate') {
      audit.parameter('versionStage', AWSCURRENT);
      audit.parameter('moveToVersionId', token);
      audit.parameter('removeFromVersionId', secret.labels.get(AWSCURRENT));
    } else {
      audit.parameter('versionStage', AWSPENDING);
      audit.parameter('removeFromVersionId', token);
    }
    await d.requests.finish(secret, token, workerScope(call, secret.accountId));
    return {};
  });
