import { auditOf } from '@strongroom/audit-trail';
import type { GetSecretValueRequest, GetSecretValueResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import type { SecretValue } from '@strongroom/envelope';
import { unary } from '@strongroom/grpc-kit';
import { requireLabel, requireVersionId } from '../domain/request-rules';
import { AWSCURRENT } from '../domain/labels';
import type { Secret, Version } from '../domain/secret';
import { labelsOf } from '../domain/staging-labels';
import { selectionOf, selectVersion, type VersionQuestion } from '../domain/value-reader';
import { auditCanary } from './canary';
import type { Dependencies } from './dependencies';
import { type Call, type RequestContext, SECRET_TYPE } from './secret-access';
import { toValueMessage } from './secret-message';
import { keyScope } from './write-scope';

export const getSecretValue = (d: Dependencies) =>
  unary<GetSecretValueRequest, GetSecretValueResponse, Call['caller']>(async (request, call) => {
    const question = readQuestion(request);
    const found = await d.access.open(call, 'GetSecretValue', request.secretId, {
      selection: selectionOf(question),
      context: questionContext(question),
    });
    const { secret } = found;
    const audit = auditOf(call);
    auditCanary(audit, secret);
    const version = selectVersion(found, question);
    audit.resource(secret.arn, SECRET_TYPE, version.versionId);
    // Side by side, because each waits for another service (ADR 20).
    const opening = d.values.open(secret, version, keyScope(call, secret.accountId));
    const [value] = await Promise.all([opening, audit.commit()]);
    return valueResponse(secret, version, value);
  });

/** @throws InvalidParameterException */
function readQuestion({ versionId, versionStage }: GetSecretValueRequest): VersionQuestion {
  return {
    versionId: versionId === undefined ? undefined : requireVersionId(versionId, 'VersionId'),
    label: versionStage === undefined ? AWSCURRENT : requireLabel(versionStage, 'VersionStage'),
    labelGiven: versionStage !== undefined,
  };
}

/** If the request does not name a label, the label is not a condition key. */
export const questionContext = ({ versionId, label, labelGiven }: VersionQuestion): RequestContext => ({
  'secretsmanager:versionid': versionId,
  'secretsmanager:versionstage': labelGiven ? label : undefined,
});

export const valueResponse = (secret: Secret, version: Omit<Version, 'sealed'>, value: SecretValue): GetSecretValueResponse => ({
  arn: secret.arn,
  name: secret.name,
  versionId: version.versionId,
  value: toValueMessage(value),
  versionStages: labelsOf(secret.labels, version.versionId),
  createdDate: version.createdAt,
});
