import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type { EncryptionContext } from '@strongroom/envelope';
import type { CallContext } from '@strongroom/grpc-kit';
import { dryRunSucceeded } from '../domain/key-errors';
import { requireUsable, type KeyOperationName } from '../domain/key-operations';
import type { KeyRecord } from '../domain/key-record';
import { SYMMETRIC_DEFAULT } from '../domain/limits';
import { findKey, targetOf, type KeyScope, type KeyTarget } from '../domain/key-target';
import type { WriteOptions } from '../domain/keys.port';
import type { Dependencies } from './dependencies';
import type { KeyContext, KeyUse } from './key-access';

export type KeyCall = CallContext<Caller>;

/** A bare key id means a key of the caller's account. */
export const scopeOf = (d: Dependencies, call: KeyCall): KeyScope => ({ accountId: call.caller.accountId, region: d.region });

/** Loads the key, authorises, and records the key in the audit event. @throws as `KeyAccess.require` */
export async function authorizedKey(
  d: Dependencies,
  call: KeyCall,
  operation: KeyOperationName,
  target: KeyTarget,
  use: KeyUse = {},
): Promise<KeyRecord> {
  const found = await findKey(d.keys, target);
  // For another account's key, the event has what the caller sent until the call is permitted: an alias does not reveal its key.
  const isOwn = found?.accountId === call.caller.accountId;
  auditOf(call).resource(isOwn ? found.arn : target.arn, isOwn || target.keyId ? 'AWS::KMS::Key' : 'AWS::KMS::Alias');
  const key = await d.access.require(call, operation, target, found, use);
  auditOf(call).account(key.accountId);
  auditOf(call).resourceIs(key.arn, 'AWS::KMS::Key', target.arn);
  return key;
}

/** The same, if the key is one for the operation. @throws as `authorizedKey`, `requireUsable` */
export async function usableKey(...[d, call, operation, target, use]: Parameters<typeof authorizedKey>): Promise<KeyRecord> {
  const key = await authorizedKey(d, call, operation, target, use);
  requireUsable(operation, key);
  return key;
}

/** The same for the key that a request names. @throws as `targetOf`, `usableKey` */
export function keyFor(
  d: Dependencies,
  call: KeyCall,
  operation: KeyOperationName,
  keyId: string,
  use?: KeyUse,
): Promise<KeyRecord> {
  return usableKey(d, call, operation, targetOf(operation, keyId, scopeOf(d, call)), use);
}

/** What a request to encrypt or decrypt says about its use of a key, with condition keys that only this operation has. */
export const useOf = (
  request: Required<Pick<KeyUse, 'encryptionContext' | 'grantTokens'>> & { encryptionAlgorithm?: string },
  conditions: KeyContext = {},
): KeyUse => ({
  encryptionContext: request.encryptionContext,
  grantTokens: request.grantTokens,
  conditions: { ...conditions, 'kms:encryptionalgorithm': request.encryptionAlgorithm || SYMMETRIC_DEFAULT },
});

/** A dry run ends here: all that could refuse the request has been checked. @throws DomainError DryRunOperationException */
export function endDryRun({ dryRun }: { dryRun: boolean }): void {
  if (dryRun) throw dryRunSucceeded();
}

/** What a database change needs from its call: the event must be in the journal before anything is committed. */
export const writeOf = (call: KeyCall): WriteOptions => ({
  deadline: call.deadline,
  beforeCommit: () => auditOf(call).commit(),
});

/** An encryption context is public, so that the trail can show it. */
export function noteContext(call: KeyCall, context: EncryptionContext): void {
  if (Object.keys(context).length > 0) auditOf(call).parameter('encryptionContext', JSON.stringify(context));
}
