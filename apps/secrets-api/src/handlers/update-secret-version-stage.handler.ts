import { auditOf } from '@strongroom/audit-trail';
import type {
  UpdateSecretVersionStageRequest,
  UpdateSecretVersionStageResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { unary } from '@strongroom/grpc-kit';
import { requireLabel, requireVersionId } from '../domain/request-rules';
import type { Dependencies } from './dependencies';
import type { Call } from './secret-access';
import { writeScope } from './write-scope';

export const updateSecretVersionStage = (d: Dependencies) =>
  unary<UpdateSecretVersionStageRequest, UpdateSecretVersionStageResponse, Call['caller']>(async (request, call) => {
    const label = requireLabel(request.versionStage, 'VersionStage');
    const from = optionalVersionId(request.removeFromVersionId, 'RemoveFromVersionId');
    const to = optionalVersionId(request.moveToVersionId, 'MoveToVersionId');
    const { secret } = await d.access.open(call, 'UpdateSecretVersionStage', request.secretId, {
      context: { 'secretsmanager:versionstage': label, 'secretsmanager:versionid': to },
    });
    const audit = auditOf(call);
    audit.parameter('versionStage', label);
    audit.parameter('removeFromVersionId', from);
    audit.parameter('moveToVersionId', to);
    await d.lifecycle.moveLabel(secret, { label, from, to }, writeScope(call, secret.accountId));
    return { arn: secret.arn, name: secret.name };
  });

const optionalVersionId = (versionId: string | undefined, field: string): string | undefined =>
  versionId === undefined ? undefined : requireVersionId(versionId, field);
