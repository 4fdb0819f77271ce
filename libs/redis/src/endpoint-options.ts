import type { RedisEndpoint } from '@strongroom/config';
import { backoff } from '@strongroom/random';
import type { RedisOptions } from 'ioredis';

/** How long a sentinel may take to say where the primary is, milliseconds; then the next one is asked. */
export const SENTINEL_TIMEOUT_MS = 1_000;

/**
 * The part of ioredis' options that says where Redis is and how one logs in: the same for our own connections and for BullMQ's. A
 * connection that finds itself on a server which is the primary no more, or which its replicas have left, looks for the new one.
 */
export function endpointOptions(endpoint: RedisEndpoint): RedisOptions {
  const { username, password } = endpoint;
  const shared = { username, password, tls: tlsOf(endpoint.ca), reconnectOnError: mayNotBePrimary };
  // A configuration may have more fields than a connection takes.
  if (!('sentinels' in endpoint)) return { host: endpoint.host, port: endpoint.port, ...shared };
  const { hosts, group, username: sentinelUsername, password: sentinelPassword, ca } = endpoint.sentinels;
  return {
    ...shared,
    enableTLSForSentinelMode: true,
    sentinels: hosts.map(({ host, port }) => ({ host, port })),
    name: group,
    sentinelUsername,
    sentinelPassword,
    sentinelTLS: tlsOf(ca),
    sentinelCommandTimeout: SENTINEL_TIMEOUT_MS,
    sentinelRetryStrategy: (attempt) => backoff(attempt, { first: 20, longest: 1_000 }),
    // Only those that the operator has named are asked, and trusted.
    updateSentinels: false,
  };
}

export const tlsOf = (ca: string | undefined) => (ca === undefined ? undefined : { ca, minVersion: 'TLSv1.2' as const });

/**
 * A primary that is cut off from its replicas and the sentinels does not know that another server has taken over. The command was
 * refused, so the caller hears of it; it is not sent again.
 */
const mayNotBePrimary = (error: Error): boolean => /^(READONLY|NOREPLICAS)/.test(error.message);
