import { EventEmitter, once } from 'node:events';
import type { AuditEvent } from '@strongroom/audit-trail';
import { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';
import type { FollowTrailsResponse } from '@strongroom/contracts/strongroom/audit/v1/feed';
import type { TrailConsumerOptions } from '@strongroom/trail-consumer';

/** The trail of one account, in memory. */
export class FakeTrail {
  private readonly events: Event[] = [];
  private readonly grown = new EventEmitter();

  constructor(private readonly accountId: string) {}

  add(...events: AuditEvent[]): void {
    for (const event of events) this.events.push(Event.fromPartial({ ...event, sequence: BigInt(this.events.length + 1) }));
    this.grown.emit('grown');
  }

  /** What audit-service answers a consumer. */
  readonly feed: TrailConsumerOptions['feed'] = {
    listTrailHeads: () =>
      Promise.resolve({ sequences: this.events.length === 0 ? {} : { [this.accountId]: BigInt(this.events.length) } }),
    followTrails: ({ after }, options) => this.follow(Number(after[this.accountId] ?? 0), options?.signal),
  };

  private async *follow(after: number, signal?: AbortSignal): AsyncGenerator<FollowTrailsResponse> {
    for (let place = after; !signal?.aborted;) {
      const events = this.events.slice(place);
      place = this.events.length;
      if (events.length > 0) yield { accountId: this.accountId, events };
      else await once(this.grown, 'grown', { signal }).catch(() => undefined);
    }
  }
}
