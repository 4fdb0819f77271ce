import type { ChainHead } from './chain';
import type { Seal, Within } from './trail.port';

/** A checkpoint that was signed. */
export interface StoredCheckpoint {
  accountId: string;
  /** The number of events. */
  size: number;
  /** The signed note. */
  note: string;
  createdAt: Date;
}

export interface CheckpointStore {
  latest(accountId: string, within: Within): Promise<StoredCheckpoint | undefined>;
  /** Those of sizes from `first` to `last`, in order, at most some hundred. */
  range(accountId: string, first: number, last: number, within: Within): Promise<StoredCheckpoint[]>;
  /** Where there is one of this size, it stays, and is returned. */
  add(checkpoint: StoredCheckpoint): Promise<StoredCheckpoint>;
  /** The latest of each account that this place has no copy of. @param place 16 bytes */
  uncopied(place: Buffer): Promise<StoredCheckpoint[]>;
  addCopy(place: Buffer, checkpoint: Pick<StoredCheckpoint, 'accountId' | 'size'>): Promise<void>;
}

/** Signs with a key that this process does not have. */
export interface CheckpointSigner {
  /** The public key, 32 bytes of Ed25519; creates the key where there is none. @throws ServiceUnavailableException */
  publicKey(): Promise<Buffer>;
  /** The signature, 64 bytes. @throws ServiceUnavailableException */
  sign(text: string): Promise<Buffer>;
}

/** Somewhere outside of the cluster. */
export interface CheckpointPlace {
  /** Identifies the place in the database. */
  readonly name: string;
  /** What it is, for the log: `file` or `webhook`. */
  readonly kind: string;
  /** Resolves when the copy is there for good. */
  put(note: string): Promise<void>;
}

/** Where an account's trail begins since older events were removed: sealed like the end of a chain. */
export type TrailCut = Seal;

export interface CutStore {
  /** The last cut, whether its seal is genuine or not; undefined where nothing was removed. */
  cut(accountId: string, within: Within): Promise<TrailCut | undefined>;
}

/** The place before the first event, and the hash there. */
export type Beginning = Pick<ChainHead, 'sequence' | 'hash'>;
