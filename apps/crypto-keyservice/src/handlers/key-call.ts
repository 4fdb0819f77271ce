import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type { EncryptionContext } from '@strongroom/envelope';
import type { CallContext } from '@strongroom/grpc-kit';
import type { KeyRecord } from '../domain/key-record';
import { findKey, type KeyScope, type KeyTarget } from '../domain/key-target';
import type { WriteOptions } from '../domain/keys.port';
import type { Dependencies } from './dependencies';
import type { KeyContext } from './key-access';

export type KeyCall = CallContext<Caller>;

/** A bare key id means a key of the caller's account. */
export const scopeOf = (d: Dependencies, call: KeyCall): KeyScope => ({ accountId: call.caller.accountId, region: d.region });

/** Loads the key, authorises, and records the key in the audit event. @throws as `KeyAccess.require` */
export async function authorizedKey(
  d: Dependencies,
  call: KeyCall,
  action: string,
  target: KeyTarget,
  context?: KeyContext,
): Promise<KeyRecord> {
  const found = await findKey(d.keys, target);
  // For another account's key, the event has what the caller sent until the call is permitted: an alias does not reveal its key.
  const isOwn = found?.accountId === call.caller.accountId;
  auditOf(call).resource(isOwn ? found.arn : target.arn, isOwn || target.keyId ? 'AWS::KMS::Key' : 'AWS::KMS::Alias');
  const key = d.access.require(call, action, target, found, context);
  auditOf(call).account(key.accountId);
  auditOf(call).resourceIs(key.arn, 'AWS::KMS::Key', target.arn);
  return key;
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
