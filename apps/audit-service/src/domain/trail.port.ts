import type { ChainedEvent, ChainHead } from './chain';
import type { BlockBounds } from './event-block';
import type { EventFilter } from './event-filter';
import type { LookupPosition } from './lookup-token';

export interface Within {
  /** Epoch milliseconds. */
  deadline?: number;
  /** Work that goes on for long ends with this. */
  signal?: AbortSignal;
}

/** Someone else has put an event into the place, or the event is in the trail already. */
export class ChainConflict extends Error {
  override readonly name = 'ChainConflict';
}

/** What the chain's writer needs. */
export interface TrailStore {
  /** The ends of these accounts' chains; of all accounts when none are named. Accounts without events are absent. */
  heads(accountIds?: readonly string[]): Promise<ChainHead[]>;
  /** Which of the events the account's trail has. Rejects where an entry says so and the event is not there. */
  known(accountId: string, eventIds: readonly string[]): Promise<Set<string>>;
  /** Adds all of them or, with `ChainConflict`, none. */
  append(events: readonly ChainedEvent[]): Promise<void>;
}

/** An event as it is stored, nothing decoded. */
export interface StoredEvent {
  sequence: number;
  hash: Buffer;
  record: string;
}

/** A block as it is stored, for the verifier to compare. */
export interface StoredBlock extends BlockBounds {
  /** From the block's first place on, in order; undefined where the block can't be opened. */
  events: StoredEvent[] | undefined;
}

/** What leads to the events of a block. */
export interface BlockEntries {
  /** By the event's id its place, as the table of ids has it. */
  identities: ReadonlyMap<string, number>;
  /** The terms that the block is filed under. */
  terms: ReadonlySet<string>;
}

/** Of a block on a lookup's way. */
export interface OpenBlock {
  events: ChainedEvent[];
  /** What is still to come does not come before this in a lookup. */
  rest: LookupPosition;
}

export interface TrailReader {
  /**
   * The blocks that may hold events which the filter lets through and which come after `after` in a lookup: in descending order of
   * their last time, then of their place. They come with other events, too.
   */
  walk(query: { accountId: string; filter: EventFilter; after?: LookupPosition }, within: Within): AsyncIterable<OpenBlock>;
  /** The events after a place in the chain, oldest first: `limit` or somewhat more, since blocks are read whole. */
  after(accountId: string, sequence: number, limit: number, within?: Within): Promise<ChainedEvent[]>;
  head(accountId: string, within?: Within): Promise<ChainHead>;
  /** The blocks that may hold events from `first` to `last`, in order. */
  stored(accountId: string, first: number, last: number, within: Within): AsyncIterable<StoredBlock>;
  /** Which of these entries there are for a block with this account, first place and last time. */
  entries(
    block: Pick<BlockBounds, 'accountId' | 'firstSequence' | 'lastTime'>,
    wanted: { eventIds: readonly string[]; terms: readonly string[] },
    within: Within,
  ): Promise<BlockEntries>;
  /** How many entries of ids there are, and places in the chain, at one instant. */
  countIdentities(accountId: string, within: Within): Promise<{ entries: number; places: number }>;
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
