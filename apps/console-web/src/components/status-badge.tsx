import type { ReactNode } from 'react';
import classes from './status-badge.module.css';

export type Tone = 'good' | 'bad' | 'warning' | 'busy' | 'neutral';

interface StatusBadgeProps {
  tone: Tone;
  /** The state in a word or two; the colour alone says nothing. */
  children: ReactNode;
}

/** The state of a thing: a dot and a word. `busy` pulses. */
export function StatusBadge({ tone, children }: StatusBadgeProps) {
  return (
    <span className={classes.badge} data-tone={tone}>
      <span className={classes.dot} aria-hidden />
      {children}
    </span>
  );
}
