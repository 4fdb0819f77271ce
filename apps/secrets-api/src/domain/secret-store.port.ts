import type { RotationConfiguration, RotationRequest } from './rotation/rotation';
import type { Deletion, LabelWrite, NewVersion, SealedValue, Secret, Tag, Version, VersionSummary } from './secret';
import type { SecretFilter } from './secret-filter';
import type { PagePosition } from './page-token';

/**
 * few: another one can be added, and nothing needs pruning
 * many: as many as are kept for good, or more
 * full: as many as are allowed, or more
 */
export type Fullness = 'few' | 'many' | 'full';

export interface WriteOptions {
  /** Epoch milliseconds. */
  deadline: number;
  /** Runs inside the transaction, after all writes; if it rejects, nothing is written. May run more than once. */
  beforeCommit: () => Promise<void>;
}

export interface NewSecret extends Pick<
  Secret,
  'accountId' | 'region' | 'name' | 'description' | 'kmsKeyArn' | 'createdAt' | 'creationToken' | 'tags'
> {
  /** The six characters at the end of the ARN. */
  suffix: string;
  version?: Version;
}

/** A secret whose row is locked, so nobody else changes it until the transaction ends. */
export interface LockedSecret {
  readonly secret: Secret;
  version(versionId: string): Promise<VersionSummary | undefined>;
  fullness(): Promise<Fullness>;
  versionCount(): Promise<number>;
  /** Versions without a label from before an instant, oldest first, at most 100. */
  oldestDeprecated(before: Date): Promise<string[]>;
  /** @throws `VersionTaken` if the version id is in use */
  addVersion(version: NewVersion): Promise<void>;
  /** Records that the version has become AWSCURRENT. */
  rememberCurrent(versionId: string): Promise<void>;
  /** Gives a version its value, or its present value encrypted with another key. */
  setValue(versionId: string, sealed: SealedValue): Promise<void>;
  setLabels(changes: { removed: string[]; set: LabelWrite[] }): Promise<void>;
  deleteVersions(versionIds: readonly string[]): Promise<void>;
  /** null clears a field. */
  update(changes: SecretChanges): Promise<void>;
  putTags(tags: readonly Tag[]): Promise<void>;
  removeTags(keys: readonly string[]): Promise<void>;
  /** The last request, in any state. */
  rotationRequest(): Promise<RotationRequest | undefined>;
  /** Replaces the last request. */
  putRotationRequest(request: RotationRequest): Promise<void>;
  /** Removes the secret and everything that belongs to it. */
  remove(): Promise<void>;
}

export interface SecretChanges {
  description?: string;
  kmsKeyArn?: string | null;
  resourcePolicy?: string | null;
  deletion?: Deletion | null;
  rotation?: RotationConfiguration;
  lastChangedAt: Date;
}

export type SortKey = 'name' | 'created' | 'changed' | 'accessed';

export interface ListQuery {
  accountId: string;
  region: string;
  filters: SecretFilter[];
  includeDeleted: boolean;
  sort: SortKey;
  descending: boolean;
  after?: PagePosition;
  limit: number;
}

export interface Page<Item> {
  items: Item[];
  /** Where the next page begins; absent on the last one. */
  next?: PagePosition;
}

export interface VersionListQuery {
  secretId: number;
  /** Includes versions without a label. */
  includeDeprecated: boolean;
  after?: PagePosition;
  limit: number;
}

export interface OpenRotation {
  secret: Pick<Secret, 'arn' | 'name' | 'accountId'>;
  request: RotationRequest;
}

export interface SecretStore {
  /** @throws `NameTaken` if the account has a secret with this name in the region */
  create(secret: NewSecret, options: WriteOptions): Promise<void>;
  /** `work` may run more than once. @throws ResourceNotFoundException if the secret no longer exists */
  change<Result>(secretId: number, work: (locked: LockedSecret) => Promise<Result>, options: WriteOptions): Promise<Result>;
  /** As `change`, but does nothing and returns undefined if the secret no longer exists or somebody else has its lock. */
  tryChange<Result>(
    secretId: number,
    work: (locked: LockedSecret) => Promise<Result>,
    options: WriteOptions,
  ): Promise<Result | undefined>;
  list(query: ListQuery, deadline: number): Promise<Page<Secret>>;
  /**
   * Lets filters find some secrets that an older version of the service has written: until then every list looks at them. At most
   * `limit`; returns their number, 0 if nothing is left to do.
   */
  makeSearchable(limit: number): Promise<number>;
  /** Newest first. */
  listVersions(query: VersionListQuery, deadline: number): Promise<Page<VersionSummary>>;
  /** Secrets whose window is over, the longest overdue first. */
  dueForPurge(now: Date, limit: number): Promise<{ secretId: number; purgeAt: Date }[]>;
  /** Secrets that are due for rotation and have no open request, the longest overdue first. */
  dueForRotation(now: Date, limit: number, deadline: number): Promise<number[]>;
  /** Postpones the scan of a due secret until then; callers still see the original date. */
  postponeRotation(secretId: number, until: Date, deadline: number): Promise<void>;
  /** Open requests, oldest first. */
  openRotations(query: { after?: PagePosition; limit: number }, deadline: number): Promise<Page<OpenRotation>>;
}

/** A database key refused a row: somebody else was first. */
export class NameTaken extends Error {}
export class VersionTaken extends Error {}
