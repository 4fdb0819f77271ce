import type { CompiledPolicy, ContextValue } from '@strongroom/policy';
import type { AccessCheck, Tags } from '../access-check';

/** Everything about a secret that decides who may do what with it. */
export interface SecretQuestion {
  /** Without its service, such as `GetSecretValue`. */
  action: string;
  /** The secret's ARN; for one that does not exist, the ARN that it could have. */
  arn: string;
  accountId: string;
  region: string;
  policy?: CompiledPolicy;
  tags?: Tags;
  /** The ARN of the secret's rotation function. */
  rotationFunctionArn?: string;
  /** Condition keys of the operation, in lower case. */
  context?: Readonly<Record<string, ContextValue>>;
  /** The refusal shows this instead of the ARN. */
  label?: string;
}

/** The question whether somebody may do this with a secret, as secrets-api asks it. */
export const secretCheck = ({ action, arn, accountId, region, policy, tags, ...more }: SecretQuestion): AccessCheck => ({
  action: `secretsmanager:${action}`,
  resource: arn,
  resourceAccountId: accountId,
  resourcePolicy: policy,
  resourceTags: tags,
  resourceLabel: more.label,
  context: {
    ...more.context,
    'secretsmanager:secretid': arn,
    'secretsmanager:secretprimaryregion': region,
    'secretsmanager:resource/allowrotationlambdaarn': more.rotationFunctionArn,
  },
});
