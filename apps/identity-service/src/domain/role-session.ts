import { identityNumbers } from '@strongroom/field-rules';
import { checkDuration, checkExternalId, checkRoleSessionName, checkTagKey, checkTags, withTags } from './field-rules';
import type { Tag } from './identity';
import { invalidParameterValue, validationError } from './iam-errors';
import { parsePolicyArn, type PolicyReference } from './managed-policy';
import { checkDocument } from './policy-document';
import { SESSION_POLICY_ARNS, SESSION_POLICY_SIZE, TAGS } from './quotas';
import type { Session } from './store.port';

/** The session that a caller requests when assuming a role. */
export interface SessionRequest {
  sessionName: string;
  policy?: string;
  policyArns: PolicyReference[];
  /** Seconds; undefined: the default. */
  duration?: number;
  tags: Tag[];
  transitiveTagKeys: string[];
  externalId?: string;
}

const DEFAULT = 3_600;
/** The limit for a role session that began from a role session. */
const MOST_CHAINED = 3_600;

export function parseSessionRequest(request: {
  roleSessionName: string;
  policy: string;
  policyArns: readonly string[];
  durationSeconds?: number;
  tags: readonly Tag[];
  transitiveTagKeys: readonly string[];
  externalId: string;
}): SessionRequest {
  const { policy, policyArns } = request;
  if (policyArns.length > SESSION_POLICY_ARNS) {
    throw validationError(`policy_arns must have at most ${SESSION_POLICY_ARNS} items.`);
  }
  const keys = new Set(request.tags.map(({ key }) => key.toLowerCase()));
  if (keys.size !== request.tags.length) {
    throw invalidParameterValue('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  const tags = checkTags(request.tags);
  if (request.transitiveTagKeys.length > TAGS) throw validationError(`transitive_tag_keys must have at most ${TAGS} items.`);
  for (const key of request.transitiveTagKeys) {
    checkTagKey(key, 'transitive_tag_keys');
    if (!keys.has(key.toLowerCase())) {
      throw invalidParameterValue('The specified transitive tag key must be included in the requested tags.');
    }
  }
  return {
    sessionName: checkRoleSessionName(request.roleSessionName),
    policy: policy === '' ? undefined : checkSessionPolicy(policy),
    policyArns: policyArns.map((arn) => parsePolicyArn(arn, 'policy_arns')),
    duration:
      request.durationSeconds === undefined
        ? undefined
        : checkDuration(
            request.durationSeconds,
            { ...identityNumbers.roleSessionDuration, default: DEFAULT },
            'duration_seconds',
          ),
    tags,
    transitiveTagKeys: [...request.transitiveTagKeys],
    externalId: checkExternalId(request.externalId),
  };
}

function checkSessionPolicy(policy: string): string {
  if (policy.length > SESSION_POLICY_SIZE) throw validationError(`policy must have at most ${SESSION_POLICY_SIZE} characters.`);
  checkDocument(policy, 'session', { field: 'policy', size: SESSION_POLICY_SIZE, quota: 'PolicySize' });
  return policy;
}

/** Seconds. */
export function checkSessionDuration(wanted: number | undefined, mostOfRole: number, chained: boolean): number {
  if (wanted === undefined) return DEFAULT;
  if (chained && wanted > MOST_CHAINED) {
    throw validationError('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.');
  }
  if (wanted > mostOfRole) {
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  return wanted;
}

/** The tags of a new session: inherited ones, which nobody may change, and requested ones. */
export function inheritTags(before: Session | undefined, wanted: SessionRequest): { all: Tag[]; transitiveKeys: string[] } {
  const lasting = new Set(before?.transitiveTagKeys.map((key) => key.toLowerCase()));
  const inherited = (before?.tags ?? []).filter((tag) => lasting.has(tag.key.toLowerCase()));
  if (wanted.tags.some((tag) => lasting.has(tag.key.toLowerCase()))) {
    throw invalidParameterValue(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  return {
    all: withTags(inherited, wanted.tags),
    transitiveKeys: [...inherited.map((tag) => tag.key), ...wanted.transitiveTagKeys],
  };
}
