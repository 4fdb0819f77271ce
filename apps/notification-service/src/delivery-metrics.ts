import type { Clock } from '@strongroom/clock';
import type { HotPool } from '@strongroom/database';
import type { Metrics } from '@strongroom/telemetry';
import { Counter, Gauge } from 'prom-client';
import { DESTINATION_KINDS, type DestinationKind } from './domain/delivery';
import type { DeliveryMetrics } from './domain/delivery-metrics.port';

const OUTCOMES = ['delivered', 'failed', 'dead'] as const;

/** What an operator needs to know: do messages arrive, and how many wait for how long? */
export function deliveryMetrics({ registry }: Metrics, pool: Pick<HotPool, 'query'>, clock: Clock): DeliveryMetrics {
  const registers = [registry];
  const tries = new Counter({
    name: 'strongroom_notification_delivery_tries_total',
    help: 'Tries of deliveries in this process, by kind of destination and outcome; dead: it became a dead letter',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  for (const kind of DESTINATION_KINDS) for (const outcome of OUTCOMES) tries.inc({ kind, outcome }, 0);
  new Gauge({
    name: 'strongroom_notification_delivery_oldest_seconds',
    help: 'Age of the oldest delivery that waits, by kind of destination; 0 if none does',
    labelNames: ['kind'],
    registers,
    async collect() {
      const waiting = await waitingByKind(pool).catch(() => undefined);
      for (const kind of DESTINATION_KINDS) {
        const since = waiting?.get(kind)?.oldest.getTime() ?? clock.millis();
        this.set({ kind }, waiting === undefined ? NaN : Math.max(0, clock.millis() - since) / 1_000);
      }
    },
  });
  new Gauge({
    name: 'strongroom_notification_delivery_backlog',
    help: 'Deliveries that wait, by kind of destination',
    labelNames: ['kind'],
    registers,
    async collect() {
      const waiting = await waitingByKind(pool).catch(() => undefined);
      for (const kind of DESTINATION_KINDS) this.set({ kind }, waiting === undefined ? NaN : (waiting.get(kind)?.count ?? 0));
    },
  });
  new Gauge({
    name: 'strongroom_notification_dead_letters',
    help: 'Deliveries that were given up and can be made again',
    registers,
    async collect() {
      const [row] = await pool
        .query<{ dead: number }>('SELECT COUNT(*) AS dead FROM delivery WHERE dead_at IS NOT NULL', [])
        .catch(() => []);
      this.set(row === undefined ? NaN : Number(row.dead));
    },
  });
  return { tried: (kind, outcome) => tries.inc({ kind, outcome }) };
}

async function waitingByKind(pool: Pick<HotPool, 'query'>) {
  const rows = await pool.query<{ kind: DestinationKind; waiting: number; oldest: Date }>(
    `SELECT destination_kind AS kind, COUNT(*) AS waiting, MIN(created_at) AS oldest
     FROM delivery WHERE dead_at IS NULL GROUP BY destination_kind`,
    [],
  );
  return new Map(rows.map(({ kind, waiting, oldest }) => [kind, { count: Number(waiting), oldest }]));
}

/** How far behind the trail the consumer is. */
export function consumerMetrics({ registry }: Metrics, clock: Clock): (count: number, newest: Date | undefined) => void {
  const registers = [registry];
  const lag = new Gauge({
    name: 'strongroom_notification_trail_lag_seconds',
    help: 'Age of the newest event that rules and alarms have seen, at the time that they saw it',
    registers,
  });
  const events = new Counter({
    name: 'strongroom_notification_trail_events_total',
    help: 'Events of the trail that rules and alarms have seen in this process',
    registers,
  });
  return (count, newest) => {
    events.inc(count);
    if (newest) lag.set(Math.max(0, clock.millis() - newest.getTime()) / 1_000);
  };
}
