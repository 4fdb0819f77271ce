import type { ChainedEvent } from './chain';
import type { LookupPosition } from './lookup-token';
import type { OpenBlock } from './trail.port';

/** Whether `a` comes before `b` in a lookup: it is later, or at the same time and further along the chain. */
export const isNewer = (a: LookupPosition, b: LookupPosition): boolean =>
  a.time > b.time || (a.time === b.time && a.sequence > b.sequence);

export const positionOf = ({ event, sequence }: ChainedEvent): LookupPosition => ({ time: event.eventTime.getTime(), sequence });

/**
 * The requested events of blocks, newest first. The blocks arrive in the order of their latest times, those of one instant from
 * the end of the chain, and their times may overlap: an event waits until no later block can have a newer one.
 */
export async function* newestFirst(
  blocks: AsyncIterable<OpenBlock>,
  wanted: (event: ChainedEvent) => boolean,
): AsyncGenerator<ChainedEvent> {
  let waiting: ChainedEvent[] = [];
  for await (const { events, rest } of blocks) {
    waiting.push(...events.filter(wanted));
    waiting.sort((a, b) => (isNewer(positionOf(a), positionOf(b)) ? -1 : 1));
    const held = waiting.findIndex((event) => !isNewer(positionOf(event), rest));
    yield* held < 0 ? waiting : waiting.slice(0, held);
    waiting = held < 0 ? [] : waiting.slice(held);
  }
  yield* waiting;
}
