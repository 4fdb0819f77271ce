import { ArnPattern } from './conditions/arn-pattern';
import type { Condition } from './conditions/condition';
import { parseIpRange } from './conditions/ip-range';
import type { Finding } from './model';
import type { CompiledPolicy } from './compiled-policy';
import type { CompiledStatement } from './statement';

/**
 * Whether a resource policy admits callers whom it does not fix, which BlockPublicPolicy refuses. Deny statements are not
 * considered.
 */
export function grantsPublicAccess(policy: CompiledPolicy): boolean {
  return policy.allows.some((statement) => isPublic(statement, policy));
}

/** The statements that grant public access, as errors with their places, for validation. */
export function publicGrants(policy: CompiledPolicy): Finding[] {
  return policy.allows
    .filter((statement) => isPublic(statement, policy))
    .map(({ place }) => ({
      severity: 'error',
      place,
      rule: 'must not grant public access: name the principals, or fix who may call by a condition such as aws:PrincipalAccount',
    }));
}

/** The keys whose fixed value identifies the caller, or for whom the call is. */
const IDENTIFYING = new Set([
  'aws:principalaccount',
  'aws:principalorgid',
  'aws:sourceaccount',
  'aws:sourceorgid',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  'kms:calleraccount',
]);
const IDENTIFYING_ARNS = new Set(['aws:principalarn', 'aws:sourcearn']);
const EQUALITIES = new Set(['StringEquals', 'StringEqualsIgnoreCase', 'StringLike']);
const ARN_COMPARISONS = new Set(['ArnEquals', 'ArnLike', 'StringEquals', 'StringLike']);
/** Ranges wider than these do not identify the caller. */
const WIDEST_PREFIX = { 4: 8, 6: 32 } as const;

function isPublic({ principals, conditions }: CompiledStatement, { version }: CompiledPolicy): boolean {
  if (!principals || !(principals.negated || principals.names.anyone)) return false;
  return !conditions.some((condition) => narrows(condition, version === '2012-10-17'));
}

/** A condition narrows if it requires the key and fixes each of its alternatives. */
function narrows({ key, operator, quantifier, ifExists, values }: Condition, variables: boolean): boolean {
  // Both hold if the request lacks the key.
  if (ifExists || quantifier === 'ForAllValues') return false;
  if (key === 'aws:sourceip') return operator === 'IpAddress' && values.every(isNarrowRange);
  if (IDENTIFYING.has(key)) return EQUALITIES.has(operator) && values.every((value) => isFixed(value, operator, variables));
  if (IDENTIFYING_ARNS.has(key))
    return ARN_COMPARISONS.has(operator) && values.every((value) => namesAccount(value, operator, variables));
  return false;
}

function isFixed(value: string, operator: string, variables: boolean): boolean {
  if (variables && value.includes('${')) return false;
  return operator !== 'StringLike' || !/[*?]/.test(value);
}

/** An ARN pattern may have wildcards as long as its account is fixed, and the pattern cannot reach over from another part. */
function namesAccount(value: string, operator: string, variables: boolean): boolean {
  if (isFixed(value, operator.startsWith('Arn') ? 'StringLike' : operator, variables)) return true;
  if (!operator.startsWith('Arn')) return false;
  return /^[0-9]{12}$/.test(new ArnPattern(value, variables).account ?? '');
}

function isNarrowRange(value: string): boolean {
  const range = parseIpRange(value);
  return range !== undefined && range.prefix >= WIDEST_PREFIX[range.family];
}
