import { DomainError, type ErrorKind } from '@strongroom/errors';

export { invalidKeyUsage, unsupportedOperation, validationFailed } from '@strongroom/key-algorithms';

const reason = (kind: ErrorKind, name: string) => (message: string) => new DomainError({ kind, reason: name, message });

// Errors of AWS KMS alone (2014-11-01), with or without a full stop as in AWS.
export const notFound = reason('not-found', 'NotFoundException');
export const keyNotFound = (arn: string) => notFound(`Key '${arn}' does not exist`);
export const aliasNotFound = (arn: string) => notFound(`Alias ${arn} is not found.`);
export const keyDisabled = reason('failed-precondition', 'DisabledException');
export const invalidKeyState = reason('failed-precondition', 'KMSInvalidStateException');
export const dryRunSucceeded = () =>
  reason('failed-precondition', 'DryRunOperationException')('The request would have succeeded, but the DryRun option is set.');
export const alreadyExists = reason('already-exists', 'AlreadyExistsException');
export const invalidAliasName = reason('invalid-argument', 'InvalidAliasNameException');
export const invalidArn = reason('invalid-argument', 'InvalidArnException');
export const invalidGrantId = () => reason('invalid-argument', 'InvalidGrantIdException')('GrantId must have 64 hex digits.');
export const invalidGrantToken = () => reason('invalid-argument', 'InvalidGrantTokenException')('The grant token is not valid.');
export const grantNotFound = (grantId: string) => notFound(`Grant ID ${grantId} not found`);
export const invalidMarker = reason('invalid-argument', 'InvalidMarkerException');
export const incorrectKey = reason('invalid-argument', 'IncorrectKeyException');
export const invalidTag = reason('invalid-argument', 'TagException');
export const rotationConflict = reason('failed-precondition', 'ConflictException');
