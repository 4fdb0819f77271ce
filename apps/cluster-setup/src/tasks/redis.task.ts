import { connectToRedis, RedisAccounts } from '@strongroom/local-cluster';
import type { SetupConfig } from '../config';
import { REDIS_ADMINISTRATOR } from './files.task';

/** Tells a Redis that runs already who may log in now; at its start it reads the same. */
export const provisionRedis = async ({ layout }: SetupConfig): Promise<void> => {
  const passwordFile = layout.passwordFile(REDIS_ADMINISTRATOR);
  const administrator = await connectToRedis({ host: 'redis', port: 6379, passwordFile }).catch((error: Error) => {
    const advice = 'a Redis that was started by an older version has to be started again';
    throw new Error(`Redis does not let the administrator in (${error.message}); ${advice}`, { cause: error });
  });
  try {
    await new RedisAccounts(layout).apply(administrator);
  } finally {
    administrator.disconnect();
  }
};
