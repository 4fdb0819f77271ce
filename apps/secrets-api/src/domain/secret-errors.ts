import { DomainError, invalidParameter, invalidRequest, resourceExists, resourceNotFound } from '@strongroom/errors';

// AWS's own texts, if known.

export const secretNotFound = () => resourceNotFound("Secrets Manager can't find the specified secret.");

export const labelNotFound = (label: string) =>
  resourceNotFound(`Secrets Manager can't find the specified secret value for staging label: ${label}`);

export const versionNotFound = (versionId: string) =>
  resourceNotFound(`Secrets Manager can't find the specified secret value for VersionId: ${versionId}`);

export const stageNotOnVersion = () =>
  invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.');

export const markedForDeletion = () =>
  invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");

export const windowOver = () =>
  invalidRequest("You can't restore the secret because its recovery window is over; it is about to be deleted for good.");

export const nameTaken = (name: string) => resourceExists(`The operation failed because the secret ${name} already exists.`);

export const nameScheduledForDeletion = () =>
  invalidRequest("You can't create this secret because a secret with this name is already scheduled for deletion.");

export const tokenTaken = (token: string, arn: string) =>
  resourceExists(
    `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${arn}.`,
  );

export const removeFromMissing = (label: string, holder: string) =>
  invalidParameter(
    `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ${holder}, ` +
      'so you must explicitly reference that version in RemoveFromVersionId.',
  );

export const labelNotThere = (label: string, versionId: string) =>
  invalidParameter(`The parameter RemoveFromVersionId is wrong: staging label ${label} is not attached to version ${versionId}.`);

export const currentStays = () =>
  invalidParameter("You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.");

/** Policy conditions do not distinguish such keys. `place`: where the second one is. */
export const duplicateTagKeys = (place: string) =>
  invalidParameter(`Duplicate tag keys found. Please note that Tag keys are case insensitive. The second one is ${place}.`);

export const publicPolicy = () =>
  new DomainError({
    kind: 'failed-precondition',
    reason: 'PublicPolicyException',
    message:
      'The BlockPublicPolicy parameter is set to true, and the resource policy did not prevent broad access to the secret.',
  });

export const policyLocksOut = () =>
  invalidRequest(
    'The new resource policy will not allow you to change the resource policy in the future. ' +
      'Set BypassPolicyLockoutSafetyCheck to store it anyway.',
  );

/** `cause` is the key service's error. */
export const decryptionFailure = (cause?: unknown) =>
  new DomainError({
    kind: 'failed-precondition',
    reason: 'DecryptionFailure',
    message: "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
    cause,
  });

export const encryptionFailure = (cause?: unknown) =>
  new DomainError({
    kind: 'failed-precondition',
    reason: 'EncryptionFailure',
    message:
      "Secrets Manager can't encrypt the protected secret text using the provided KMS key. " +
      'Check that the KMS key is available, enabled, and not in an invalid state.',
    cause,
  });

export const tooManyRaces = () =>
  new DomainError({
    kind: 'aborted',
    reason: 'InternalServiceError',
    message: 'Other calls kept changing the secret at the same time; repeat the call.',
  });

/** The database's row of the secret is damaged. No request causes this, and no other secret is affected. */
export class DamagedSecret extends DomainError {
  constructor(cause?: unknown) {
    super({
      kind: 'internal',
      reason: 'InternalServiceError',
      message: 'The stored secret is damaged; the service cannot read it.',
      cause,
    });
  }
}
