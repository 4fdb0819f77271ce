import { DomainError } from '@strongroom/errors';

/**
 * The only error for a ciphertext that does not open, whether it is cut, altered, or has another format, key, place or encryption
 * context. It says no more on purpose, so that nobody can find out which part was right.
 */
export function invalidCiphertext(): DomainError {
  return new DomainError({
    kind: 'invalid-argument',
    reason: 'InvalidCiphertextException',
    message: 'The ciphertext is not valid for this key and encryption context.',
  });
}
