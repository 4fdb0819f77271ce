import { auditOf } from '@strongroom/audit-trail';
import type {
  PutPendingValueRequest,
  PutPendingValueResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import { invalidParameter } from '@strongroom/errors';
import { unary } from '@strongroom/grpc-kit';
import { AWSPENDING } from '../../domain/labels';
import { SECRET_TYPE } from '../secret-access';
import { readValue } from '../secret-message';
import type { RotationDependencies } from './dependencies';
import { auditRotation, readRotation, workerScope, type WorkerCall } from './worker-call';

export const putPendingValue = (d: RotationDependencies) =>
  unary<PutPendingValueRequest, PutPendingValueResponse, WorkerCall['caller']>(async (message, call) => {
    const { key, token } = readRotation(message);
    const value = readValue(message.value);
    if (!value) throw invalidParameter('value must be given.');
    const rotation = await d.requests.findUnderWay(key, token);
    auditRotation(call, rotation);
    const audit = auditOf(call);
    audit.parameter('versionStages', AWSPENDING);
    audit.resource(rotation.secret.arn, SECRET_TYPE, token);
    const stored = await d.requests.putPending(rotation, value, workerScope(call, rotation.secret.accountId));
    return { stored };
  });
