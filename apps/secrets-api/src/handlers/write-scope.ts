import { callerReference } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type { KeyScope } from '../domain/secret-vault';
import type { WriteScope } from '../domain/secret-writer';
import { type Call, KEY_TYPE } from './secret-access';

export const keyScope = (call: Call, accountId: string): KeyScope => ({
  caller: callerReference(call),
  accountId,
  deadline: call.deadline,
  usedKey: (keyArn) => auditOf(call).resource(keyArn, KEY_TYPE),
});

/** Nothing is committed without its audit event. */
export const writeScope = (call: Call, accountId: string): WriteScope => ({
  ...keyScope(call, accountId),
  beforeCommit: () => auditOf(call).commit(),
});
