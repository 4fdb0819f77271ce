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
 * The one read of another secret that a rotation can make. Only that secret's own resource policy can allow it, which names the worker, and
 * with aws:SourceArn the secrets that may be rotated by it: who may rotate a secret reads no other by that.
 */
export const readMasterSecret = (d: RotationDependencies) =>
  unary<ReadMasterSecretRequest, ReadMasterSecretResponse, WorkerCall['caller']>(async (message, call) => {
    const { key, token } = readRotation(message);
    const rotation = await d.requests.findUnderWay(key, token);
    const { arn: sourceArn, accountId } = rotation.secret;
    // Named as the field of the rotating secret's value is.
    const located = await d.access.locateFor(accountId, message.masterSecretId, { label: AWSCURRENT }, 'masterarn');
    d.access.auditTarget(call, located);
    const audit = auditOf(call);
    // The secret names the other one as it likes, in whatever account: until that lets it in, the call is its own account's.
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
