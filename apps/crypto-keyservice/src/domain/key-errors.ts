import { DomainError, type ErrorKind } from '@strongroom/errors';

const reason = (kind: ErrorKind, name: string) => (message: string) => new DomainError({ kind, reason: name, message });

// Errors of AWS KMS alone (2014-11-01), with or without a full stop as in AWS.
export const notFound = reason('not-found', 'NotFoundException');
export const keyNotFound = (arn: string) => notFound(`Key '${arn}' does not exist`);
export const aliasNotFound = (arn: string) => notFound(`Alias ${arn} is not found.`);
export const keyDisabled = reason('failed-precondition', 'DisabledException');
export const invalidKeyState = reason('failed-precondition', 'KMSInvalidStateException');
export const alreadyExists = reason('already-exists', 'AlreadyExistsException');
export const invalidAliasName = reason('invalid-argument', 'InvalidAliasNameException');
export const invalidArn = reason('invalid-argument', 'InvalidArnException');
export const invalidMarker = reason('invalid-argument', 'InvalidMarkerException');
export const incorrectKey = reason('invalid-argument', 'IncorrectKeyException');
export const invalidTag = reason('invalid-argument', 'TagException');
export const validationFailed = reason('invalid-argument', 'ValidationException');
