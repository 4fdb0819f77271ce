import { Authorizer, type PrincipalSource } from '@strongroom/access';
import type { AuditRecorder } from '@strongroom/audit-trail';
import { createHotPool, openHotPool } from '@strongroom/database';
import { CheckedNetwork, ClusterEndpoints, resolveBySystem, type TargetNetwork } from '@strongroom/egress';
import { trailFeedService } from '@strongroom/methods';
import type { Shell, ShellConfig } from '@strongroom/service';
import { TrailFeedClient } from './clients/trail-feed.client';
import type { NotificationConfig } from './config';
import { startDeliveries } from './deliveries';
import { consumerMetrics } from './delivery-metrics';
import type { Senders } from './domain/delivery';
import type { TargetKind } from './domain/target-kind.port';
import { type TrailBatch, TrailConsumer, type TrailFeed } from './domain/trail-consumer';
import type { TrailSink } from './domain/trail-sink.port';
import { notificationHandlers } from './handlers';
import { DatabaseConsumerLock } from './persistence/consumer-lock';
import { Outbox } from './persistence/outbox';
import { DatabaseTrailPlaces } from './persistence/trail-places';

/** Of calls, of the consumer of the trail, and of deliveries. */
const CONNECTIONS = 16;

/** Whom the service asks, and its way to receivers; tests bring their own. */
export interface Others {
  principals: PrincipalSource;
  recorder: AuditRecorder;
  feed: TrailFeed;
  network: TargetNetwork;
  /** In front of the queue's keys in Redis; default: the one of libs/jobs. */
  queuePrefix?: string;
}

/** The service with the real others. @throws when a store is away */
export async function startNotification(shell: Shell<NotificationConfig>) {
  const { redis, egress, identityAddress, auditAddress } = shell.config;
  const recorder = await shell.journal(redis);
  return serveNotification(shell, {
    recorder,
    principals: shell.principals(identityAddress),
    feed: new TrailFeedClient(shell.client(trailFeedService, 'audit-service', auditAddress)),
    network: new CheckedNetwork(egress.rules, new ClusterEndpoints(egress.cluster, resolveBySystem)),
  });
}

/** The service proper: its database, what it makes of the trail, its deliveries, its handlers, its port. */
export async function serveNotification(
  shell: Shell<ShellConfig & Pick<NotificationConfig, 'database' | 'redis'>>,
  { principals, recorder, feed, queuePrefix }: Others,
) {
  const { clock, config, logger } = shell;
  const { region } = config;
  const pool = shell.own('the pool of the database', await openHotPool(config.database, { poolSize: CONNECTIONS }));
  const lockPool = shell.own("the pool of the consumer's lock", createHotPool(config.database, { poolSize: 1 }));
  const outbox = new Outbox(clock);

  /** What rules may name as a target. */
  const targetKinds: TargetKind[] = [];
  /** What takes the events of the trail. */
  const sinks: TrailSink[] = [];
  /** Who sends to which kind of destination. */
  const senders: Senders = {};

  const deliveries = startDeliveries(shell, { pool, senders, queuePrefix });
  const places = new DatabaseTrailPlaces();
  const lock = new DatabaseConsumerLock(lockPool);
  const measure = consumerMetrics(shell.metrics, clock);
  const onTaken = (batch: TrailBatch) => {
    measure(batch);
    deliveries.look();
  };
  const consumer = new TrailConsumer({ pool, feed, places, lock, sinks, onTaken, logger });
  shell.own('the consumer of the trail', consumer, () => consumer.stop());

  const dependencies = { authorizer: new Authorizer({ region, clock }), region };
  const port = await shell.serve({ principals, recorder, services: [notificationHandlers(dependencies)] });
  consumer.start();
  return { port, deliveries, outbox, targetKinds };
}
