import { Authorizer, type PrincipalSource } from '@strongroom/access';
import { type AuditRecorder, EventIds } from '@strongroom/audit-trail';
import { createHotPool, Lease, openHotPool } from '@strongroom/database';
import { secretTagService, trailFeedService } from '@strongroom/methods';
import type { Shell, ShellConfig } from '@strongroom/service';
import { TrailConsumer, type TrailConsumerOptions, trailHeads, TrailPlaces } from '@strongroom/trail-consumer';
import { SecretTagClient } from './clients/secret-tags.client';
import type { UsageConfig } from './config';
import { BudgetAlarm } from './domain/budget-alarm';
import { Closing } from './domain/closing';
import { type SecretTagSource, TagRefresh } from './domain/tag-refresh';
import { usageHandlers } from './handlers';
import { DatabaseBudgetStore } from './persistence/budget.store';
import { DatabasePriceListStore } from './persistence/price-list.store';
import { RollUp } from './persistence/roll-up';
import { DatabaseTagStore } from './persistence/tag.store';
import { DatabaseUsageReports } from './persistence/usage-reports';
import { UsageSink } from './persistence/usage-sink';
import { DatabaseUsageStore } from './persistence/usage-store';
import { usageMetrics } from './usage-metrics';
import { Housekeeping } from './workers/housekeeping';

/** Of calls, of the count, and of the chores. */
const CONNECTIONS = 8;

/** Whom the service asks; tests bring their own. */
export interface Others {
  principals: PrincipalSource;
  recorder: AuditRecorder;
  feed: TrailConsumerOptions['feed'];
  tags: SecretTagSource;
}

/** The service with the real others. @throws when a store is away */
export async function startUsage(shell: Shell<UsageConfig>) {
  const { redis, identityAddress, auditAddress, secretsApiAddress } = shell.config;
  const recorder = await shell.journal(redis);
  return serveUsage(shell, {
    recorder,
    principals: shell.principals(identityAddress),
    feed: shell.client(trailFeedService, 'audit-service', auditAddress),
    tags: new SecretTagClient(shell.client(secretTagService, 'secrets-api', secretsApiAddress)),
  });
}

/** The service proper: its database, its count of the trail, its handlers, its port. */
export async function serveUsage(
  shell: Shell<ShellConfig & Pick<UsageConfig, 'database' | 'priceList'>>,
  { principals, recorder, feed, tags }: Others,
) {
  const { clock, config, logger, metrics, random } = shell;
  const { accountId, database, priceList, region } = config;
  const pool = shell.own('the pool of the database', await openHotPool(database, { poolSize: CONNECTIONS, logger }));
  const lockPool = shell.own("the pool of the count's lock", createHotPool(database, { poolSize: 1 }));
  const lock = new Lease(lockPool, 'usage');
  const store = new DatabaseUsageStore(pool, lock);
  const prices = new DatabasePriceListStore(pool, priceList);
  const budgets = new DatabaseBudgetStore(pool);

  const consumer = new TrailConsumer({
    feed,
    places: new TrailPlaces(pool),
    lock,
    sink: new UsageSink(),
    logger,
    onTaken: usageMetrics(metrics, clock).taken,
  });
  const rollUp = new RollUp(pool, clock, lock);
  const closing = new Closing({ store, prices, heads: () => trailHeads(feed), clock, region });
  const eventIds = new EventIds(clock, random);
  const alarm = new BudgetAlarm({ budgets, store, prices, recorder, eventIds, clock, region });
  const tagRefresh = new TagRefresh(new DatabaseTagStore(pool, lock), tags, clock);
  const housekeeping = new Housekeeping(
    {
      'roll-up': async () => rollUp.run((await store.accounts()).keys()),
      closing: async () => (await closing.closeDue()) > 0,
      budgets: async () => alarm.check().then(() => false),
      tags: async () => tagRefresh.run(),
    },
    lock,
    logger,
  );
  shell.own('the count of the trail', consumer, () => consumer.stop());
  shell.own('the chores', housekeeping, () => housekeeping.stop());

  const dependencies = {
    authorizer: new Authorizer({ region, clock }),
    reports: new DatabaseUsageReports(pool),
    store,
    prices,
    budgets,
    clock,
    region,
    homeAccountId: accountId,
  };
  const port = await shell.serve({ principals, recorder, services: [usageHandlers(dependencies)] });
  consumer.start();
  housekeeping.start();
  return { port, housekeeping };
}
