import { useEffect, useState } from 'react';
import { SECOND } from '@strongroom/clock';
import type { EventFilter } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { client } from '../../app/api';
import { addToTail, EMPTY_TAIL, nextStart } from './live-tail';

const LOOK_EVERY = SECOND;
/** After a look that failed. */
const PAUSE_AFTER_FAILURE = 5 * SECOND;
/** Of a look. When it is full, there may be more. */
const MAX_OF_A_LOOK = 200;
const MAX_OF_THE_FIRST = 50;

/**
 * Looks at the newest events each second while the page is in sight and nobody has paused it.
 *
 * @param conditions beside the times; another object begins a new tail
 */
export function useLiveTail(conditions: Partial<EventFilter>, isRunning: boolean) {
  const [since, setSince] = useState(() => Date.now());
  const [tail, setTail] = useState(EMPTY_TAIL);
  const [error, setError] = useState<unknown>();
  /** Of the last look. */
  const [isBehind, setIsBehind] = useState(false);

  useEffect(() => {
    setTail(EMPTY_TAIL);
    setSince(Date.now());
  }, [conditions]);

  useEffect(() => {
    if (!isRunning) return;
    const ended = new AbortController();
    let reached = EMPTY_TAIL;
    // What was there before a pause is still there.
    setTail((shown) => (reached = shown));
    const look = async () => {
      const isFirst = reached.events.length === 0 && reached.seen === 0;
      const now = Date.now();
      const filter = { ...conditions, ...(!isFirst && { startTime: nextStart(reached, now) }) };
      const maxResults = isFirst ? MAX_OF_THE_FIRST : MAX_OF_A_LOOK;
      const { events } = await client.audit.lookupEvents.query({ filter, maxResults }, { signal: ended.signal });
      if (ended.signal.aborted) return;
      const next = addToTail(reached, events, Date.now(), isFirst);
      const fresh = next.seen - reached.seen;
      setIsBehind(!isFirst && fresh >= MAX_OF_A_LOOK);
      reached = next;
      setTail(next);
      setError(undefined);
    };
    let timer: ReturnType<typeof setTimeout>;
    const go = async () => {
      let pause = LOOK_EVERY;
      try {
        if (document.visibilityState === 'visible') await look();
      } catch (failure) {
        if (ended.signal.aborted) return;
        setError(failure);
        pause = PAUSE_AFTER_FAILURE;
      }
      if (!ended.signal.aborted) timer = setTimeout(() => void go(), pause);
    };
    void go();
    return () => {
      clearTimeout(timer);
      ended.abort();
    };
  }, [conditions, isRunning]);

  return { tail, since, error, isBehind, clear: () => setTail({ ...EMPTY_TAIL, events: [] }) };
}
