import { auditOf } from '@strongroom/audit-trail';
import type {
  DropPendingVersionRequest,
  DropPendingVersionResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import { unary } from '@strongroom/grpc-kit';
import { AWSPENDING } from '../../domain/labels';
import { SECRET_TYPE } from '../secret-access';
import type { RotationDependencies } from './dependencies';
import { auditRotation, readRotation, workerScope, type WorkerCall } from './worker-call';

export const dropPendingVersion = (d: RotationDependencies) =>
  unary<DropPendingVersionRequest, DropPendingVersionResponse, WorkerCall['caller']>(async (message, call) => {
    const { key, token } = readRotation(message);
    const rotation = await d.requests.find(key, token);
    const { secret } = rotation;
    auditRotation(call, rotation);
    const audit = auditOf(call);
    audit.resource(secret.arn, SECRET_TYPE, token);
    audit.parameter('versionStage', AWSPENDING);
    audit.parameter('removeFromVersionId', token);
    await d.requests.drop(secret, token, workerScope(call, secret.accountId));
    return {};
  });
