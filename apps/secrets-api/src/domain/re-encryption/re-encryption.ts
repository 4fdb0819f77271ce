import type { KeyBlobHeader, SecretPlace } from '@strongroom/envelope';

/** failed: the key can no longer be used. */
export type ReEncryptionState = 'running' | 'completed' | 'stopped' | 'failed';

/** The re-encryption of all data keys under a customer key: its last one, or the one that is running. */
export interface ReEncryption {
  /** UUID, lower case. */
  keyId: string;
  keyArn: string;
  /** The key's. */
  accountId: string;
  /** Tells it from earlier ones of the key. */
  runId: string;
  state: ReEncryptionState;
  /** Why it failed: an error's name. */
  reason?: string;
  /** When it has ended, data keys are under this material, or newer material. */
  materialVersion: number;
  /** Data keys in a second. */
  rate: number;
  /** An ARN. */
  startedBy: string;
  startedAt: Date;
  /** Absent while it is running. */
  endedAt?: Date;
  reEncrypted: number;
  /** By the error's name: data keys that could not be re-encrypted in this pass. */
  failures: ReadonlyMap<string, number>;
  /** The wrapped data key behind which it goes on; empty at the beginning of a pass. */
  reached: Buffer;
  /** From 1. Another one follows if somebody has stored data keys behind this one. */
  pass: number;
}

/** Whether it has tried all that is left. */
export function failureCount({ failures }: Pick<ReEncryption, 'failures'>): number {
  return [...failures.values()].reduce((sum, count) => sum + count, 0);
}

/** The blobs that it replaces are not like those of this header. */
export const targetOf = ({ keyId, materialVersion }: ReEncryption): KeyBlobHeader => ({ keyId, materialVersion });

/** A data key as it is stored. */
export interface StoredDataKey {
  secretId: number;
  /** Of the secret. */
  accountId: string;
  place: SecretPlace;
  wrapped: Buffer;
}

export interface ReplacedDataKey extends Pick<StoredDataKey, 'secretId' | 'place' | 'wrapped'> {
  replacement: Buffer;
}
