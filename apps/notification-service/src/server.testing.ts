import { callerForTests, type CallerForTests, FakePrincipalSource } from '@strongroom/access';
import { InMemoryRecorder } from '@strongroom/audit-trail';
import { ManualClock } from '@strongroom/clock';
import * as alarms from '@strongroom/contracts/strongroom/notification/v1/alarms';
import * as deliveries from '@strongroom/contracts/strongroom/notification/v1/deliveries';
import * as rules from '@strongroom/contracts/strongroom/notification/v1/rules';
import * as topics from '@strongroom/contracts/strongroom/notification/v1/topics';
import * as webhooks from '@strongroom/contracts/strongroom/notification/v1/webhooks';
import { migrateSchema } from '@strongroom/database';
import { anywhere } from '@strongroom/egress/testing';
import { connectTo } from '@strongroom/grpc-kit';
import { oneAttempt } from '@strongroom/grpc-kit/testing';
import { serviceCertificate, userUri } from '@strongroom/local-cluster';
import { alarmService, deliveryService, ruleService, topicService, webhookService } from '@strongroom/methods';
import { startService } from '@strongroom/service';
import { Metrics, silentLogger } from '@strongroom/telemetry';
import { createTestDatabase, createTestRedis, PATIENCE_MS, TestPki } from '@strongroom/testing';
import { FakeSealer } from './domain/fake-sealer.testing';
import { FakeTrail } from './domain/fake-trail.testing';
import { migrations } from './persistence/migrations';
import { serveNotification } from './server';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

export type TestNotification = Awaited<ReturnType<typeof startTestNotification>>;

/** The service on a fresh database and a real Redis, over mutual TLS. The trail, callers and crypto-keyservice are fakes. */
export async function startTestNotification(purpose: string) {
  const [database, redis, pki] = await Promise.all([createTestDatabase(purpose), createTestRedis(purpose), TestPki.create()]);
  await migrateSchema(database, migrations);
  const runtime = await database.createUser(['SELECT', 'INSERT', 'UPDATE', 'DELETE']);
  const queuePrefix = redis.prefix.replaceAll(':', '');
  const principals = new FakePrincipalSource();
  const recorder = new InMemoryRecorder();
  const trail = new FakeTrail(ACCOUNT);
  const clock = new ManualClock(new Date());
  const metrics = new Metrics({ service: 'notification-service' });
  const tls = await pki.issueFiles(serviceCertificate('notification-service'));
  const config = {
    accountId: ACCOUNT,
    region: REGION,
    trustDomain: 'strongroom.local',
    listen: '127.0.0.1:0',
    tls,
    database: { ...database, ...runtime },
    redis: { host: redis.host, port: redis.port, password: redis.password },
    topics: { gatewayUrl: 'https://gateway.example.com' },
  };
  const sealers = { webhooks: new FakeSealer(), topics: new FakeSealer() };
  const others = { principals, recorder, feed: trail.feed, network: anywhere, sealers, queuePrefix };
  const start = () =>
    startService({ name: 'notification-service', config, clock, logger: silentLogger, metrics }, (shell) =>
      serveNotification(shell, others),
    );
  const service = await start();
  const clients: { close(): void }[] = [];
  const connection = {
    address: `127.0.0.1:${service.port}`,
    tls: await pki.issueFiles({ uri: userUri('test') }),
    service: 'test',
  };
  const clientOf = <S extends Parameters<typeof connectTo>[0]>(of: S) => {
    const client = connectTo(of, connection);
    clients.push(client);
    return client;
  };
  const [toRules, toWebhooks, toDeliveries] = [clientOf(ruleService), clientOf(webhookService), clientOf(deliveryService)];
  const [toTopics, toAlarms] = [clientOf(topicService), clientOf(alarmService)];

  /** A caller with these policies; by default one who may do everything. */
  const as = (principal: CallerForTests = {}) => {
    const token = `token-${Math.random()}`;
    principals.add(token, callerForTests(principal));
    const options = { timeoutMs: PATIENCE_MS, token };
    return {
      rules: oneAttempt(ruleService, toRules, rules, options),
      webhooks: oneAttempt(webhookService, toWebhooks, webhooks, options),
      deliveries: oneAttempt(deliveryService, toDeliveries, deliveries, options),
      topics: oneAttempt(topicService, toTopics, topics, options),
      alarms: oneAttempt(alarmService, toAlarms, alarms, options),
    };
  };

  return {
    as,
    clock,
    metrics,
    recorder,
    trail,
    /** Empties the queue, like a Redis that has lost its data. */
    emptyRedis: () => redis.empty(`${queuePrefix}:`),
    async stop() {
      for (const client of clients) client.close();
      await service.stop(3_000);
      await Promise.all([database.drop(), redis.drop()]);
      pki.drop();
    },
  };
}
