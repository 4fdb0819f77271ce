import { auditOf } from '@strongroom/audit-trail';
import type { UpdateSecretRequest, UpdateSecretResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { unary } from '@strongroom/grpc-kit';
import { requireDescription, requireKmsKeyId } from '../domain/request-rules';
import type { Dependencies } from './dependencies';
import { type Call, SECRET_TYPE } from './secret-access';
import { readToken, readValue } from './secret-message';
import { writeScope } from './write-scope';

export const updateSecret = (d: Dependencies) =>
  unary<UpdateSecretRequest, UpdateSecretResponse, Call['caller']>(async (request, call) => {
    const description = request.description === undefined ? undefined : requireDescription(request.description);
    const kmsKeyId = request.kmsKeyId === undefined ? undefined : requireKmsKeyId(request.kmsKeyId);
    const value = readValue(request.value);
    const token = readToken(request.clientRequestToken, d.random);
    const found = await d.access.open(call, 'UpdateSecret', request.secretId, {
      selection: { versionId: token },
      context: {
        'secretsmanager:description': description,
        'secretsmanager:kmskeyid': kmsKeyId || undefined,
        'secretsmanager:kmskeyarn': kmsKeyId || undefined,
        'secretsmanager:versionid': value && token,
      },
    });
    const { secret } = found;
    const versionId = value && token;
    const audit = auditOf(call);
    audit.resource(secret.arn, SECRET_TYPE, versionId);
    audit.parameter('kmsKeyId', kmsKeyId);
    audit.parameter('clientRequestToken', request.clientRequestToken);
    audit.response('versionId', versionId);
    await d.writer.update(found, { token, description, kmsKeyId, value }, writeScope(call, secret.accountId));
    return { arn: secret.arn, name: secret.name, versionId };
  });
