import type { CompiledPolicy, ContextValue } from '@strongroom/policy';
import type { AccessCheck, CallOrigin, Tags } from '../access-check';

type Context = Readonly<Record<string, ContextValue>>;

/** What a key is, for policies. */
export interface CheckedKey {
  /** Such as `SYMMETRIC_DEFAULT`. */
  spec: string;
  /** Such as `ENCRYPT_DECRYPT`. */
  usage: string;
  /** `AWS_KMS` or `EXTERNAL`. */
  origin: string;
  /** The names of its aliases. */
  aliases?: readonly string[];
}

/** Everything about a key that decides who may do what with it, beside grants. */
export interface KeyQuestion {
  /** Without its service, such as `Decrypt`. */
  operation: string;
  /** The key's ARN, or `*` for a key that nobody named. */
  arn: string;
  accountId: string;
  /** Of the caller's call. */
  region: string;
  policy: CompiledPolicy;
  key: CheckedKey;
  tags?: Tags;
  /** Condition keys of the operation, in lower case. */
  context?: Context;
  /** The refusal shows this instead of the ARN. */
  label?: string;
}

/** The question whether somebody may do this with a key, as crypto-keyservice asks it. */
export const keyCheck = (origin: CallOrigin, question: KeyQuestion): AccessCheck => ({
  action: `kms:${question.operation}`,
  resource: question.arn,
  resourceAccountId: question.accountId,
  resourcePolicy: question.policy,
  keyPolicy: true,
  context: { ...contextOfKey(question.key), ...question.context, ...contextOfKmsCaller(origin, question.region) },
  resourceTags: question.tags,
  resourceLabel: question.label,
});

/** The condition keys of a key. */
export const contextOfKey = ({ spec, usage, origin, aliases }: CheckedKey): Context => ({
  'kms:keyspec': spec,
  'kms:keyusage': usage,
  // Their names of before, which KMS still knows.
  'kms:customermasterkeyspec': spec,
  'kms:customermasterkeyusage': usage,
  'kms:keyorigin': origin,
  'kms:multiregion': 'false',
  'kms:resourcealiases': aliases,
});

/** The condition keys that every call of KMS has. */
export const contextOfKmsCaller = ({ caller, via }: CallOrigin, region: string): Context => ({
  'kms:calleraccount': caller.accountId,
  'kms:viaservice': via && `${via}.${region}.amazonaws.com`,
});
