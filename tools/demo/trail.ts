import type { Event, StrongroomClient } from '@strongroom/client';
import { pollUntil } from '@strongroom/clock';
import { DemoError } from './narrator';

/** One call that the trail must show. */
export interface Expected {
  eventName: string;
  /** The end of the caller's ARN, such as `user/admin`. */
  caller: string;
  /** The AWS error name; empty for a call that succeeded. */
  errorCode: string;
}

const PATIENCE_MS = 15_000;

const matches = (event: Event, { eventName, caller, errorCode }: Expected): boolean =>
  event.eventName === eventName && event.errorCode === errorCode && Boolean(event.userIdentity?.arn.includes(caller));

/** The events of the walkthrough in its order, once the trail has taken all of them in. Throws when one is missing. */
export const eventsOf = async ({ audit }: StrongroomClient, since: Date, expected: readonly Expected[]): Promise<Event[]> => {
  let missing: Expected | undefined;
  const look = async (): Promise<Event[] | undefined> => {
    const filter = { startTime: since, eventSource: 'secretsmanager.amazonaws.com' };
    const events = await audit.lookupEvents({ filter, maxResults: 1_000 }).all();
    const chronological = events.sort((a, b) => Number(a.sequence - b.sequence));
    let from = 0;
    const found = expected.map((call) => {
      const index = chronological.findIndex((event, i) => i >= from && matches(event, call));
      if (index >= 0) from = index + 1;
      return chronological[index];
    });
    missing = expected.find((_, i) => !found[i]);
    return missing ? undefined : (found as Event[]);
  };
  const events = await pollUntil(look, PATIENCE_MS, 200);
  if (events) return events;
  const ending = missing!.errorCode ? `that ended with ${missing!.errorCode}` : 'that succeeded';
  throw new DemoError(`the trail lacks ${missing!.eventName} by ${missing!.caller} ${ending}`);
};
