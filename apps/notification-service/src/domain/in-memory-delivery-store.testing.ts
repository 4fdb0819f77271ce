import type { Delivery, Destination, NewDelivery } from './delivery';
import type { DeliveryStore, DueDestination, FailedTry, HeldLane } from './delivery-store.port';
import { laneOf } from './hashing/lane-of';

interface Lane {
  destination: Destination;
  dueAt: number;
  holder: string;
  waiting: Delivery[];
}

/** The outbox in memory, by the same rules. */
export class InMemoryDeliveryStore implements DeliveryStore {
  readonly dead: Delivery[] = [];
  private readonly lanes = new Map<string, Lane>();
  private made = 0;

  add(delivery: NewDelivery, now: Date, giveUpAt: Date): void {
    const name = laneOf(delivery).toString('hex');
    const { destination } = delivery;
    const lane = this.lanes.get(name) ?? { destination, dueAt: now.getTime(), holder: '', waiting: [] };
    lane.waiting.push({ ...delivery, deliveryId: ++this.made, createdAt: now, giveUpAt, attempts: 0 });
    this.lanes.set(name, lane);
  }

  async due(): Promise<DueDestination[]> {
    return [];
  }

  async hold({ kind, id }: Destination, holder: string, now: Date, until: Date, limit: number): Promise<HeldLane[]> {
    const free = [...this.lanes].filter(
      ([, { destination, dueAt }]) => destination.kind === kind && destination.id === id && dueAt <= now.getTime(),
    );
    return free.slice(0, limit).map(([name, lane]) => {
      Object.assign(lane, { holder, dueAt: until.getTime() });
      return { lane: Buffer.from(name, 'hex'), holder };
    });
  }

  async next(held: HeldLane, until: Date): Promise<Delivery | undefined> {
    const lane = this.held(held);
    if (lane === undefined) return undefined;
    lane.dueAt = until.getTime();
    return lane.waiting[0];
  }

  async delivered({ deliveryId }: Delivery): Promise<void> {
    for (const lane of this.lanes.values()) lane.waiting = lane.waiting.filter((one) => one.deliveryId !== deliveryId);
  }

  async failed(held: HeldLane, delivery: Delivery, { retryAt }: FailedTry): Promise<void> {
    delivery.attempts++;
    if (retryAt === undefined) {
      this.dead.push(delivery);
      return this.delivered(delivery);
    }
    const lane = this.held(held);
    if (lane !== undefined) Object.assign(lane, { holder: '', dueAt: retryAt.getTime() });
  }

  async release(held: HeldLane, now: Date): Promise<void> {
    const lane = this.held(held);
    if (lane === undefined) return;
    if (lane.waiting.length === 0) this.lanes.delete(held.lane.toString('hex'));
    else Object.assign(lane, { holder: '', dueAt: now.getTime() });
  }

  private held({ lane, holder }: HeldLane): Lane | undefined {
    const found = this.lanes.get(lane.toString('hex'));
    return found?.holder === holder ? found : undefined;
  }
}
