import { replaceIfSilent } from '@strongroom/redis';
import type { Redis } from 'ioredis';
import { serviceUnavailable } from '@strongroom/errors';
import type { ChainHead } from '../domain/chain';
import type { ChainAnchor } from '../domain/trail.port';

/** A hash with a field for each account. */
export const anchorKey = (stream: string): string => `${stream}:chain-ends`;

export const anchorValue = ({ sequence, hash }: ChainHead): string => `${sequence}:${hash.toString('hex')}`;

export class RedisAnchor implements ChainAnchor {
  constructor(
    private readonly redis: Redis,
    private readonly stream: string,
  ) {}

  async read(accountId: string): Promise<ChainHead | undefined> {
    let value: string | null;
    try {
      value = await this.redis.hget(anchorKey(this.stream), accountId);
    } catch (cause) {
      replaceIfSilent(this.redis, cause);
      throw serviceUnavailable('the end of the chain in Redis cannot be read', { cause });
    }
    const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(value ?? '') ?? [];
    return sequence && hash ? { accountId, sequence: Number(sequence), hash: Buffer.from(hash, 'hex') } : undefined;
  }
}
