import { DomainError, invalidParameter } from '@strongroom/errors';
import { obeys, secretTexts } from '@strongroom/field-rules';
import { DEFAULT_PARTITION, formatArn, isArn, parseArn } from './arn';

const SUFFIX = /^[A-Za-z0-9]{6}$/;
const SUFFIXED = /^(.+)-([A-Za-z0-9]{6})$/;

/**
 * The meaning of a SecretId. The end of an ARN can be a name with its 6-character suffix or a bare name, and `db-abcdef` can be
 * either. So `arn` has both readings, and lookups must try the full ARN first.
 */
export type SecretReference =
  | { kind: 'name'; name: string }
  | {
      kind: 'arn';
      /** The ARN as given. */
      arn: string;
      partition: string;
      region: string;
      account: string;
      /** The secret's name, if the ARN has no suffix: everything after `secret:`. */
      name: string;
      /** The secret's name and suffix, if the ARN is complete; absent if its end cannot be a suffix. */
      complete?: { name: string; suffix: string };
    };

/** `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX`; the suffix is 6 random letters and digits. */
export function secretArn(parts: { partition?: string; region: string; account: string; name: string; suffix: string }): string {
  requireOwner(parts, 'Secret ARN');
  if (!obeys(secretTexts.name, parts.name)) throw invalidParameter(`Name ${NAME_RULE}`);
  if (!SUFFIX.test(parts.suffix)) throw invalidParameter('The suffix of a secret ARN must be 6 ASCII letters and digits.');
  const { partition = DEFAULT_PARTITION, region, account } = parts;
  return formatArn({ partition, service: 'secretsmanager', region, account, resource: `secret:${parts.name}-${parts.suffix}` });
}

const NAME_RULE = `must be ${secretTexts.name.min} to ${secretTexts.name.max} ASCII letters, digits and the characters /_+=.@-`;

/** AWS's own text for this field. */
const invalidName = (field: string): DomainError =>
  field === SECRET_ID
    ? new DomainError({
        kind: 'invalid-argument',
        reason: 'ValidationException',
        message: 'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
      })
    : invalidParameter(`${field} ${NAME_RULE}, or an ARN.`);

const SECRET_ID = 'SecretId';

/**
 * Reads a secret's name, its full ARN, or its ARN without the suffix.
 *
 * @throws InvalidParameterException naming `field`; for a SecretId that is no name ValidationException
 */
export function parseSecretReference(text: string, field = SECRET_ID): SecretReference {
  if (!isArn(text)) {
    if (!obeys(secretTexts.nameInReference, text)) throw invalidName(field);
    return { kind: 'name', name: text };
  }
  const { partition, service, region, account, resource } = parseArn(text, field);
  if (service !== 'secretsmanager') throw invalidParameter(`${field} must be an ARN of the service secretsmanager.`);
  requireOwner({ region, account }, field);
  const tail = resource.startsWith('secret:') ? resource.slice('secret:'.length) : '';
  const complete = SUFFIXED.exec(tail);
  const name = complete ? complete[1]! : tail;
  if (!obeys(secretTexts.nameInReference, name)) throw invalidParameter(`${field} must end in secret:NAME; NAME ${NAME_RULE}`);
  return {
    kind: 'arn',
    arn: text,
    partition,
    region,
    account,
    name: tail,
    ...(complete ? { complete: { name, suffix: complete[2]! } } : {}),
  };
}

function requireOwner(parts: { region: string; account: string }, field: string): void {
  if (parts.region === '') throw invalidParameter(`${field} must name a region.`);
  if (parts.account === '') throw invalidParameter(`${field} must name an account of 12 digits.`);
}
