import { Text, Tooltip } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { commonTexts as texts } from '../texts/common';
import { fullTime, relativeDay, relativeTime } from './moment-words';

interface MomentProps {
  /** Absent: shows `never`. */
  at: Date | undefined;
  /** What stands where there is no moment; default: a dash. */
  never?: string;
  /** `day`: only the day is known, as of `lastAccessedDate`. */
  precision?: 'day' | 'second';
}

const TICK = 15_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all moments on the page. */
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    listeners.forEach((tell) => tell());
  }, TICK);
  return () => {
    listeners.delete(listener);
    if (listeners.size) return;
    clearInterval(timer);
    timer = undefined;
  };
};

/** A moment as people say it, such as "3 minutes ago"; the full time is shown on hover, and to those who focus it. */
export function Moment({ at, never = texts.none, precision = 'second' }: MomentProps) {
  const ticked = useSyncExternalStore(subscribe, () => now);
  if (!at) {
    return (
      <Text span inherit c="dimmed">
        {never}
      </Text>
    );
  }
  // What just happened is later than the last tick, and must not look as if it were to come.
  const present = Date.now();
  const reference = new Date(Math.max(ticked, at.getTime() <= present ? at.getTime() : present - TICK));
  return (
    <Tooltip label={fullTime(at, precision)}>
      <time dateTime={at.toISOString()} style={{ whiteSpace: 'nowrap' }}>
        {precision === 'day' ? relativeDay(at, reference) : relativeTime(at, reference)}
      </time>
    </Tooltip>
  );
}
