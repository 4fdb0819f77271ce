import { EventEmitter, once } from 'node:events';
import type { AuditEvent } from '@strongroom/audit-trail';
import type { TrailBatch, TrailFeed } from './trail-consumer';
import type { TrailEvent } from './trail-event';

/** The trail of one account, in memory. */
export class FakeTrail implements TrailFeed {
  readonly events: TrailEvent[] = [];
  private readonly grown = new EventEmitter();

  constructor(private readonly accountId: string) {}

  add(...events: AuditEvent[]): void {
    for (const event of events) this.events.push({ ...event, sequence: this.events.length + 1, hash: Buffer.alloc(32) });
    this.grown.emit('grown');
  }

  async heads(): Promise<Map<string, number>> {
    return new Map(this.events.length === 0 ? [] : [[this.accountId, this.events.length]]);
  }

  async *follow(after: ReadonlyMap<string, number>, signal: AbortSignal): AsyncGenerator<TrailBatch> {
    let place = after.get(this.accountId) ?? 0;
    while (!signal.aborted) {
      const events = this.events.slice(place);
      place = this.events.length;
      if (events.length > 0) yield { accountId: this.accountId, events };
      else await once(this.grown, 'grown', { signal }).catch(() => undefined);
    }
  }
}
