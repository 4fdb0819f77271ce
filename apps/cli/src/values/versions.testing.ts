import type { SecretVersion } from '@strongroom/client';

/** A version as the client answers it. */
export const versionOf = (name: string, value: string | Buffer | object, versionId = `${name}-1`): SecretVersion => ({
  arn: `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-AbCdEf`,
  name,
  versionId,
  versionStages: ['AWSCURRENT'],
  createdDate: new Date(0),
  ...(Buffer.isBuffer(value)
    ? { secretBinary: value }
    : { secretString: typeof value === 'string' ? value : JSON.stringify(value) }),
});
