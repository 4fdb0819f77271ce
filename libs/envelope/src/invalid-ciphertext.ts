import { DomainError } from '@strongroom/errors';

/**
 * The one answer to a ciphertext that does not open: cut short, altered, another format, key, place or encryption
 * context. It says no more on purpose, so that nobody can find out by asking which part was right.
 */
export const invalidCiphertext = (): DomainError =>
  new DomainError({
    kind: 'invalid-argument',
    reason: 'InvalidCiphertextException',
    message: 'The ciphertext is not valid for this key and encryption context.',
  });
