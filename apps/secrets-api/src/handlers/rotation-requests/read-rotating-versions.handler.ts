import { auditOf } from '@strongroom/audit-trail';
import type {
  ReadRotatingVersionsRequest,
  ReadRotatingVersionsResponse,
  RotatingVersion,
} from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import { invalidParameter } from '@strongroom/errors';
import { unary } from '@strongroom/grpc-kit';
import { SECRET_TYPE } from '../secret-access';
import { toValueMessage } from '../secret-message';
import type { RotationDependencies } from './dependencies';
import { readStage, versionOf } from './rotating-version';
import { auditRotation, readRotation, workerKeyScope, type WorkerCall } from './worker-call';

/** A step reads everything that it needs at once: one check of the rotation, one event that names every version. */
export const readRotatingVersions = (d: RotationDependencies) =>
  unary<ReadRotatingVersionsRequest, ReadRotatingVersionsResponse, WorkerCall['caller']>(async (message, call) => {
    const { key, token } = readRotation(message);
    const stages = message.versionStages.map((stage) => readStage(stage, 'version_stages'));
    if (stages.length === 0 || new Set(stages).size !== stages.length)
      throw invalidParameter('version_stages must name 1 to 3 labels, each once.');
    const rotation = await d.requests.findUnderWay(key, token);
    auditRotation(call, rotation);
    const { secret } = rotation;
    const scope = workerKeyScope(call, secret.accountId);
    const read = async (label: (typeof stages)[number]): Promise<RotatingVersion | undefined> => {
      const found = await versionOf(d, rotation, label);
      // A pending version exists before it has a value.
      if (!found?.version?.sealed) return undefined;
      const { versionId } = found.version;
      const { value } = await d.values.read(found, { versionId, label, labelGiven: false }, scope);
      return { versionStage: label, versionId, value: toValueMessage(value) };
    };
    const versions = (await Promise.all(stages.map(read))).filter((version) => version !== undefined);
    const audit = auditOf(call);
    audit.parameter('versionStage', versions.map(({ versionStage }) => versionStage).join(','));
    for (const { versionId } of versions) audit.resource(secret.arn, SECRET_TYPE, versionId);
    return { versions };
  });
