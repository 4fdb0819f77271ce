import { callerReference } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import { invalidParameter } from '@strongroom/errors';
import type { CustomerKeyFacts, KeyAsker } from '../../domain/customer-keys.port';
import { requireKmsKeyId } from '../../domain/request-rules';
import { type Call, KEY_TYPE } from '../secret-access';
import type { Dependencies } from './dependencies';

export const askerOf = (call: Call): KeyAsker => ({ caller: callerReference(call), deadline: call.deadline });

/**
 * The key that a request names, if its caller may describe it and may call this operation for it. The key service authorises the
 * first before it tells anything of the key.
 * @throws DomainError AccessDeniedException; NotFoundException and others of KMS; InvalidParameterException
 */
export async function authorizedKey(d: Dependencies, call: Call, keyId: string): Promise<CustomerKeyFacts> {
  if (keyId === '') throw invalidParameter('KeyId must be given.');
  const requested = requireKmsKeyId(keyId);
  auditOf(call).resource(requested, KEY_TYPE);
  const key = await d.keys.describe(requested, askerOf(call));
  d.authorizer.require(call, {
    action: `secretsmanager:${call.operation}`,
    resource: key.arn,
    resourceAccountId: key.accountId,
  });
  auditOf(call).account(key.accountId);
  auditOf(call).resourceIs(key.arn, KEY_TYPE, requested);
  return key;
}
