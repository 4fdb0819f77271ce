import { auditOf } from '@strongroom/audit-trail';
import { validationFailed } from '../domain/key-errors';
import type { KeyTarget } from '../domain/key-target';
import type { KeyCall } from './key-call';

/** An alias and its key belong to one account. @throws DomainError ValidationException */
export function requireOwnKey<Target extends KeyTarget>(target: Target, call: KeyCall): Target {
  if (target.accountId !== call.caller.accountId) throw validationFailed('TargetKeyId must be a key of your own account.');
  return target;
}

export function noteAlias(call: KeyCall, alias: KeyTarget): void {
  auditOf(call).resource(alias.arn, 'AWS::KMS::Alias');
}
