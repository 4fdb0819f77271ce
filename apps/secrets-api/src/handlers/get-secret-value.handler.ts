import { auditOf } from '@strongroom/audit-trail';
import type { GetSecretValueRequest, GetSecretValueResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { unary } from '@strongroom/grpc-kit';
import { requireLabel, requireVersionId } from '../domain/request-rules';
import { AWSCURRENT } from '../domain/labels';
import type { FoundSecret } from '../domain/secret-reader.port';
import { labelsOf } from '../domain/staging-labels';
import { selectionOf, type VersionQuestion } from '../domain/value-reader';
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
    return readSecretValue(d, call, found, question);
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

/** The answer for a secret that the caller may read; the audit event gets the version. */
export async function readSecretValue(
  { values }: Pick<Dependencies, 'values'>,
  call: Call,
  found: FoundSecret,
  question: VersionQuestion,
): Promise<GetSecretValueResponse> {
  const { secret } = found;
  const { version, value } = await values.read(found, question, keyScope(call, secret.accountId));
  auditOf(call).resource(secret.arn, SECRET_TYPE, version.versionId);
  return {
    arn: secret.arn,
    name: secret.name,
    versionId: version.versionId,
    value: toValueMessage(value),
    versionStages: labelsOf(secret.labels, version.versionId),
    createdDate: version.createdAt,
  };
}
