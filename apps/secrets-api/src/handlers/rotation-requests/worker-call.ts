import { isArn } from '@strongroom/arn';
import { type Caller, type CallOrigin, serviceCaller, type ServiceNaming } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import { accessDenied, invalidParameter } from '@strongroom/errors';
import type { CallContext } from '@strongroom/grpc-kit';
import type { FoundRotation } from '../../domain/rotation/rotation-requests';
import type { KeyScope } from '../../domain/secret-vault';
import { readSecretId } from '../../domain/secret-reference';
import type { SecretKey } from '../../domain/secret-reference';
import type { WriteScope } from '../../domain/secret-writer';
import { requireVersionId } from '../../domain/request-rules';
import { KEY_TYPE, SECRET_TYPE } from '../secret-access';

/** A call that rotation-worker makes as itself; the peer policy admits nobody else. */
export type WorkerCall = CallContext<undefined>;

/** The worker as policies see it. */
export function workerOrigin(call: WorkerCall, naming: ServiceNaming): CallOrigin {
  const caller: Caller | undefined = serviceCaller(call.peer.certificateUri ?? '', naming);
  if (!caller) throw accessDenied('Only a service may call this.');
  return { caller, peer: call.peer, userAgent: call.userAgent };
}

/** The secret and the rotation of a request. @throws InvalidParameterException */
export function readRotation(request: { secretArn: string; token: string }): { key: SecretKey; token: string } {
  if (!isArn(request.secretArn)) throw invalidParameter('secret_arn must be an ARN.');
  // The ARN is enough: the place is only for names.
  const { keys } = readSecretId(request.secretArn, { accountId: '', region: '' }, 'secret_arn');
  return { key: keys[0]!, token: requireVersionId(request.token, 'token') };
}

/** Records the secret and its rotation in the call's event. */
export function auditRotation(call: WorkerCall, { secret, request }: FoundRotation): void {
  const audit = auditOf(call);
  audit.account(secret.accountId);
  audit.resource(secret.arn, SECRET_TYPE);
  audit.parameter('secretId', secret.arn);
  audit.parameter('clientRequestToken', request.token);
}

/** Keys are used in the worker's name, so a key's policy decides whether it may. */
export const workerKeyScope = (call: WorkerCall, accountId: string): KeyScope => ({
  caller: {
    credentialId: `cert:${call.peer.certificateUri ?? ''}`,
    sourceIp: call.peer.address,
    userAgent: call.userAgent,
    requestId: call.requestId,
  },
  accountId,
  deadline: call.deadline,
  usedKey: (keyArn) => auditOf(call).resource(keyArn, KEY_TYPE),
});

/** Nothing is committed without its audit event. */
export const workerScope = (call: WorkerCall, accountId: string): WriteScope => ({
  ...workerKeyScope(call, accountId),
  beforeCommit: () => auditOf(call).commit(),
});

/** For calls without an event of their own. */
export const unauditedScope = ({ deadline }: WorkerCall) => ({ deadline, beforeCommit: () => Promise.resolve() });
