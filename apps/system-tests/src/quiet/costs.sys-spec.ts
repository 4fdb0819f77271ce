import {
  type ComponentName,
  connectAsAdministrator,
  connectToRedis,
  type Processes,
  type Usage,
  usageOfAll,
  usedBetween,
} from '@strongroom/local-cluster';
import { System } from '../support/system';

/**
 * What a read costs in things that can be counted, so that it does not depend on the machine. The bounds are somewhat above what
 * was counted: whoever passes one has made every read more expensive, and finds out where.
 */
type Counted = Pick<Usage, 'wakeUps' | 'reads' | 'writes' | 'bytesRead' | 'bytesWritten'>;

interface Bounds {
  inFlight: number;
  calls: number;
  /** Each for one call: prepared statements in MariaDB, appends to the journal, collections of the young generation. */
  statements: number;
  appends: number;
  collections: number;
  processes: Partial<Record<ComponentName, Partial<Counted>>>;
}

const bounds: Bounds[] = [
  {
    inFlight: 1,
    calls: 500,
    statements: 2.6,
    appends: 1.1,
    collections: 0.03,
    processes: {
      'secrets-api': { wakeUps: 5.5, reads: 5, writes: 6, bytesRead: 4_500, bytesWritten: 2_500 },
      'crypto-keyservice': { wakeUps: 3, reads: 3, writes: 3, bytesRead: 3_600, bytesWritten: 500 },
      'audit-service': { wakeUps: 1, reads: 0.7, writes: 0.5 },
      redis: { reads: 1.6, writes: 2.6 },
    },
  },
  {
    inFlight: 64,
    calls: 5_000,
    // Most of them are those of notification-service and usage-service, which take the events afterwards: 0.06 are the read's.
    statements: 0.2,
    appends: 0.06,
    collections: 0.012,
    processes: {
      'secrets-api': { wakeUps: 0.5, reads: 0.35, writes: 0.35, bytesRead: 1_500, bytesWritten: 2_200 },
      'crypto-keyservice': { wakeUps: 0.25, reads: 0.15, writes: 0.15, bytesRead: 800, bytesWritten: 250 },
      'audit-service': { wakeUps: 0.25, reads: 0.15, writes: 0.15 },
      redis: { reads: 0.2, writes: 0.3 },
    },
  },
];

const MAX_ROUNDS = 10;

let system: System;
beforeAll(async () => {
  system = await System.shared();
});
afterAll(() => system?.stop());

/** Since the stores have started. */
const countsOfStores = async (): Promise<{ statements: number; appends: number }> => {
  const [database, redis] = [await connectAsAdministrator(system.cluster.database), await connectToRedis(system.cluster.redis)];
  try {
    const [rows] = await database.query(`SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'`);
    const commands = await redis.info('commandstats');
    return {
      statements: Number((rows as { Value: string }[])[0]!.Value),
      appends: Number(/^cmdstat_xadd:calls=(\d+)/m.exec(commands)?.[1] ?? 0),
    };
  } finally {
    redis.disconnect();
    await database.end();
  }
};

const collectionsOf = async (): Promise<number> => {
  const metrics = await (await fetch(system.cluster.metricsUrl('secrets-api'))).text();
  return Number(/^nodejs_gc_duration_seconds_count\{[^}]*kind="minor"[^}]*\} (\d+)/m.exec(metrics)?.[1] ?? 0);
};

it.each(bounds)(
  'of a read, $inFlight at a time, stay within what was counted',
  async ({ inFlight, calls, processes, ...most }) => {
    const secretId = await system.secret('x'.repeat(40));
    const read = () => system.admin.secrets.getSecretValue({ secretId });
    const readAll = async (count: number) => {
      let left = count;
      const worker = async () => {
        while (left-- > 0) await read();
      };
      await Promise.all(Array.from({ length: inFlight }, worker));
    };
    const { cluster } = system;
    const pids: Processes = new Map(cluster.components.map((name) => [name, cluster.pid(name)!] as const));
    const count = async (): Promise<Record<string, number>> => {
      const [stores, collections, before] = [await countsOfStores(), await collectionsOf(), usageOfAll(pids)];
      await readAll(calls);
      const used = usedBetween(before, usageOfAll(pids));
      const [storesAfter, collectionsAfter] = [await countsOfStores(), await collectionsOf()];
      const counts: Record<string, number> = {
        statements: storesAfter.statements - stores.statements,
        appends: storesAfter.appends - stores.appends,
        collections: collectionsAfter - collections,
      };
      for (const [name, limits] of Object.entries(processes)) {
        for (const what of Object.keys(limits)) counts[`${name} ${what}`] = used.get(name)![what as keyof Counted];
      }
      return Object.fromEntries(Object.entries(counts).map(([what, total]) => [what, total / calls]));
    };

    const allowed: Record<string, number> = { ...most };
    for (const [name, limits] of Object.entries(processes)) {
      for (const [what, limit] of Object.entries(limits)) allowed[`${name} ${what}`] = limit;
    }
    await readAll(calls);
    // What else a service does now and then, such as sealing the trail, does not come every time; what a read costs does.
    let counted = await count();
    const excesses = () => Object.entries(counted).filter(([what, count]) => count > allowed[what]!);
    for (let round = 1; round < MAX_ROUNDS && excesses().length > 0; round++) {
      const again = await count();
      counted = Object.fromEntries(Object.entries(counted).map(([what, least]) => [what, Math.min(least, again[what]!)]));
    }
    // A count of nothing would pass every bound.
    expect(Object.entries(counted).filter(([what, count]) => what !== 'collections' && !(count > 0))).toEqual([]);
    expect(excesses()).toEqual([]);
  },
);
