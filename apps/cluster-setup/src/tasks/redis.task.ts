import { connectToRedis, RedisUsers } from '@strongroom/local-cluster';
import type { SetupConfig } from '../config';
import { REDIS_ADMINISTRATOR } from './files.task';

/** Updates the users of a running Redis; at its start, Redis reads the same. */
export const provisionRedis = async ({ layout }: SetupConfig): Promise<void> => {
  const passwordFile = layout.passwordFile(REDIS_ADMINISTRATOR);
  const administrator = await connectToRedis({ host: 'redis', port: 6379, passwordFile }).catch((error: Error) => {
    const advice = 'a Redis that an older version started must be restarted';
    throw new Error(`Redis refused the administrator's login (${error.message}); ${advice}`, { cause: error });
  });
  try {
    await new RedisUsers(layout).apply(administrator);
  } finally {
    administrator.disconnect();
  }
};
