import { auditOf } from '@strongroom/audit-trail';
import { invalidParameter } from '@strongroom/errors';
import type { Call, Dependencies } from './dependencies';
import { SECRET_TYPE } from './dependencies';

const MAX_ID = 2_048;

/** The ARN of a call's secret, once its caller is authorised; the call's event names it. */
export async function openSecret(
  d: Pick<Dependencies, 'access'>,
  call: Call,
  secretId: string,
  action: 'DescribeSecret' | 'RotateSecret',
): Promise<string> {
  if (secretId.length < 1 || secretId.length > MAX_ID) throw invalidParameter(`SecretId must have 1 to ${MAX_ID} characters.`);
  const audit = auditOf(call);
  audit.parameter('secretId', secretId);
  const { secretArn } = await d.access.require(call, secretId, action);
  audit.resource(secretArn, SECRET_TYPE);
  audit.account(accountOf(secretArn));
  return secretArn;
}

export const accountOf = (arn: string): string => arn.split(':')[4]!;

export function requireMaxResults(maxResults: number | undefined): number {
  if (maxResults === undefined) return 100;
  if (maxResults < 1 || maxResults > 100) throw invalidParameter('MaxResults must be from 1 to 100.');
  return maxResults;
}
