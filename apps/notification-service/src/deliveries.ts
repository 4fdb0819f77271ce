import { createJobQueue, startJobWorker } from '@strongroom/jobs';
import { SECOND } from '@strongroom/clock';
import type { HotPool } from '@strongroom/database';
import { randomUuid } from '@strongroom/random';
import type { Shell, ShellConfig } from '@strongroom/service';
import type { NotificationConfig } from './config';
import { deliveryMetrics } from './delivery-metrics';
import { Courier, VISITS } from './domain/courier';
import type { Senders } from './domain/delivery';
import { DatabaseDeliveryLedger } from './persistence/delivery.ledger';
import { DatabaseDeliveryStore } from './persistence/delivery.store';
import { deliveryJob } from './workers/delivery.job';
import { deliveryProcessor } from './workers/delivery.processor';
import { DeliveryScan } from './workers/delivery.scan';

/** From one look at the outbox to the next; events are looked after at once. */
const SCAN_MS = SECOND;
/** Destinations that are looked at in addition to those that are visited: they only make way. */
const TURNING_AWAY = 8;
/** The part of the time to stop that is left for giving lanes back. Milliseconds. */
const HAND_BACK_MS = 2 * SECOND;

/** What makes the deliveries: the worker of the queue, and the scan of the outbox. */
export function startDeliveries(
  shell: Shell<ShellConfig & Pick<NotificationConfig, 'redis'>>,
  { pool, senders, queuePrefix }: { pool: HotPool; senders: Senders; queuePrefix?: string },
) {
  const { config, clock, random, logger, metrics } = shell;
  const jobs = { redis: config.redis, prefix: queuePrefix, logger };
  const store = new DatabaseDeliveryStore(pool);
  const queue = shell.own('the queue of deliveries', createJobQueue(deliveryJob, jobs));
  const measured = deliveryMetrics(metrics, pool, clock);
  const courier = new Courier({ store, senders, clock, random, newHolder: () => randomUuid(random), metrics: measured, logger });
  const ledger = new DatabaseDeliveryLedger(pool, clock);
  const scan = new DeliveryScan({ store, ledger, queue, intervalMs: SCAN_MS, clock, logger });
  const worker = startJobWorker(deliveryJob, {
    ...jobs,
    process: deliveryProcessor(courier),
    concurrency: VISITS.slots + TURNING_AWAY,
  });
  shell.onDrain('the scan for deliveries', () => scan.stop());
  shell.onDrain('deliveries', (graceMs) => worker.close(Math.max(0, graceMs - HAND_BACK_MS)));
  scan.look();
  return { ledger, look: () => scan.look() };
}
