import { decodeEvent, type EncodedEvent } from '@strongroom/audit-trail';
import { chainHash, chainStart } from './hashing/chain-hash';

/** The end of an account's chain; sequence 0 before the first event. */
export interface ChainHead {
  accountId: string;
  /** From 1, without gaps. Exact as a number: a chain does not reach 2^53. */
  sequence: number;
  /** 32 bytes. */
  hash: Buffer;
}

/** An event at its place. Its encoding is stored, and hashed. */
export interface ChainedEvent extends EncodedEvent {
  sequence: number;
  hash: Buffer;
}

export const emptyChain = (accountId: string): ChainHead => ({ accountId, sequence: 0, hash: chainStart(accountId) });

/** Appends events of the head's account in order. */
export const link = (head: ChainHead, events: readonly EncodedEvent[]): ChainedEvent[] => {
  let { sequence, hash } = head;
  return events.map(({ event, record }) => {
    sequence += 1;
    hash = chainHash(hash, sequence, record);
    return { event, record, sequence, hash };
  });
};

export const headOf = (accountId: string, { sequence, hash }: { sequence: number; hash: Buffer }): ChainHead => ({
  accountId,
  sequence,
  hash,
});

/** A stored event; throws `EventEncodingError` for a record that no writer made. */
export const chained = (row: { record: string; sequence: number; hash: Buffer }): ChainedEvent => ({
  ...row,
  event: decodeEvent(row.record),
});
