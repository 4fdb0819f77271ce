import { Authorizer, type PrincipalSource } from '@strongroom/access';
import type { AuditRecorder } from '@strongroom/audit-trail';
import { createHotPool, Lease, openHotPool } from '@strongroom/database';
import { throttled } from '@strongroom/errors';
import { FairGate } from '@strongroom/fairness';
import { CheckedNetwork, ClusterEndpoints, resolveBySystem, targetHttp, type TargetNetwork } from '@strongroom/egress';
import { keyService, trailFeedService } from '@strongroom/methods';
import type { Shell, ShellConfig } from '@strongroom/service';
import { TrailConsumer, type TrailConsumerOptions, TrailPlaces } from '@strongroom/trail-consumer';
import { startAlarms } from './alarms';
import { KeyServiceSealer } from './clients/key-service.sealer';
import { WebhookSender } from './clients/webhook.sender';
import type { NotificationConfig } from './config';
import { startDeliveries } from './deliveries';
import { consumerMetrics } from './delivery-metrics';
import type { Senders } from './domain/delivery';
import type { TargetKind } from './domain/target-kind.port';
import { trailEvent } from './domain/trail-event';
import type { TrailSink } from './domain/trail-sink.port';
import { RuleSink } from './domain/rules/rule-sink';
import { WithReadyMadeRules } from './domain/rules/with-ready-made-rules';
import type { Sealer } from './domain/sealer.port';
import { SigningSecrets } from './domain/webhooks/signing-secrets';
import { WebhookTarget } from './domain/webhooks/webhook-target';
import { deliveryHandlers, ruleHandlers, webhookHandlers } from './handlers';
import { Outbox } from './persistence/outbox';
import { DatabaseRuleStore } from './persistence/rules/rule.store';
import { DatabaseWebhookStore } from './persistence/webhooks/webhook.store';
import { startTopics } from './topics';

/** Of calls, of the consumer of the trail, and of deliveries. */
const CONNECTIONS = 16;
/** Tests of webhooks at a time: each waits for a receiver. */
const TESTS = {
  slots: 16,
  slotsPerLane: 4,
  maxWaitingPerLane: 16,
  turnAway: () => throttled('Too many tests of webhooks are running.'),
};

/** Whom the service asks, and its way to receivers; tests bring their own. */
export interface Others {
  principals: PrincipalSource;
  recorder: AuditRecorder;
  feed: TrailConsumerOptions['feed'];
  network: TargetNetwork;
  /** What seals the secrets that sign messages, each for one purpose. */
  sealers: { webhooks: Sealer; topics: Sealer };
  /** In front of the queue's keys in Redis; default: the one of libs/jobs. */
  queuePrefix?: string;
}

/** The service with the real others. @throws when a store is away */
export async function startNotification(shell: Shell<NotificationConfig>) {
  const { redis, egress, identityAddress, auditAddress, keyserviceAddress } = shell.config;
  const recorder = await shell.journal(redis);
  const keys = shell.client(keyService, 'crypto-keyservice', keyserviceAddress);
  return serveNotification(shell, {
    recorder,
    principals: shell.principals(identityAddress),
    feed: shell.client(trailFeedService, 'audit-service', auditAddress),
    sealers: {
      webhooks: new KeyServiceSealer(keys, 'strongroom webhook secret'),
      topics: new KeyServiceSealer(keys, 'strongroom topic messages'),
    },
    network: new CheckedNetwork(egress.rules, new ClusterEndpoints(egress.cluster, resolveBySystem)),
  });
}

/** The service proper: its database, what it makes of the trail, its deliveries, its handlers, its port. */
export async function serveNotification(
  shell: Shell<ShellConfig & Pick<NotificationConfig, 'database' | 'redis' | 'topics'>>,
  { principals, recorder, feed, network, sealers, queuePrefix }: Others,
) {
  const { clock, config, logger, random } = shell;
  const { region } = config;
  const pool = shell.own('the pool of the database', await openHotPool(config.database, { poolSize: CONNECTIONS, logger }));
  const lockPool = shell.own("the pool of the consumer's lock", createHotPool(config.database, { poolSize: 1 }));
  const outbox = new Outbox(clock);
  const authorizer = new Authorizer({ region, clock });

  const webhooks = new DatabaseWebhookStore(pool);
  const secrets = new SigningSecrets(sealers.webhooks, random, clock);
  const webhookSender = new WebhookSender({ webhooks, secrets, http: targetHttp(network), clock, logger });

  /** What rules may name as a target. */
  const kinds: TargetKind[] = [
    new WebhookTarget(webhooks),
    //
  ];
  const places = new TrailPlaces(pool);
  const alarms = startAlarms(shell, { pool, outbox, kinds, feed, places, recorder });
  const rules = new WithReadyMadeRules(new DatabaseRuleStore(pool), alarms.book);

  /** What takes the events of the trail. */
  const sinks: TrailSink[] = [
    new RuleSink({ rules, outbox, kinds, region, clock }),
    alarms.sink,
    //
  ];
  /** Who sends to which kind of destination. */
  const senders: Senders = {
    webhook: webhookSender,
  };

  const deliveries = startDeliveries(shell, { pool, senders, queuePrefix });
  const topics = startTopics(shell, {
    ...{ pool, outbox, network, recorder, authorizer, look: () => deliveries.look() },
    ...{ sealer: sealers.topics, config: config.topics },
  });
  kinds.push(topics.target);
  Object.assign(senders, topics.senders);
  const lock = new Lease(lockPool, 'trail');
  const measure = consumerMetrics(shell.metrics, clock);
  const consumer = new TrailConsumer({
    ...{ feed, places, lock, logger },
    // Nobody is told of what is long past.
    begins: 'now',
    sink: {
      async take(tx, accountId, events) {
        const known = events.map(trailEvent);
        for (const sink of sinks) await sink.take(tx, accountId, known);
      },
    },
    onTaken: (count, newest) => {
      measure(count, newest);
      deliveries.look();
      alarms.scan.look();
    },
  });
  shell.own('the consumer of the trail', consumer, () => consumer.stop());

  const tests = new FairGate(TESTS);
  const services = [
    ruleHandlers({ authorizer, rules, kinds, region }),
    webhookHandlers({ authorizer, webhooks, secrets, sender: webhookSender, tests, clock, random, region }),
    deliveryHandlers({ authorizer, ledger: deliveries.ledger, look: deliveries.look }),
    alarms.handlers(authorizer),
    ...topics.services,
  ];
  const port = await shell.serve({ principals, recorder, services });
  consumer.start();
  alarms.scan.look();
  return { port, targetKinds: kinds };
}
