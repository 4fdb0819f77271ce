import type { ChainedEvent, ChainHead } from './chain';
import type { BlockBounds } from './event-block';
import type { EventFilter } from './event-filter';
import type { LookupPosition } from './lookup-token';

export interface Within {
  /** Epoch milliseconds. */
  deadline?: number;
  /** Aborts long work. */
  signal?: AbortSignal;
}

/** Another writer has used the place, or the event is already in the trail. */
export class ChainConflict extends Error {
  override readonly name = 'ChainConflict';
}

/** What the chain's writer needs. */
export interface TrailStore {
  /** The ends of these accounts' chains; of all accounts when none are named. Accounts without events are absent. */
  heads(accountIds?: readonly string[]): Promise<ChainHead[]>;
  /** The events that are already in the account's trail. Rejects if an entry says so and the event is not there. */
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

/** What the row of a block says about it. */
export interface FiledBlock extends BlockBounds {
  /** Which terms should lead to it: a `TermSet`, if nobody changed it. */
  termSet: number;
}

/** A block as it is stored, nothing opened. */
export interface PackedBlock extends FiledBlock {
  records: Uint8Array;
}

/** A block as it is stored, for the verifier to compare. */
export interface StoredBlock extends FiledBlock {
  /** From the block's first place on, in order; undefined where the block can't be opened. */
  events: StoredEvent[] | undefined;
}

/** The entries that lead to the events of a block. */
export interface BlockEntries {
  /** The place of each event's id, from the table of ids. */
  identities: ReadonlyMap<string, number>;
  /** The terms that lead to the block. */
  terms: ReadonlySet<string>;
}

/** A block in the course of a lookup. */
export interface OpenBlock {
  events: ChainedEvent[];
  /** Later blocks have nothing that comes before this in a lookup. */
  rest: LookupPosition;
}

export interface TrailReader {
  /**
   * The blocks that may hold events which the filter lets through and which come after `after` in a lookup: in descending order
   * of their last time, then of their place. They come with other events, too.
   */
  walk(query: { accountId: string; filter: EventFilter; after?: LookupPosition }, within: Within): AsyncIterable<OpenBlock>;
  /** The events after a place in the chain, oldest first: `limit` or somewhat more, since blocks are read whole. */
  after(accountId: string, sequence: number, limit: number, within?: Within): Promise<ChainedEvent[]>;
  head(accountId: string, within?: Within): Promise<ChainHead>;
  /** By account: the first place of its last block. Cheap, however many accounts there are. */
  lastBlocks(): Promise<ReadonlyMap<string, number>>;
  /** The blocks that may hold events from `first` to `last`, in order. */
  packed(accountId: string, first: number, last: number, within: Within): AsyncIterable<PackedBlock>;
  open(block: PackedBlock): Promise<StoredBlock>;
  /** Whether all entries that an inspection names are there, each where it should be. */
  hasEntries(block: BlockBounds, inspection: Inspection, within: Within): Promise<boolean>;
  /** Which of these entries there are for a block with this account, first place and last time. */
  entries(
    block: Pick<BlockBounds, 'accountId' | 'firstSequence' | 'lastTime'>,
    wanted: { eventIds: readonly string[]; terms: readonly string[] },
    within: Within,
  ): Promise<BlockEntries>;
  /** How many entries of ids there are, places in the chain, and the place of the first block, at one instant. */
  countIdentities(accountId: string, within: Within): Promise<{ entries: number; places: number; first: number }>;
}

/** What was found out about a block in which nothing is wrong, for the verifier to connect with the rest. Cheap to hand over. */
export interface Inspection {
  /** The encoding of the first event, for the link with the block before. */
  firstRecord: string;
  /** The hashes of all events, 32 bytes each, in the order of the chain. */
  hashes: Uint8Array;
  /** The ids of all events, 16 bytes each, sorted, and for each the distance of its event from the first. */
  eventIds: Uint8Array;
  offsets: Uint16Array;
  /** The distinct terms that must lead to the block, as they are stored: 16 bytes each. */
  terms: Uint8Array;
}

/** Opens and inspects blocks beside the event loop, several at a time. */
export interface Inspector {
  /** How many at a time. */
  readonly width: number;
  /** Undefined if something is out of order, or if it cannot tell. */
  inspect(block: PackedBlock): Promise<Inspection | undefined>;
}

/** Authenticated proof that the chain had this hash at this place, made with a key that the database does not know. */
export interface Seal {
  accountId: string;
  sequence: number;
  hash: Buffer;
  /** The hash, sealed by crypto-keyservice. */
  blob: Buffer;
}

export interface SealStore {
  /** Adding a seal to a place that has one does nothing. */
  addSeal(seal: Seal): Promise<void>;
  /** The place of each account's last seal. */
  lastSeals(): Promise<Map<string, number>>;
  seals(accountId: string, first: number, last: number, within: Within): Promise<Seal[]>;
}

/** Creates and opens seals. Rejects with `serviceUnavailable` if it cannot. */
export interface Sealer {
  seal(head: ChainHead): Promise<Buffer>;
  /** The hash in the seal; undefined if it is none, or belongs to another place. */
  open(seal: Seal, within: Within): Promise<Buffer | undefined>;
}

/** The ends of the chains, stored outside the database: whoever cuts a chain there cannot cut it here. */
export interface ChainAnchor {
  read(accountId: string): Promise<ChainHead | undefined>;
}
