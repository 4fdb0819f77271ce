import type { ChainedEvent, ChainHead } from './chain';
import type { EventFilter } from './event-filter';
import type { LookupPosition } from './lookup-token';

export interface Within {
  /** Epoch milliseconds. */
  deadline?: number;
}

/** Someone else has put an event into the place, or the event is in the trail already. */
export class ChainConflict extends Error {
  override readonly name = 'ChainConflict';
}

/** What the chain's writer needs. */
export interface TrailStore {
  /** The ends of these accounts' chains; of all accounts when none are named. Accounts without events are absent. */
  heads(accountIds?: readonly string[]): Promise<ChainHead[]>;
  /** Which of the events the account's trail has. */
  known(accountId: string, eventIds: readonly string[]): Promise<Set<string>>;
  /** Adds all of them or, with `ChainConflict`, none. */
  append(events: readonly ChainedEvent[]): Promise<void>;
}

/** What of a stored event the verifier compares: the row as it is, nothing decoded. */
export interface StoredEvent {
  sequence: number;
  hash: Buffer;
  record: string;
  /** What lookups see of the event, as text. */
  columns: Readonly<Record<string, string>>;
}

export interface TrailReader {
  /** Newest first, at most `limit`. */
  lookup(
    query: { accountId: string; filter: EventFilter; after?: LookupPosition; limit: number },
    within: Within,
  ): Promise<ChainedEvent[]>;
  /** The events after a place in the chain, oldest first, at most `limit`. */
  after(accountId: string, sequence: number, limit: number, within?: Within): Promise<ChainedEvent[]>;
  head(accountId: string, within?: Within): Promise<ChainHead>;
  /** Rows from `first` to `last`, in order, at most `limit`. */
  stored(accountId: string, first: number, last: number, limit: number, within: Within): Promise<StoredEvent[]>;
}

/** An authenticated mark that the chain had this hash at this place: made by a key that the database knows nothing of. */
export interface Seal {
  accountId: string;
  sequence: number;
  hash: Buffer;
  /** What crypto-keyservice made of the hash. */
  blob: Buffer;
}

export interface SealStore {
  /** Adding a seal to a place that has one does nothing. */
  addSeal(seal: Seal): Promise<void>;
  /** The place of each account's last seal. */
  lastSeals(): Promise<Map<string, number>>;
  seals(accountId: string, first: number, last: number, within: Within): Promise<Seal[]>;
}

/** Makes and opens seals. Rejects with `serviceUnavailable` where it can't. */
export interface Sealer {
  seal(head: ChainHead): Promise<Buffer>;
  /** The hash inside; undefined where the seal is none, or one of another place. */
  open(seal: Seal, within: Within): Promise<Buffer | undefined>;
}

/** The ends of the chains, kept outside the database: whoever cuts a tail there can't cut it here. */
export interface ChainAnchor {
  read(accountId: string): Promise<ChainHead | undefined>;
}
