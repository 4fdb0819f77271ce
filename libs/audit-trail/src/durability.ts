import type { Redis } from 'ioredis';

export type Durability = { durable: true; verified: boolean } | { durable: false; reason: string };

/** Policies under which a full Redis refuses writes, or evicts only what has an expiry (the journal has none). */
const keeps = (policy: string) => policy === 'noeviction' || policy.startsWith('volatile-');

/**
 * Whether what this Redis acknowledges survives a crash: the append-only file must be synced before Redis answers, and nothing
 * may be evicted. A server that doesn't let us ask (managed ones forbid CONFIG) is taken at its operator's word.
 */
export const checkDurability = async (redis: Redis): Promise<Durability> => {
  const read = async (name: string): Promise<string> => {
    const answer = (await redis.config('GET', name)) as string[];
    return answer[1] ?? '';
  };
  let settings: [appendOnly: string, sync: string, policy: string];
  try {
    settings = await Promise.all([read('appendonly'), read('appendfsync'), read('maxmemory-policy')]);
  } catch (error) {
    if (/^(NOPERM|ERR unknown command)/i.test((error as Error).message)) return { durable: true, verified: false };
    throw error;
  }
  const [appendOnly, sync, policy] = settings;
  const wrong = [
    appendOnly === 'yes' ? [] : [`appendonly is "${appendOnly}" and must be "yes"`],
    sync === 'always' ? [] : [`appendfsync is "${sync}" and must be "always"`],
    keeps(policy) ? [] : [`maxmemory-policy is "${policy}" and must be "noeviction"`],
  ].flat();
  return wrong.length ? { durable: false, reason: wrong.join('; ') } : { durable: true, verified: true };
};
