import type { Labels } from './labels';
import type { RotationConfiguration } from './rotation/rotation';

/** The state of a secret at one instant, read in one statement. */
export interface Secret {
  id: number;
  arn: string;
  accountId: string;
  region: string;
  name: string;
  description: string;
  /** The customer key for new versions; absent: the account's default key. */
  kmsKeyArn?: string;
  createdAt: Date;
  lastChangedAt: Date;
  /** A whole day, UTC; absent: never read. */
  lastAccessedOn?: Date;
  /** When deletion was requested, and when the secret may be purged: both or neither. */
  deletion?: Deletion;
  owningService?: string;
  /** The document, as the caller wrote it. */
  resourcePolicy?: string;
  /** The token of the CreateSecret call, which identifies a repeated call. */
  creationToken: string;
  tags: ReadonlyMap<string, string>;
  labels: Labels;
  /** Absent: rotation was never configured. */
  rotation?: RotationConfiguration;
}

export interface LabelWrite {
  label: string;
  versionId: string;
}

export interface Deletion {
  deletedAt: Date;
  purgeAt: Date;
}

/** A version's value, as stored. */
export interface SealedValue {
  wrappedDataKey: Buffer;
  ciphertext: Buffer;
  /** The customer key that wraps the data key. */
  kmsKeyArn: string;
}

export interface Version {
  versionId: string;
  createdAt: Date;
  /** Absent until the rotation that created the version gives it one. A version that is AWSCURRENT has a value. */
  sealed?: SealedValue;
}

export interface NewVersion extends Version {
  /** Whether it becomes AWSCURRENT in the same transaction. */
  isCurrent?: boolean;
}

/** A version without its value. */
export interface VersionSummary {
  versionId: string;
  createdAt: Date;
  /** A whole day, UTC; absent: never read. */
  lastAccessedOn?: Date;
  /** Absent: it has no value yet. */
  kmsKeyArn?: string;
  /** Whether it is, or has ever been, AWSCURRENT. */
  wasCurrent: boolean;
}

export interface Tag {
  key: string;
  value: string;
}
