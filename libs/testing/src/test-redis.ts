import { randomBytes } from 'node:crypto';
import { connectToRedis } from '@strongroom/local-cluster';
import type { Redis } from 'ioredis';
import { sharedServers } from './shared-servers';

/** One suite's part of the test run's Redis. */
export interface TestRedis {
  host: string;
  port: number;
  password: string;
  /** The password as a file of mode 0600, as services are configured with it. */
  passwordFile: string;
  /** Every key, queue and stream must begin with this, because suites share the server. */
  prefix: string;
  /** A connected client, to look at what the code under test wrote. */
  client: Redis;
  /** Removes the keys that begin like this, all at once: half a queue is nothing that a lost Redis leaves behind. */
  empty(prefix: string): Promise<void>;
  /** Removes the keys with this prefix and closes the client. */
  drop(): Promise<void>;
}

const EMPTY = "for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end";

export const createTestRedis = async (purpose = 'suite'): Promise<TestRedis> => {
  const { redis } = sharedServers();
  const prefix = `${purpose}-${randomBytes(5).toString('hex')}:`;
  const client = await connectToRedis(redis);
  return {
    ...redis,
    prefix,
    client,
    async empty(keys) {
      await client.eval(EMPTY, 0, `${keys}*`);
    },
    async drop() {
      for await (const keys of client.scanStream({ match: `*${prefix}*`, count: 500 }) as AsyncIterable<string[]>) {
        if (keys.length) await client.del(...keys);
      }
      client.disconnect();
    },
  };
};
