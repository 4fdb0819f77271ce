import type { Redis } from 'ioredis';

export type Durability = { durable: true; verified: boolean } | { durable: false; reason: string };

/** The policies with which a full Redis refuses writes, or evicts only keys that have an expiry (the journal has none). */
const keeps = (policy: string) => policy === 'noeviction' || policy.startsWith('volatile-');

/** For how long a replica may say nothing and still count as one that follows; seconds. */
const MAX_LAG_SECONDS = 10;

/**
 * Whether acknowledged writes to this Redis survive a crash: it must sync the append-only file before it answers, and must not
 * evict keys. If others are to take over with all that was acknowledged, it must refuse writes as soon as fewer than `replicas`
 * follow it. If a server does not let us ask (managed ones forbid CONFIG), we trust its operator.
 */
export async function checkDurability(redis: Redis, replicas = 0): Promise<Durability> {
  const read = async (name: string): Promise<string> => {
    const answer = (await redis.config('GET', name)) as string[];
    return answer[1] ?? '';
  };
  let settings: string[];
  try {
    settings = await Promise.all(
      ['appendonly', 'appendfsync', 'maxmemory-policy', 'min-replicas-to-write', 'min-replicas-max-lag'].map(read),
    );
  } catch (error) {
    if (/^(NOPERM|ERR unknown command)/i.test((error as Error).message)) return { durable: true, verified: false };
    throw error;
  }
  const [appendOnly, sync, policy = '', followers, lag] = settings;
  const isLagBounded = Number(lag) > 0 && Number(lag) <= MAX_LAG_SECONDS;
  const wrong = [
    appendOnly === 'yes' ? [] : [`appendonly is "${appendOnly}" and must be "yes"`],
    sync === 'always' ? [] : [`appendfsync is "${sync}" and must be "always"`],
    keeps(policy) ? [] : [`maxmemory-policy is "${policy}" and must be "noeviction"`],
    replicas === 0 || Number(followers) >= replicas
      ? []
      : [`min-replicas-to-write is "${followers}" and must be at least "${replicas}"`],
    replicas === 0 || isLagBounded ? [] : [`min-replicas-max-lag is "${lag}" and must be "1" to "${MAX_LAG_SECONDS}"`],
  ].flat();
  return wrong.length ? { durable: false, reason: wrong.join('; ') } : { durable: true, verified: true };
}
