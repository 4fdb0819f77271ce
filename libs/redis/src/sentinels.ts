import { lookup } from 'node:dns/promises';
import { pollUntil } from '@strongroom/clock';
import {
  ConfigError,
  endpointOf,
  endpointText,
  type RedisEndpoint,
  type RedisHost,
  type RedisSentinels,
} from '@strongroom/config';
import { serviceUnavailable } from '@strongroom/errors';
import { backoff } from '@strongroom/random';
import type { Logger } from '@strongroom/telemetry';
import { Redis } from 'ioredis';
import { SENTINEL_TIMEOUT_MS, tlsOf } from './endpoint-options';
import { judge, type SentinelAnswer } from './sentinel-answers';

export interface SentinelWait {
  /** How long sentinels may take to answer and to agree; milliseconds. Default 15,000. */
  waitMs?: number;
  /** Hears which sentinels do not answer although enough others do. */
  logger: Logger;
}

const WAIT_MS = 15_000;
const LOOK_AGAIN_MS = 250;
/** The channel on which a sentinel says `group old-host old-port new-host new-port`. */
const SWITCHES = '+switch-master';

/**
 * Waits until as many sentinels as their quorum answer, and all that do name one primary: with fewer, none could have another
 * server take over. Sentinels that have just had another one take over agree within seconds. Asks nothing of a Redis without
 * sentinels.
 *
 * @throws ConfigError if they name different primaries, one does not know the group, or fewer are configured than their quorum
 * @throws ServiceUnavailableException if too few answer
 */
export async function awaitSentinels(endpoint: RedisEndpoint, { waitMs = WAIT_MS, logger }: SentinelWait): Promise<void> {
  if (!('sentinels' in endpoint)) return;
  const { hosts, group } = endpoint.sentinels;
  let answers: readonly SentinelAnswer[] = [];
  const ask = async () => {
    answers = await Promise.all(hosts.map((host) => answerOf(host, endpoint.sentinels)));
    return judge(group, answers) === undefined;
  };
  await pollUntil(ask, waitMs, LOOK_AGAIN_MS);
  const problem = judge(group, answers);
  if (problem !== undefined) throw problem.isConfiguration ? new ConfigError([problem.text]) : serviceUnavailable(problem.text);
  for (const { sentinel, failure } of answers) {
    if (failure !== undefined) logger.warn('a sentinel does not answer', { address: sentinel, reason: failure });
  }
}

/**
 * Whether the sentinels name another primary than the server that this connection leads to, which does not know it if it is cut
 * off. Like a new connection, it believes the first sentinel that answers. False without sentinels, or if none answers.
 */
export async function isSuperseded(redis: Redis, endpoint: RedisEndpoint): Promise<boolean> {
  if (!('sentinels' in endpoint)) return false;
  const answers = await Promise.all(endpoint.sentinels.hosts.map((host) => answerOf(host, endpoint.sentinels)));
  const primary = answers.find((answer) => typeof answer.primary === 'string')?.primary;
  if (!primary) return false;
  return leadsElsewhere(redis, endpointOf(primary));
}

/**
 * Calls `leave` whenever a sentinel says that another server has taken over than the one that the connection leads to, which ends
 * no connection if it is stopped or cut off. Each sentinel says so when it knows: a new connection may have asked one that did
 * not yet. Ends with the connection. (ioredis' own `failoverDetector` would end a connection for good that is being made.)
 */
export function watchFailOvers(redis: Redis, sentinels: RedisSentinels, leave: () => void): void {
  const hear = async (text: string) => {
    const [group, , , host = '', port] = text.split(' ');
    if (group === sentinels.group && isConnected(redis) && (await leadsElsewhere(redis, { host, port: Number(port) }))) leave();
  };
  const listeners = sentinels.hosts.map((host) => {
    const client = sentinelClient(host, sentinels, (attempt) => backoff(attempt, { first: 100, longest: 5_000 }));
    // Whoever looks for the primary tells of sentinels that do not answer. One that may not be listened to is asked, as before.
    client.on('error', () => undefined);
    client.on('ready', () => void client.subscribe(SWITCHES).catch(() => undefined));
    client.on('message', (_channel: string, text: string) => void hear(text));
    void client.connect().catch(() => undefined);
    return client;
  });
  redis.once('end', () => {
    for (const client of listeners) client.disconnect();
  });
}

const isConnected = ({ status }: Redis): boolean => status === 'connect' || status === 'ready';

async function leadsElsewhere(redis: Redis, { host, port }: RedisHost): Promise<boolean> {
  const { remoteAddress, remotePort } = redis.stream;
  if (port !== remotePort) return true;
  const addresses = await lookup(host, { all: true }).catch(() => []);
  return addresses.length > 0 && !addresses.some(({ address }) => address === remoteAddress);
}

const sentinelClient = (
  { host, port }: RedisHost,
  { username, password, ca }: RedisSentinels,
  retryStrategy: (attempt: number) => number | null,
): Redis =>
  new Redis({
    host,
    port,
    username,
    password,
    tls: tlsOf(ca),
    lazyConnect: true,
    enableReadyCheck: false,
    autoResubscribe: false,
    connectTimeout: SENTINEL_TIMEOUT_MS,
    commandTimeout: SENTINEL_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy,
  });

async function answerOf({ host, port }: RedisHost, sentinels: RedisSentinels): Promise<SentinelAnswer> {
  const { group } = sentinels;
  const sentinel = endpointText({ host, port });
  const client = sentinelClient({ host, port }, sentinels, () => null);
  // Why there is no connection; the command itself is told only that there is none.
  let heard: Error | undefined;
  client.on('error', (error: Error) => (heard ??= error));
  try {
    await client.connect();
    const primary = (await client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', group)) as [string, string] | null;
    if (primary === null) return { sentinel, primary: null };
    const quorum = await quorumOf(client, group);
    return { sentinel, primary: endpointText({ host: primary[0], port: Number(primary[1]) }), quorum };
  } catch (error) {
    return { sentinel, failure: (heard ?? (error as Error)).message };
  } finally {
    client.disconnect();
  }
}

/** Undefined if we may not ask. */
async function quorumOf(client: Redis, group: string): Promise<number | undefined> {
  try {
    const fields = (await client.call('SENTINEL', 'MASTER', group)) as string[];
    return Number(fields[fields.indexOf('quorum') + 1]);
  } catch (error) {
    if ((error as Error).message.startsWith('NOPERM')) return undefined;
    throw error;
  }
}
