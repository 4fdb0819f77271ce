import type { Redis } from 'ioredis';

export type Durability = { durable: true; verified: boolean } | { durable: false; reason: string };

/** The policies with which a full Redis refuses writes, or evicts only keys that have an expiry (the journal has none). */
const keeps = (policy: string) => policy === 'noeviction' || policy.startsWith('volatile-');

/**
 * Whether acknowledged writes to this Redis survive a crash: it must sync the append-only file before it answers, and must not
 * evict keys. If a server does not let us ask (managed ones forbid CONFIG), we trust its operator.
 */
export async function checkDurability(redis: Redis): Promise<Durability> {
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
}
