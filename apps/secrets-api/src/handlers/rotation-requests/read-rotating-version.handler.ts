import { auditOf } from '@strongroom/audit-trail';
import type {
  ReadRotatingVersionRequest,
  ReadRotatingVersionResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import { unary } from '@strongroom/grpc-kit';
import { labelNotFound } from '../../domain/secret-errors';
import { SECRET_TYPE } from '../secret-access';
import { toValueMessage } from '../secret-message';
import type { RotationDependencies } from './dependencies';
import { readStage, versionOf } from './rotating-version';
import { auditRotation, readRotation, workerKeyScope, type WorkerCall } from './worker-call';

export const readRotatingVersion = (d: RotationDependencies) =>
  unary<ReadRotatingVersionRequest, ReadRotatingVersionResponse, WorkerCall['caller']>(async (message, call) => {
    const { key, token } = readRotation(message);
    const label = readStage(message.versionStage, 'version_stage');
    const rotation = await d.requests.findUnderWay(key, token);
    auditRotation(call, rotation);
    auditOf(call).parameter('versionStage', label);
    const { secret } = rotation;
    const found = await versionOf(d, rotation, label);
    if (!found) throw labelNotFound(label);
    const { version, value } = await d.values.read(
      found,
      { versionId: found.version?.versionId ?? token, label, labelGiven: false },
      workerKeyScope(call, secret.accountId),
    );
    auditOf(call).resource(secret.arn, SECRET_TYPE, version.versionId);
    return { versionId: version.versionId, value: toValueMessage(value) };
  });
