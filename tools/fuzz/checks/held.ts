import { GRPC, HTTP } from '@strongroom/bounds';
import type { Finding } from './finding';

/** A connection on which somebody stopped in the middle. */
export interface Held {
  scenario: string;
  program: string;
  /** Milliseconds since the Unix epoch. */
  since: number;
  /** The server has neither closed it nor ended what was begun on it. */
  isWaiting: () => boolean;
}

/** Longer than any server waits for the rest of something. Milliseconds. */
export const LONGEST_WAIT = Math.max(GRPC.firstRequestMs, GRPC.receiveMs, HTTP.headersMs, HTTP.requestMs) + 15_000;

/** Those who never say anything more must not be waited for. */
export const checkHeld = (held: readonly Held[], now: number): Finding[] =>
  held
    .filter(({ since, isWaiting }) => now - since > LONGEST_WAIT && isWaiting())
    .map(({ scenario, program }) => ({
      check: 'over its deadline',
      target: `wire: ${scenario}`,
      seen: `${program} still waits for the rest`,
    }));
