import { DAY, SECOND } from '@strongroom/clock';

/** When a rotation may start. Whole hours, UTC. */
export interface RotationWindow {
  start: Date;
  /** The first instant after the window. */
  end: Date;
}

/** The last full second of the window: "no later than this". */
export const lastInstantOf = ({ end }: RotationWindow): Date => new Date(end.getTime() - SECOND);

/** The midnight (UTC) that begins the day of an instant, epoch milliseconds. */
export const midnightBefore = (instant: number): number => Math.floor(instant / DAY) * DAY;
