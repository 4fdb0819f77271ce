import { auditOf } from '@strongroom/audit-trail';
import type { PutSecretValueRequest, PutSecretValueResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { invalidRequest } from '@strongroom/errors';
import { unary } from '@strongroom/grpc-kit';
import { requireLabels, requireRotationToken } from '../domain/request-rules';
import type { Dependencies } from './dependencies';
import { type Call, SECRET_TYPE } from './secret-access';
import { readToken, readValue } from './secret-message';
import { writeScope } from './write-scope';

export const putSecretValue = (d: Dependencies) =>
  unary<PutSecretValueRequest, PutSecretValueResponse, Call['caller']>(async (request, call) => {
    const stages = requireLabels(request.versionStages);
    const value = readValue(request.value);
    if (!value) throw invalidRequest('You must provide either SecretString or SecretBinary.');
    const token = readToken(request.clientRequestToken, d.random);
    const rotationToken = request.rotationToken === undefined ? undefined : requireRotationToken(request.rotationToken);
    const found = await d.access.open(call, 'PutSecretValue', request.secretId, {
      selection: { versionId: token },
      context: { 'secretsmanager:versionid': token, 'secretsmanager:versionstage': request.versionStages },
    });
    const { secret } = found;
    const audit = auditOf(call);
    audit.resource(secret.arn, SECRET_TYPE, token);
    audit.parameter('clientRequestToken', request.clientRequestToken);
    audit.parameter('versionStages', stages.join(','));
    audit.response('versionId', token);
    const versionStages = await d.writer.putValue(
      found,
      { token, value, stages, rotationToken },
      writeScope(call, secret.accountId),
    );
    return { arn: secret.arn, name: secret.name, versionId: token, versionStages };
  });
