import { noIdentity, type UserIdentityType } from '@strongroom/audit-trail';
import type { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';
import type { ServiceClient } from '@strongroom/grpc-kit';
import type { trailFeedService } from '@strongroom/methods';
import type { TrailBatch, TrailFeed } from '../domain/trail-consumer';
import type { TrailEvent } from '../domain/trail-event';

/** The time for the ends of the chains, and for audit-service to be there. Milliseconds. */
const PATIENCE_MS = 5_000;

export class TrailFeedClient implements TrailFeed {
  constructor(private readonly client: ServiceClient<typeof trailFeedService>) {}

  async heads(signal: AbortSignal): Promise<Map<string, number>> {
    const { sequences } = await this.client.listTrailHeads({}, { timeoutMs: PATIENCE_MS, signal });
    return new Map(Object.entries(sequences).map(([accountId, sequence]) => [accountId, Number(sequence)]));
  }

  async *follow(places: ReadonlyMap<string, number>, signal: AbortSignal): AsyncGenerator<TrailBatch> {
    const after = Object.fromEntries([...places].map(([accountId, sequence]) => [accountId, BigInt(sequence)]));
    for await (const { accountId, events } of this.client.followTrails({ after }, { signal, patienceMs: PATIENCE_MS })) {
      yield { accountId, events: events.map(trailEvent) };
    }
  }
}

function trailEvent({ sequence, eventTime, userIdentity, ...event }: Event): TrailEvent {
  const who = userIdentity ?? noIdentity;
  return {
    ...event,
    sequence: Number(sequence),
    eventTime: eventTime ?? new Date(0),
    userIdentity: { ...who, type: who.type as UserIdentityType },
  };
}
