import type { SecretVersion } from '../secrets.calls';

/** What its caller may change without changing the cache's. */
export function copyOf({ versionStages, createdDate, secretBinary, ...rest }: SecretVersion): SecretVersion {
  return {
    ...rest,
    versionStages: [...versionStages],
    createdDate: createdDate && new Date(createdDate),
    ...(secretBinary !== undefined && { secretBinary: Buffer.from(secretBinary) }),
  };
}

/** Leaves no bytes in memory; a text must wait for the garbage collector. */
export function wipe(version: SecretVersion | undefined): void {
  version?.secretBinary?.fill(0);
}
