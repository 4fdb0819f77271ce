import type { KeyBlobHeader } from '@strongroom/envelope';
import type { DomainError } from '@strongroom/errors';
import type { WriteOptions } from '../secret-store.port';
import type { ReEncryption, ReplacedDataKey, StoredDataKey } from './re-encryption';

/** What changes with a batch. */
export interface ReEncryptionStep {
  replaced: readonly ReplacedDataKey[];
  /** The fields that change; `reEncrypted` follows from what is replaced. */
  changes: Partial<Pick<ReEncryption, 'state' | 'reason' | 'endedAt' | 'failures' | 'reached' | 'pass'>>;
}

/** Where re-encryptions rest. Uniqueness and order hold whoever else works on the same key. */
export interface ReEncryptionStore {
  find(keyId: string, deadline?: number): Promise<ReEncryption | undefined>;
  /** Those that are running. */
  running(limit: number): Promise<Pick<ReEncryption, 'keyId' | 'runId'>[]>;
  /** Replaces the last one of the key, unless that is running: then it changes that one. Returns what is there afterwards. */
  start(
    fresh: ReEncryption,
    changeRunning: (running: ReEncryption) => Partial<Pick<ReEncryption, 'rate' | 'materialVersion'>>,
    options: WriteOptions,
  ): Promise<ReEncryption>;
  /** Stops it if it is running. Returns what is there afterwards. */
  stop(keyId: string, at: Date, options: WriteOptions): Promise<ReEncryption | undefined>;
  /** Data keys that are not as they would be written under this material, in the order of their bytes. */
  outdated(header: KeyBlobHeader, after: Buffer, limit: number): Promise<StoredDataKey[]>;
  countOutdated(header: KeyBlobHeader, deadline?: number): Promise<number>;
  /**
   * Writes a batch, if the re-encryption is still as it was read: otherwise another process has gone on with it, or it was
   * stopped, and nothing changes. A data key that is no longer as it was read stays as it is.
   */
  advance(read: ReEncryption, step: ReEncryptionStep, options: WriteOptions): Promise<boolean>;
}

/** Re-encryptions in the audit trail. */
export interface ReEncryptionTrail {
  ended(run: ReEncryption, error?: DomainError): Promise<void>;
}

export interface ReEncryptionQueue {
  /** Never fails: a scan finds what could not be queued. */
  wake(run: Pick<ReEncryption, 'keyId' | 'runId'>): Promise<void>;
}
