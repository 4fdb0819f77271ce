import { DomainError, type ErrorKind } from '@strongroom/errors';

const reason = (kind: ErrorKind, name: string) => (message: string) => new DomainError({ kind, reason: name, message });

export const validationFailed = reason('invalid-argument', 'ValidationException');
export const invalidKeyUsage = reason('failed-precondition', 'InvalidKeyUsageException');
export const unsupportedOperation = reason('invalid-argument', 'UnsupportedOperationException');

/** For key material that somebody imports. The message says which rule it breaks, and nothing of what it holds. */
export const incorrectKeyMaterial = reason('invalid-argument', 'IncorrectKeyMaterialException');

const signatureFailed = reason('invalid-argument', 'KMSInvalidSignatureException');
const macFailed = reason('invalid-argument', 'KMSInvalidMacException');

/** The only error for a signature that is not right, whatever is wrong with it. */
export const invalidSignature = () =>
  signatureFailed(
    'The request was rejected because the signature verification failed. Signature verification fails when it cannot confirm ' +
      'that signature was produced by signing the specified message with the specified KMS key and signing algorithm.',
  );

export const invalidMac = () =>
  macFailed(
    'The request was rejected because the HMAC verification failed. HMAC verification fails when the HMAC computed by using the ' +
      'specified message, HMAC KMS key, and MAC algorithm does not match the HMAC specified in the request.',
  );
