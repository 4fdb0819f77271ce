import { auditOf } from '@strongroom/audit-trail';
import { accessDenied, invalidParameter } from '@strongroom/errors';
import type { Call, Dependencies } from './dependencies';

/**
 * The account that a request is about, once its caller is authorised. Callers see their own account; those of the account that
 * the cluster started with may also name others.
 * @throws AccessDeniedException, InvalidParameterException
 */
export function requireAccount(d: Pick<Dependencies, 'authorizer' | 'homeAccountId'>, call: Call, accountId: string): string {
  if (accountId !== '' && !/^\d{12}$/.test(accountId)) throw invalidParameter('AccountId must have 12 digits.');
  const own = call.caller.accountId;
  const wanted = accountId || own;
  if (accountId !== '') auditOf(call).parameter('accountId', accountId);
  requireAllowed(d, call, 'ce:GetCostAndUsage');
  if (wanted !== own) requireHome(d, call, 'see what other accounts use');
  return wanted;
}

/** @throws AccessDeniedException */
export function requireAllowed({ authorizer }: Pick<Dependencies, 'authorizer'>, call: Call, action: string): void {
  authorizer.require(call, { action, resource: '*', resourceAccountId: call.caller.accountId });
}

/** @throws AccessDeniedException */
export function requireHome({ homeAccountId }: Pick<Dependencies, 'homeAccountId'>, call: Call, what: string): void {
  if (call.caller.accountId === homeAccountId) return;
  throw accessDenied(`Only callers of the account that the cluster started with may ${what}.`);
}

/** A whole number from `min` to `max`, or the default if it is absent. @throws InvalidParameterException */
export function requireNumber(
  value: number | undefined,
  { name, min, max, standard }: { name: string; min: number; max: number; standard: number },
): number {
  if (value === undefined) return standard;
  if (value < min || value > max) throw invalidParameter(`${name} must be from ${min} to ${max}.`);
  return value;
}

export const requireMaxResults = (value: number | undefined, max = 1_000): number =>
  requireNumber(value, { name: 'MaxResults', min: 1, max, standard: 100 });
