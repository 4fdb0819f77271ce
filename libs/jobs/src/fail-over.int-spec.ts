import { setTimeout as sleep } from 'node:timers/promises';
import { silentLogger } from '@strongroom/telemetry';
import { duration, eventually, startTestRedisGroup, type TestRedisGroup } from '@strongroom/testing';
import { createJobQueue, defineJob, type JobQueue, jobFields, type JobWorker, startJobWorker } from './index';

const job = defineJob({ queue: 'fail-over', fields: { name: jobFields.name() }, id: ({ name }) => [name], attempts: 3 });

let group: TestRedisGroup;
let queue: JobQueue<{ name: string }>;
let worker: JobWorker;
let done: Set<string>;

beforeAll(async () => {
  group = await startTestRedisGroup({ settings: ['min-replicas-to-write 1', 'min-replicas-max-lag 10'] });
});
beforeEach(() => {
  done = new Set();
  const connection = { redis: group.endpoint, logger: silentLogger };
  queue = createJobQueue(job, connection);
  worker = startJobWorker(job, {
    ...connection,
    concurrency: 4,
    lockMs: 2_000,
    process: async ({ name }) => void done.add(name),
  });
});
afterEach(async () => {
  await Promise.all([worker.close(), queue.close()]);
  for (const server of group.servers) {
    server.process.signal('SIGCONT');
    if (server.process.pid === undefined) await server.start();
  }
  await group.settled();
});
afterAll(() => group?.stop());

it.each(['SIGKILL', 'SIGSTOP'] as const)(
  'says in time that it is away, and does all work once somebody asks again, when the primary gets %s',
  async (signal) => {
    const asked: string[] = [];
    const refused: number[] = [];
    let isOver = false;
    const ask = async () => {
      for (let i = 0; !isOver; i++) {
        const name = `${signal}-${i}`;
        asked.push(name);
        const took = await duration(() => queue.add({ name }).catch(() => refused.push(i)));
        // Two seconds are the most that adding may take.
        expect(took).toBeLessThan(4_000);
        await sleep(5);
      }
    };
    const asking = ask();
    await eventually('jobs are done', () => done.size > 100);
    (await group.primary()).process.signal(signal);
    await eventually('the queue is away', () => refused.length > 0);
    const before = done.size;
    await eventually('jobs are done again', () => done.size > before + 100, 60_000);
    isOver = true;
    await asking;
    // As a scan of the database does: of what was acknowledged, replication may have lost some.
    await eventually(
      'all are done',
      async () => {
        const open = asked.filter((name) => !done.has(name));
        await queue.addAll(open.map((name) => ({ name })));
        return open.length === 0;
      },
      30_000,
      500,
    );
  },
);
