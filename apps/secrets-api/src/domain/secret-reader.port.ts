import type { Secret, Version } from './secret';
import type { SecretKey } from './secret-reference';

/** Which version to bring along; none: metadata alone. */
export type VersionSelection = { versionId: string } | { label: string } | undefined;

/** A secret with the selected version, if it has one. */
export interface FoundSecret {
  secret: Secret;
  version?: Version;
}

/** Fresh reads, shared by all who ask in one turn of the event loop. */
export interface SecretReader {
  /** All answers come from one statement, also for several questions asked in the same turn. */
  find(key: SecretKey, selection?: VersionSelection): Promise<FoundSecret | undefined>;
}
