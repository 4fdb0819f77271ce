import { silentLogger } from '@strongroom/telemetry';
import { createTestRedis, type TestRedis, eventually } from '@strongroom/testing';
import {
  createJobQueue,
  defineJob,
  type JobQueue,
  jobFields,
  type JobWorker,
  type JobWorkerOptions,
  PostponedJob,
  startJobWorker,
} from './index';

const job = defineJob({
  queue: 'test-jobs',
  fields: { name: jobFields.name() },
  id: ({ name }) => [name],
  yields: ({ name }) => name.startsWith('polite'),
  attempts: 3,
  backoffMs: 10,
});

describe('jobs on a real Redis', () => {
  let redis: TestRedis;
  let queue: JobQueue<{ name: string }>;
  const workers: JobWorker[] = [];
  const seen: string[] = [];

  const connection = () => ({ redis: { host: redis.host, port: redis.port, password: redis.password }, logger: silentLogger });
  const prefix = () => redis.prefix.replaceAll(':', '');
  type Options = JobWorkerOptions<{ name: string }>;
  const work = (process: Options['process']) => {
    const worker = startJobWorker(job, { ...connection(), prefix: prefix(), process });
    workers.push(worker);
    return worker;
  };
  beforeAll(async () => {
    redis = await createTestRedis('jobs');
    queue = createJobQueue(job, { ...connection(), prefix: prefix() });
  });

  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.close()));
    seen.length = 0;
  });

  afterAll(async () => {
    await queue.close();
    await redis.drop();
  });

  it('works a job once, however often it was added', async () => {
    await Promise.all([queue.add({ name: 'one' }), queue.add({ name: 'one' }), queue.add({ name: 'two' })]);
    work(async ({ name }) => void seen.push(name));
    await eventually('two jobs are done', () => seen.length >= 2);
    expect(seen.sort()).toEqual(['one', 'two']);
  });

  it('lets the same work be asked for again once it is done', async () => {
    work(async ({ name }) => void seen.push(name));
    await queue.add({ name: 'again' });
    await eventually('the job is done', () => seen.length === 1);
    await eventually('the job is done again', async () => {
      await queue.add({ name: 'again' });
      return seen.length >= 2;
    });
  });

  it('tries a failing job again, and forgets it when it is given up', async () => {
    work(async ({ name }) => {
      seen.push(name);
      throw new Error('not today');
    });
    await queue.add({ name: 'failing' });
    await eventually('it is tried three times', () => seen.length === 3);
    await eventually('it is forgotten', async () => (await redis.client.keys(`*${prefix()}*failing*`)).length === 0);
  });

  it('adds many at once, each of them once', async () => {
    await queue.addAll([{ name: 'three' }, { name: 'four' }, { name: 'three' }]);
    work(async ({ name }) => void seen.push(name));
    await eventually('two jobs are done', () => seen.length >= 2);
    expect(seen.sort()).toEqual(['four', 'three']);
  });

  it('takes what yields after all that does not, also what comes back from a delay', async () => {
    await queue.addAll([{ name: 'polite-a' }, { name: 'polite-b' }, { name: 'c' }]);
    const tries: string[] = [];
    work(async ({ name }) => {
      tries.push(name);
      if (name === 'c' && tries.length === 1) throw new PostponedJob(30);
      // The first of them lasts until the delay is over.
      if (name === 'polite-a') await new Promise((resolve) => setTimeout(resolve, 300));
    });
    await eventually('all are tried', () => tries.length === 4);
    expect(tries).toEqual(['c', 'polite-a', 'c', 'polite-b']);
  });

  it('does not count it as a try when a job is put back', async () => {
    const last: boolean[] = [];
    work(async (_data, { isLast }) => {
      last.push(isLast);
      if (last.length <= 3) throw new PostponedJob(10);
      throw new Error('not today');
    });
    await queue.add({ name: 'postponed' });
    await eventually('it is tried six times', () => last.length === 6);
    expect(last).toEqual([false, false, false, false, false, true]);
  });

  it('gives what is at work to another worker when it has to close', async () => {
    const first = work(
      (_data, { signal }) =>
        new Promise((_, reject) => {
          seen.push('first');
          signal.addEventListener('abort', () => reject(new PostponedJob(0)));
        }),
    );
    await queue.add({ name: 'long' });
    await eventually('the first worker has the job', () => seen.length === 1);
    await first.close(50);
    work(async () => void seen.push('second'));
    await eventually('the second worker has the job', () => seen.length === 2);
    expect(seen).toEqual(['first', 'second']);
  });

  it('does not start a delayed job early', async () => {
    let startedAt: number | undefined;
    work(async () => void (startedAt = Date.now()));
    const addedAt = Date.now();
    await queue.add({ name: 'later' }, { delayMs: 400 });
    await eventually('the job is done', () => startedAt !== undefined);
    expect(startedAt! - addedAt).toBeGreaterThanOrEqual(400);
  });

  it('puts nothing but the fields of the kind into Redis', async () => {
    await expect(queue.add({ name: 'x', value: 'hunter2' } as never)).rejects.toThrow();
    expect(await redis.client.keys('*hunter2*')).toEqual([]);
  });

  it('says that Redis is away instead of waiting', async () => {
    const away = createJobQueue(job, { redis: { host: '127.0.0.1', port: 1 }, logger: silentLogger });
    await expect(away.add({ name: 'x' })).rejects.toMatchObject({ reason: 'ServiceUnavailableException' });
    await away.close();
  }, 10_000);
});
