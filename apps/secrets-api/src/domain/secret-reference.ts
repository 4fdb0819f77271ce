import { parseSecretReference } from '@strongroom/arn';
import { invalidParameter } from '@strongroom/errors';

/** One reading of a SecretId: what to look up. */
export interface SecretKey {
  accountId: string;
  region: string;
  name: string;
  /** When the ARN is complete: the secret must have this suffix. */
  suffix?: string;
}

/** A SecretId, read. */
export interface SecretTarget {
  /** As it was given; error messages show this and nothing more. */
  requested: string;
  accountId: string;
  /** The readings, the first match wins. */
  keys: SecretKey[];
  /**
   * The ARN that stands for the secret where there is none, so that permission can be asked for it all the same. Patterns
   * that cover every suffix match it, and no ARN of a real secret is equal to it.
   */
  placeholderArn: string;
}

/** Throws InvalidParameterException naming `field`. A bare name means the caller's own account. */
export function readSecretId(secretId: string, place: { accountId: string; region: string }, field = 'SecretId'): SecretTarget {
  const reference = parseSecretReference(secretId, field);
  if (reference.kind === 'name') {
    const key = { ...place, name: reference.name };
    return { requested: secretId, accountId: place.accountId, keys: [key], placeholderArn: placeholderOf(key) };
  }
  if (reference.partition !== 'aws') throw invalidParameter(`${field} must be an ARN of the partition aws.`);
  const { account: accountId, region, name, complete } = reference;
  const bare = { accountId, region, name };
  return {
    requested: secretId,
    accountId,
    keys: complete ? [{ accountId, region, ...complete }, bare] : [bare],
    placeholderArn: complete ? reference.arn : placeholderOf(bare),
  };
}

/** No suffix has question marks. */
const placeholderOf = ({ accountId, region, name }: SecretKey): string =>
  `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-??????`;
