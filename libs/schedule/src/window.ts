import { DAY, SECOND } from '@strongroom/clock';

/** When a rotation may start. Whole hours, UTC. */
export interface RotationWindow {
  start: Date;
  /** The first instant after the window. */
  end: Date;
}

/** The last full second of the window: "no later than this". */
export function lastInstantOf({ end }: RotationWindow): Date {
  return new Date(end.getTime() - SECOND);
}

/** The midnight (UTC) that begins the day of an instant, epoch milliseconds. */
export function midnightBefore(instant: number): number {
  return Math.floor(instant / DAY) * DAY;
}
