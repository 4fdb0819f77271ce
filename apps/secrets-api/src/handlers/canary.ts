import type { CallAudit } from '@strongroom/audit-trail';
import type { Secret } from '../domain/secret';

/** With the value `true` it makes a secret a canary: nobody has a reason to read it, so whoever does is told of. */
const CANARY_TAG = 'strongroom:canary';

/** The event of a read names the canary that is read, so that a rule or an alarm finds it without knowing its name. */
export function auditCanary(audit: CallAudit, { tags, arn }: Pick<Secret, 'arn' | 'tags'>): void {
  if (tags.get(CANARY_TAG) === 'true') audit.parameter('canary', arn);
}
