import type { Secret } from './secret';
import { markedForDeletion, secretNotFound, tooManyRaces } from './secret-errors';
import type { FoundSecret, SecretReader, VersionSelection } from './secret-reader.port';
import type { SecretKey } from './secret-reference';
import { type LockedSecret, VersionTaken } from './secret-store.port';

/** How often a write begins anew because somebody else was faster. Each time, one of the others has got something done. */
export const MAX_RACES = 8;

/** What was read before the transaction no longer holds. */
export class Outdated extends Error {}

/** Runs `attempt`, and again on a fresh read as long as somebody else was faster. */
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

/** What sealing went by must still be so. */
export function requireUnchanged(read: Secret, { secret }: LockedSecret): void {
  if (secret.deletion) throw markedForDeletion();
  if (secret.kmsKeyArn !== read.kmsKeyArn) throw new Outdated();
}

export const placeOf = (secret: Secret, versionId: string) => ({ secretArn: secret.arn, secretVersionId: versionId });

export const keyOf = ({ accountId, region, name, arn }: Secret): SecretKey => ({
  accountId,
  region,
  name,
  suffix: arn.slice(-6),
});
