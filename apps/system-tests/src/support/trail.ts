import type { Event, StreamTrailVerificationResponse } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { eventually } from '@strongroom/testing';
import type { Api } from './api';

const PAGE = 1_000;

/** The events of one call, once the trail has them. */
export const eventsOf = async (api: Api, requestId: string): Promise<Event[]> => {
  if (!requestId) throw new Error('the server named no request id');
  return eventually(`the trail shows request ${requestId}`, async () => {
    const { events } = await api.audit.lookupEvents({ filter: { requestId } });
    return events.length > 0 && events;
  });
};

/** Every event since a time, newest first. */
export const eventsSince = async (api: Api, startTime: Date, filter: { eventName?: string } = {}): Promise<Event[]> => {
  const all: Event[] = [];
  for (let nextToken = ''; ;) {
    const page = await api.audit.lookupEvents({ filter: { startTime, ...filter }, maxResults: PAGE, nextToken });
    all.push(...page.events);
    if (!page.nextToken) return all;
    nextToken = page.nextToken;
  }
};

/** Which of these calls have no event of success in the trail, once it had the time to take them in. */
export const unrecorded = async (api: Api, requestIds: readonly string[], startTime: Date): Promise<string[]> => {
  let missing: string[] = [];
  await eventually(
    'the trail takes in all events',
    async () => {
      const known = new Set((await eventsSince(api, startTime)).filter((e) => !e.errorCode).map((e) => e.requestId));
      missing = requestIds.filter((id) => !known.has(id));
      return missing.length === 0;
    },
    20_000,
    200,
  ).catch(() => undefined);
  return missing;
};

/** What the verification of the whole trail comes to. By the stream: there may be more events than VerifyTrail answers for. */
export const verificationOf = async ({ raw, metadata }: Api) => {
  const messages: AsyncIterable<StreamTrailVerificationResponse> = raw.audit.streamTrailVerification(
    { resumeToken: '' },
    metadata,
  );
  for await (const { result } of messages) if (result) return result;
  throw new Error('the verification ended without a result');
};
