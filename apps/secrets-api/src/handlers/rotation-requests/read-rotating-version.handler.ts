import { auditOf } from '@strongroom/audit-trail';
import type {
  ReadRotatingVersionRequest,
  ReadRotatingVersionResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import { invalidParameter } from '@strongroom/errors';
import { unary } from '@strongroom/grpc-kit';
import { AWSCURRENT, AWSPENDING, AWSPREVIOUS } from '../../domain/secret';
import { labelNotFound } from '../../domain/secret-errors';
import { SECRET_TYPE } from '../secret-access';
import { toValueMessage } from '../secret-message';
import type { RotationDependencies } from './dependencies';
import { auditRotation, readRotation, workerKeyScope, type WorkerCall } from './worker-call';

const STAGES: readonly string[] = [AWSCURRENT, AWSPENDING, AWSPREVIOUS];

export const readRotatingVersion = (d: RotationDependencies) =>
  unary<ReadRotatingVersionRequest, ReadRotatingVersionResponse, WorkerCall['caller']>(async (message, call) => {
    const { key, token } = readRotation(message);
    const label = message.versionStage;
    if (!STAGES.includes(label)) throw invalidParameter(`version_stage must be ${STAGES.join(', ')}.`);
    const rotation = await d.requests.findUnderWay(key, token, call.deadline);
    auditRotation(call, rotation);
    auditOf(call).parameter('versionStage', label);
    const { secret } = rotation;
    const versionId = label === AWSPENDING ? token : secret.labels.get(label);
    if (versionId === undefined) throw labelNotFound(label);
    const found = versionId === token ? rotation : await d.requests.version(rotation, versionId);
    const { version, value } = await d.values.read(
      found,
      { versionId, label, labelGiven: false },
      workerKeyScope(call, secret.accountId),
    );
    auditOf(call).resource(secret.arn, SECRET_TYPE, version.versionId);
    return { versionId: version.versionId, value: toValueMessage(value) };
  });
