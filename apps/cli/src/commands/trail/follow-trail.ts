import { setTimeout as sleep } from 'node:timers/promises';
import { type AuditCalls, type Event, StrongroomError } from '@strongroom/client';
import { backoff } from '@strongroom/random';

type StreamRequest = NonNullable<Parameters<AuditCalls['streamEvents']>[0]>;

export interface FollowOptions {
  filter?: StreamRequest['filter'];
  /** Starts after this place in the chain. */
  after: bigint;
  signal: AbortSignal;
  /** The connection broke; it is tried again, from after this place. */
  interrupted?: (after: bigint, error: StrongroomError | undefined) => void;
  pause?: (attempt: number, signal: AbortSignal) => Promise<void>;
}

const PAUSES = { first: 500, longest: 10_000 };
const COMES_BACK: ReadonlySet<StrongroomError['kind']> = new Set([
  'unavailable',
  'deadline-exceeded',
  'resource-exhausted',
  'aborted',
]);

/**
 * Events from a place on, each once and in order, until the signal aborts. Where the connection breaks, goes on after the last
 * event that was read.
 *
 * @throws StrongroomError for what no repetition mends, such as a missing permission
 */
export async function* followTrail(audit: Pick<AuditCalls, 'streamEvents'>, options: FollowOptions): AsyncGenerator<Event, void> {
  const { filter, signal, interrupted, pause = pauseBefore } = options;
  let { after } = options;
  for (let attempt = 0; !signal.aborted; attempt++) {
    let failure: StrongroomError | undefined;
    try {
      for await (const event of audit.streamEvents({ filter, afterSequence: after }, { signal })) {
        if (event.sequence <= after) continue;
        after = event.sequence;
        attempt = 0;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof StrongroomError) || !COMES_BACK.has(error.kind)) throw error;
      failure = error;
    }
    if (signal.aborted) return;
    interrupted?.(after, failure);
    await pause(attempt, signal);
  }
}

const pauseBefore = (attempt: number, signal: AbortSignal): Promise<void> =>
  sleep(backoff(attempt, PAUSES), undefined, { signal }).catch(() => undefined);

/** The newest place in the chain of the caller's account. */
export const endOfTrail = async (audit: Pick<AuditCalls, 'lookupEvents'>, signal: AbortSignal): Promise<bigint> => {
  for await (const { sequence } of audit.lookupEvents({ maxResults: 1 }, { signal })) return sequence;
  return 0n;
};
