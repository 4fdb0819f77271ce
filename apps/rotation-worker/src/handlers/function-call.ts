import { auditOf } from '@strongroom/audit-trail';
import { functionArn, type FunctionReference } from '../domain/custom-function';
import { type Call, type Dependencies, FUNCTION_TYPE } from './dependencies';

/**
 * Checks that the caller may do this with the function, whether it exists or not; otherwise throws AccessDeniedException. Returns
 * its ARN.
 */
export function requireFunctionAccess(
  d: Pick<Dependencies, 'authorizer'>,
  call: Call,
  reference: FunctionReference,
  action: 'CreateFunction' | 'GetFunction' | 'DeleteFunction',
): string {
  const arn = functionArn(reference);
  const audit = auditOf(call);
  audit.resource(arn, FUNCTION_TYPE);
  d.authorizer.require(call, { action: `lambda:${action}`, resource: arn, resourceAccountId: reference.accountId });
  audit.account(reference.accountId);
  return arn;
}

export const ownScope = (d: Pick<Dependencies, 'region'>, call: Call) => ({ accountId: call.caller.accountId, region: d.region });
