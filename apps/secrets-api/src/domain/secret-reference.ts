import { parseSecretReference } from '@strongroom/arn';
import { invalidParameter } from '@strongroom/errors';

/** One reading of a SecretId: the lookup to make. */
export interface SecretKey {
  accountId: string;
  region: string;
  name: string;
  /** If the ARN is complete: the secret must have this suffix. */
  suffix?: string;
}

/** A SecretId, read. */
export interface SecretTarget {
  /** As the caller wrote it; error messages show only this. */
  requested: string;
  accountId: string;
  /** The readings; the first match counts. */
  keys: SecretKey[];
  /**
   * The ARN for permission checks if the secret does not exist. Patterns that cover every suffix match it, and no real secret has
   * this ARN.
   */
  placeholderArn: string;
}

/** A bare name means the caller's own account. @throws InvalidParameterException naming `field` */
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
