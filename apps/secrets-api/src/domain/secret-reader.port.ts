import type { Secret, Version } from './secret';
import type { SecretKey } from './secret-reference';

/** The version to read as well; none: only metadata. */
export type VersionSelection = { versionId: string } | { label: string } | undefined;

/** A secret with the selected version, if it has one. */
export interface FoundSecret {
  secret: Secret;
  version?: Version;
}

/** Fresh reads, shared by all requests of one turn of the event loop. */
export interface SecretReader {
  /** All answers come from one statement, even for several questions in the same turn. */
  find(key: SecretKey, selection?: VersionSelection): Promise<FoundSecret | undefined>;
}
