import { GRPC, HTTP } from '@strongroom/bounds';
import type { Finding } from './finding';

/** A connection on which somebody stopped in the middle. */
export interface Held {
  scenario: string;
  program: string;
  /** Milliseconds since the Unix epoch. */
  since: number;
  /** Whether the server has neither closed it nor ended what was begun on it. */
  isWaiting: () => boolean;
}

/** A time longer than any server waits for the rest of something; milliseconds. */
export const LONGEST_WAIT = Math.max(GRPC.firstRequestMs, GRPC.receiveMs, HTTP.headersMs, HTTP.requestMs) + 15_000;

/** The server must not wait for clients that never send anything more. */
export const checkHeld = (held: readonly Held[], now: number): Finding[] =>
  held
    .filter(({ since, isWaiting }) => now - since > LONGEST_WAIT && isWaiting())
    .map(({ scenario, program }) => ({
      check: 'over its deadline',
      target: `wire: ${scenario}`,
      seen: `${program} still waits for the rest`,
    }));
