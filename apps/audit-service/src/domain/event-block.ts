import type { ChainedEvent } from './chain';

/** What is known about a block without opening it. */
export interface BlockBounds {
  accountId: string;
  firstSequence: number;
  lastSequence: number;
  /** The times of its earliest and latest events; epoch milliseconds. */
  firstTime: number;
  lastTime: number;
  /** Of the last event. */
  lastHash: Buffer;
}

/** Consecutive events of one account, stored and read together. */
export interface EventBlock extends BlockBounds {
  events: readonly ChainedEvent[];
}

export const MAX_EVENTS = 256;
/** In UTF-16 code units of the records; a block of one event may be larger. */
const MAX_SIZE = 256 * 1_024;
/**
 * The longest time between a block's earliest and latest events, milliseconds. A lookup up to some instant starts with the blocks
 * that end this much later, and needs none beyond.
 */
export const MAX_SPAN = 60_000;

/** Divides events into blocks: events of one account are together, in the order of its chain. */
export const intoBlocks = (events: readonly ChainedEvent[]): EventBlock[] => {
  const blocks: EventBlock[] = [];
  let begin = 0;
  let size = 0;
  let [firstTime, lastTime] = [Infinity, -Infinity];
  const close = (end: number) => {
    if (end > begin) blocks.push(blockOf(events.slice(begin, end), firstTime, lastTime));
    begin = end;
    size = 0;
    [firstTime, lastTime] = [Infinity, -Infinity];
  };
  for (const [index, { event, record, sequence }] of events.entries()) {
    const before = events[index - 1];
    const time = event.eventTime.getTime();
    const fits =
      index - begin < MAX_EVENTS &&
      size + record.length <= MAX_SIZE &&
      Math.max(lastTime, time) - Math.min(firstTime, time) <= MAX_SPAN &&
      before?.sequence === sequence - 1 &&
      before.event.recipientAccountId === event.recipientAccountId;
    if (!fits) close(index);
    size += record.length;
    firstTime = Math.min(firstTime, time);
    lastTime = Math.max(lastTime, time);
  }
  close(events.length);
  return blocks;
};

const blockOf = (events: readonly ChainedEvent[], firstTime: number, lastTime: number): EventBlock => {
  const [first, last] = [events[0]!, events.at(-1)!];
  return {
    accountId: first.event.recipientAccountId,
    firstSequence: first.sequence,
    lastSequence: last.sequence,
    firstTime,
    lastTime,
    lastHash: last.hash,
    events,
  };
};
