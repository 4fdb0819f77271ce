import type { SecretValue } from '@strongroom/envelope';
import { randomPassword } from '@strongroom/random';
import type { RandomSource } from '@strongroom/random';
import type { BuiltInCall } from './built-in-function.port';
import { requireFields, type SecretFields } from './secret-fields';

/** What AWS's rotation functions leave out: characters that shells, URLs and connection strings trip over. */
export const AWS_EXCLUDED_CHARACTERS = '/@"\'\\';

export interface GeneratedPasswordOptions {
  /** Characters; 32 unless told. */
  length?: number;
  /** On top of AWS_EXCLUDED_CHARACTERS. */
  exclude?: string;
  /** For targets that take letters and digits only. */
  withoutPunctuation?: boolean;
}

/**
 * A password with at least one lower-case letter, upper-case letter, digit and (unless told otherwise) punctuation character;
 * never a space.
 */
export const generatePassword = (random: RandomSource, options: GeneratedPasswordOptions = {}): string =>
  randomPassword(
    {
      length: options.length ?? 32,
      excludeCharacters: AWS_EXCLUDED_CHARACTERS + (options.exclude ?? ''),
      excludeNumbers: false,
      excludePunctuation: options.withoutPunctuation ?? false,
      excludeUppercase: false,
      excludeLowercase: false,
      includeSpace: false,
      requireEachIncludedType: true,
    },
    random,
  );

/**
 * The complete createSecret: makes the pending value from the current one. An existing pending value stays, because the server
 * may know it already. Of two simultaneous calls, the value of the first stays.
 */
export const createPendingValue = async (
  { secret }: BuiltInCall,
  make: (current: SecretFields) => SecretValue | Promise<SecretValue>,
): Promise<void> => {
  const current = await requireFields(secret, 'AWSCURRENT');
  if (await secret.read('AWSPENDING')) return;
  await secret.putPending(await make(current));
};
