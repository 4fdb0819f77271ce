import { auditOf } from '@strongroom/audit-trail';
import type {
  ReadMasterSecretRequest,
  ReadMasterSecretResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import { unary } from '@strongroom/grpc-kit';
import { AWSCURRENT } from '../../domain/labels';
import { SECRET_TYPE } from '../secret-access';
import { toValueMessage } from '../secret-message';
import type { RotationDependencies } from './dependencies';
import { readRotation, workerKeyScope, workerOrigin, type WorkerCall } from './worker-call';

/**
 * The only read of another secret that a rotation can make. Only that secret's own resource policy can allow it: it names the
 * worker and, with aws:SourceArn, the secrets that it may rotate. So whoever may rotate a secret cannot read another one this
 * way.
 */
export const readMasterSecret = (d: RotationDependencies) =>
  unary<ReadMasterSecretRequest, ReadMasterSecretResponse, WorkerCall['caller']>(async (message, call) => {
    const { key, token } = readRotation(message);
    const rotation = await d.requests.findUnderWay(key, token);
    const { arn: sourceArn, accountId } = rotation.secret;
    // The name of the field in the rotating secret's value.
    const located = await d.access.locateFor(accountId, message.masterSecretId, { label: AWSCURRENT }, 'masterarn');
    d.access.auditTarget(call, located);
    const audit = auditOf(call);
    // The rotating secret can name any secret in any account. Until that one allows the read, the call is recorded only in its
    // own account.
    audit.account(accountId);
    audit.parameter('sourceArn', sourceArn);
    const found = d.access.require(workerOrigin(call, d.naming), 'GetSecretValue', located, {
      'aws:sourcearn': sourceArn,
      'aws:sourceaccount': accountId,
      'secretsmanager:versionstage': AWSCURRENT,
    });
    d.access.auditFound(call, located);
    const { secret } = found;
    const question = { label: AWSCURRENT, labelGiven: true };
    const { version, value } = await d.values.read(found, question, workerKeyScope(call, secret.accountId));
    audit.resource(secret.arn, SECRET_TYPE, version.versionId);
    return { arn: secret.arn, versionId: version.versionId, value: toValueMessage(value) };
  });
