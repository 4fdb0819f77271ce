import type { SecretValue } from '@strongroom/envelope';
import { invalidRequest } from '@strongroom/errors';
import { PASSWORD_LENGTH, randomPassword, type PasswordRules } from '@strongroom/random';
import type { BuiltInFunction } from '../shared/built-in-function.port';
import type { RotationStage } from '../shared/rotating-secret.port';
import { AWS_EXCLUDED_CHARACTERS } from '../shared/pending-value';
import { requireVersion, SecretFields } from '../shared/secret-fields';

const FIELD = 'password';

/** The password rule in the fields of a secret, with the names of GetRandomPassword. */
const rulesOf = (fields: SecretFields | undefined): PasswordRules => {
  const { min, max, default: standard } = PASSWORD_LENGTH;
  return {
    length: fields?.integer('passwordLength', { min, max, standard }) ?? standard,
    excludeCharacters: fields?.optionalText('excludeCharacters') ?? AWS_EXCLUDED_CHARACTERS,
    excludeNumbers: fields?.flag('excludeNumbers') ?? false,
    excludePunctuation: fields?.flag('excludePunctuation') ?? false,
    excludeUppercase: fields?.flag('excludeUppercase') ?? false,
    excludeLowercase: fields?.flag('excludeLowercase') ?? false,
    includeSpace: fields?.flag('includeSpace') ?? false,
    requireEachIncludedType: fields?.flag('requireEachIncludedType') ?? true,
  };
};

/** The fields of a value that is a JSON object; undefined for one that is the password itself. */
const fieldsOf = (value: SecretValue, stage: RotationStage): SecretFields | undefined => {
  if (value.kind !== 'string') {
    throw invalidRequest(`The value of ${stage} must be a SecretString: a password, or a JSON object with the field "${FIELD}".`);
  }
  const fields = SecretFields.parseIfObject(value, stage);
  fields?.text(FIELD);
  return fields;
};

/**
 * For secrets that no server needs to know, such as a signing key of one application. A SecretString that is a JSON object gets a
 * new `password` and keeps its other fields, some of which may be the rule for the password. Any other SecretString is the
 * password itself. A secret without a value gets one.
 */
export const passwordFunction: BuiltInFunction = {
  name: 'strongroom-password',
  description: 'Replaces the secret, or the field "password" of its JSON, with a random password. No server is involved.',

  async createSecret({ secret, random }) {
    if (await secret.read('AWSPENDING')) return;
    const current = await secret.read('AWSCURRENT');
    const fields = current && fieldsOf(current.value, 'AWSCURRENT');
    const password = randomPassword(rulesOf(fields), random);
    await secret.putPending(fields ? fields.with({ [FIELD]: password }) : { kind: 'string', text: password });
  },

  setSecret: () => Promise.resolve(),

  async testSecret({ secret }) {
    fieldsOf((await requireVersion(secret, 'AWSPENDING')).value, 'AWSPENDING');
  },

  async testCurrent({ secret }) {
    fieldsOf((await requireVersion(secret, 'AWSCURRENT')).value, 'AWSCURRENT');
  },
};
