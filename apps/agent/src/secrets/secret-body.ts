import type { SecretVersion } from '@strongroom/client';

/**
 * The body in which AWS's agent answers: the members of GetSecretValue, with the moment of creation as a text of seconds since
 * the Unix epoch, in milliseconds.
 */
export function secretBody(version: SecretVersion): Buffer {
  const { arn, name, versionId, secretString, secretBinary, versionStages, createdDate } = version;
  return Buffer.from(
    JSON.stringify({
      ARN: arn,
      Name: name,
      VersionId: versionId,
      ...(secretString !== undefined && { SecretString: secretString }),
      ...(secretBinary !== undefined && { SecretBinary: secretBinary.toString('base64') }),
      ...(versionStages.length > 0 && { VersionStages: versionStages }),
      CreatedDate: createdDate === undefined ? null : String(createdDate.getTime() / 1_000),
    }),
  );
}
