import { DomainError } from '@strongroom/errors';

/** The token was not made here for this key, or was altered; the error does not say which. */
export const invalidImportToken = () =>
  new DomainError({
    kind: 'invalid-argument',
    reason: 'InvalidImportTokenException',
    message: 'The import token is invalid, or it belongs to another KMS key.',
  });

export const expiredImportToken = () =>
  new DomainError({
    kind: 'failed-precondition',
    reason: 'ExpiredImportTokenException',
    message: 'The import token has expired. GetParametersForImport returns a new one, and a new public key.',
  });
