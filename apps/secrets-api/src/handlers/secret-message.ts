import type {
  RotationRules as RotationRulesMessage,
  SecretValue as SecretValueMessage,
  VersionStages,
} from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import type { SecretValue } from '@strongroom/envelope';
import type { RandomSource } from '@strongroom/random';
import { randomUuid } from '@strongroom/random';
import { readSchedule, type RotationRules } from '@strongroom/schedule';
import { requireValue, requireVersionId } from '../domain/request-rules';
import type { Secret } from '../domain/secret';
import type { Labels } from '../domain/labels';
import { labelsByVersion } from '../domain/staging-labels';

// Between the generated messages and the domain.

/** undefined if the request has no value. @throws InvalidParameterException for a wrong size */
export function readValue(message: SecretValueMessage | undefined): SecretValue | undefined {
  switch (message?.value?.$case) {
    case 'secretString':
      return requireValue({ kind: 'string', text: message.value.value });
    case 'secretBinary':
      return requireValue({ kind: 'binary', bytes: message.value.value });
    default:
      return undefined;
  }
}

export const toValueMessage = (value: SecretValue): SecretValueMessage => ({
  value: value.kind === 'string' ? { $case: 'secretString', value: value.text } : { $case: 'secretBinary', value: value.bytes },
});

/** The id of the new version. */
export const readToken = (token: string | undefined, random: RandomSource): string =>
  token === undefined ? randomUuid(random) : requireVersionId(token, 'ClientRequestToken');

export const toStagesMessage = (labels: Labels): Record<string, VersionStages> =>
  Object.fromEntries([...labelsByVersion(labels)].map(([versionId, stages]) => [versionId, { stages }]));

/** undefined if the request has no rules. @throws InvalidParameterException for rules that no schedule can follow */
export function readRules(message: RotationRulesMessage | undefined): RotationRules | undefined {
  if (!message) return undefined;
  const { automaticallyAfterDays, duration, scheduleExpression } = message;
  const rules = {
    automaticallyAfterDays: automaticallyAfterDays === undefined ? undefined : Number(automaticallyAfterDays),
    duration,
    scheduleExpression,
  };
  readSchedule(rules);
  return rules;
}

const toRulesMessage = (rules: RotationRules | undefined): RotationRulesMessage | undefined =>
  rules && {
    automaticallyAfterDays: daysOf(rules),
    duration: rules.duration,
    scheduleExpression: rules.scheduleExpression,
  };

/** Also for a schedule that expresses the same as a rate. */
function daysOf({ automaticallyAfterDays: days, scheduleExpression }: RotationRules): bigint | undefined {
  const rate = /^rate\((\d+) days?\)$/.exec(scheduleExpression ?? '')?.[1];
  const said = days ?? rate;
  return said === undefined ? undefined : BigInt(said);
}

/** By their keys. */
export const toTags = ({ tags }: Pick<Secret, 'tags'>) =>
  [...tags].map(([key, value]) => ({ key, value })).sort((a, b) => (a.key < b.key ? -1 : 1));

/** The fields that DescribeSecret and ListSecrets share. */
export const toDescription = (secret: Secret) => ({
  arn: secret.arn,
  name: secret.name,
  description: secret.description,
  kmsKeyId: secret.kmsKeyArn,
  rotationEnabled: secret.rotation?.enabled,
  rotationLambdaArn: secret.rotation?.functionArn,
  rotationRules: toRulesMessage(secret.rotation?.rules),
  lastRotatedDate: secret.rotation?.lastRotatedAt,
  nextRotationDate: secret.rotation?.next?.by,
  lastChangedDate: secret.lastChangedAt,
  lastAccessedDate: secret.lastAccessedOn,
  deletedDate: secret.deletion?.deletedAt,
  tags: toTags(secret),
  owningService: secret.owningService ?? '',
  createdDate: secret.createdAt,
});
