import { cpSync } from 'node:fs';
import { pollUntil } from '@strongroom/clock';
import { connectToRedis, type RedisEndpoint } from '../servers/redis.server';
import { BackupError } from './manifest';

/** How long Redis may take to finish the file that it rewrites. Milliseconds. */
const PATIENCE = 60_000;

/**
 * Copies the data of a running Redis. What is written meanwhile may be missing at the end of the copy, which Redis tolerates.
 */
export const copyRedis = async (redis: RedisEndpoint, data: string, target: string): Promise<void> => {
  const client = await connectToRedis(redis);
  try {
    // It must not replace its files while they are copied.
    const [, before] = (await client.config('GET', 'auto-aof-rewrite-percentage')) as [string, string];
    await client.config('SET', 'auto-aof-rewrite-percentage', '0');
    try {
      const isDone = async () => /aof_rewrite_in_progress:0/.test(await client.info('persistence'));
      if (!(await pollUntil(isDone, PATIENCE, 200)))
        throw new BackupError('Redis rewrites its files for too long.', 'Try again later.');
      cpSync(data, target, { recursive: true });
    } finally {
      await client.config('SET', 'auto-aof-rewrite-percentage', before);
    }
  } finally {
    client.disconnect();
  }
};
