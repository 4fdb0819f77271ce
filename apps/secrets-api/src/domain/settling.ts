import type { Secret } from './secret';
import { markedForDeletion, secretNotFound, tooManyRaces } from './secret-errors';
import type { FoundSecret, SecretReader, VersionSelection } from './secret-reader.port';
import type { SecretKey } from './secret-reference';
import { type LockedSecret, VersionTaken } from './secret-store.port';

/** The most times that a write starts again because somebody else was faster. Each time, one of the others has made progress. */
export const MAX_RACES = 8;

/** The data read before the transaction is no longer valid. */
export class Outdated extends Error {}

/** Runs `attempt`, and repeats it with a fresh read as long as somebody else was faster. */
export async function untilSettled<Result>(
  reader: SecretReader,
  first: FoundSecret,
  selection: VersionSelection,
  attempt: (found: FoundSecret) => Promise<Result>,
): Promise<Result> {
  let found: FoundSecret | undefined = first;
  for (let races = 0; races < MAX_RACES; races++) {
    if (!found) throw secretNotFound();
    if (found.secret.deletion) throw markedForDeletion();
    try {
      return await attempt(found);
    } catch (error) {
      if (!(error instanceof VersionTaken || error instanceof Outdated)) throw error;
    }
    found = await reader.find(keyOf(first.secret), selection);
  }
  throw tooManyRaces();
}

/** The assumptions of sealing must still hold. */
export function requireUnchanged(read: Secret, { secret }: LockedSecret): void {
  if (secret.deletion) throw markedForDeletion();
  if (secret.kmsKeyArn !== read.kmsKeyArn) throw new Outdated();
}

export function placeOf(secret: Secret, versionId: string) {
  return { secretArn: secret.arn, secretVersionId: versionId };
}

export function keyOf({ accountId, region, name, arn }: Secret): SecretKey {
  return {
    accountId,
    region,
    name,
    suffix: arn.slice(-6),
  };
}
