/** A value as the source has it; 1 to 65,536 bytes if it is to be stored. */
export type Value = { secretString: string; secretBinary?: undefined } | { secretBinary: Uint8Array; secretString?: undefined };

export interface SourceVersion {
  /**
   * Tells this version from all others that the secret ever has in its source, and says nothing of the value. Undefined where the
   * source has no versions, as in a file of variables.
   */
  readonly id?: string;
  /** Whether `id` becomes the version's id here, too: sources that count versions as we do. Default: false. */
  readonly keepId?: boolean;
  readonly value: Value;
  /** Exactly one version of a secret has AWSCURRENT. */
  readonly labels: readonly string[];
}

/** What may be changed only by name: a secret in its source, with all that is to be carried over. */
export interface SourceSecret {
  readonly name: string;
  /** Undefined where the source knows none; then nothing is changed here. The same for the others. */
  readonly description?: string;
  readonly tags?: ReadonlyMap<string, string>;
  readonly kmsKeyId?: string;
  readonly resourcePolicy?: string;
  /** The source rotates it: how. It is not set up here, and the report says so. */
  readonly rotation?: string;
  /** Oldest first; none for a secret without a value. */
  readonly versions: readonly SourceVersion[];
}

/** A secret that its source lists and does not give; `unreadable` is a sentence that says why. */
export interface UnreadableSecret {
  readonly name: string;
  readonly unreadable: string;
}

export type SourceItem = SourceSecret | UnreadableSecret;

export const isUnreadable = (item: SourceItem): item is UnreadableSecret => 'unreadable' in item;

export const AWSCURRENT = 'AWSCURRENT';

/** The version that GetSecretValue answers with. */
export const currentOf = ({ versions }: SourceSecret): SourceVersion | undefined =>
  versions.find(({ labels }) => labels.includes(AWSCURRENT));

/** A secret with the one value that its source has now. */
export const withOneValue = (
  secret: Omit<SourceSecret, 'versions'>,
  value: Value,
  version: Pick<SourceVersion, 'id' | 'keepId'> = {},
): SourceSecret => ({ ...secret, versions: [{ ...version, value, labels: [AWSCURRENT] }] });
