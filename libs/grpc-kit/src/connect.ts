import { isIP } from 'node:net';
import { createSecureContext, checkServerIdentity, type PeerCertificate } from 'node:tls';
import { type ChannelOptions, type ClientOptions, type Client, ChannelCredentials } from '@grpc/grpc-js';
import { endpointOf } from '@strongroom/config';
import { isTracing } from '@strongroom/tracing';
import { healthyRoundRobin } from './healthy-round-robin';
import { PatientChannel } from './patient-channel';
import { traced } from './traced-client';
import { uriName } from './subject-alternative-name';
import { type ClientTlsFiles, type TlsMaterial, readTls, secureContext } from './tls';

export interface ConnectOptions {
  /**
   * `host:port`; `dns:///host:port`, which uses all addresses of the name in turn; or several `IPv4:port`, separated by commas.
   */
  address: string;
  tls: ClientTlsFiles | TlsMaterial;
  /** This process's own name, for the user agent. */
  service: string;
  /** The DNS name or IP address that the server's certificate must contain, if it differs from the address's. */
  serverName?: string;
  /** The URI SAN that the server's certificate must contain, such as `spiffe://strongroom.local/service/crypto-keyservice`. */
  serverUri?: string;
  /**
   * The longest wait of a unary call for a connection, within its deadline. Milliseconds; default 5,000; Infinity: only the
   * deadline counts.
   */
  patienceMs?: number;
}

/** A generated client's constructor, such as ts-proto's `SecretsServiceClient`. */
export interface ClientConstructor<C extends Client> {
  new (address: string, credentials: ChannelCredentials, options?: Partial<ClientOptions>): C;
}

const MEBIBYTE = 1 << 20;
export const PATIENCE_MS = 5_000;

const KEEPALIVE_MS = 10_000;
const KEEPALIVE_TIMEOUT_MS = 5_000;
/** How long a stream may look alive after its server has gone without a word. Milliseconds. */
export const DEAD_PEER_MS = KEEPALIVE_MS + KEEPALIVE_TIMEOUT_MS;

const channelOptions: ChannelOptions = {
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  'grpc.service_config_disable_resolution': 1,
  'grpc.keepalive_time_ms': KEEPALIVE_MS,
  'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
  // Calls wait for an unreachable peer; within half a second they notice that it is back.
  'grpc.initial_reconnect_backoff_ms': 50,
  'grpc.max_reconnect_backoff_ms': 500,
  // After a lost connection the name is resolved again. If the answer could be half a minute old, a service whose replicas were
  // replaced would be unreachable for that long.
  'grpc.dns_min_time_between_resolutions_ms': 500,
  'grpc.max_receive_message_length': 16 * MEBIBYTE,
  'grpc-node.flow_control_window': MEBIBYTE,
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_channelz': 0,
};

/**
 * A client over TLS 1.3 that balances calls over all addresses of its target, and leaves those of several where nobody serves or
 * answers. It connects on the first call. Close it with `client.close()`.
 */
export function connect<C extends Client>(
  Constructor: ClientConstructor<C>,
  { address, tls, service, serverName = localName(address), serverUri, patienceMs = PATIENCE_MS }: ConnectOptions,
): C {
  const credentials = ChannelCredentials.createFromSecureContext(createSecureContext(secureContext(readTls(tls))), {
    checkServerIdentity: (host, certificate) => checkServer(serverName ?? host, certificate, serverUri),
  });
  return new Constructor(targetOf(address), credentials, {
    ...channelOptions,
    ...(mayBeSeveral(address) ? healthyRoundRobin(DEAD_PEER_MS) : {}),
    ...(isTracing() ? { interceptors: [traced] } : {}),
    'grpc.primary_user_agent': `strongroom-${service}`,
    channelFactoryOverride: (target, itsCredentials, { channelFactoryOverride: _, ...options }) =>
      new PatientChannel(target, itsCredentials, options, patienceMs),
    ...(serverName === undefined ? {} : { 'grpc.ssl_target_name_override': serverName }),
  });
}

/**
 * gRPC's target: a host and port with one or several addresses in DNS, or a list of IP addresses with ports, separated by commas.
 */
export function targetOf(address: string): string {
  if (address.startsWith('dns:')) return address;
  return address.includes(',') ? `ipv4:${address}` : `dns:${address}`;
}

/** Of several processes on this machine: each certificate has this name, and Node takes no address for one. */
const localName = (address: string): string | undefined => (/^127\.0\.0\.1:.*,/.test(address) ? 'localhost' : undefined);

/** Whether the address names several instances, or is a name that may stand for them. */
function mayBeSeveral(address: string): boolean {
  if (address.includes(',')) return true;
  const { host } = endpointOf(address.replace(/^dns:(?:\/\/\/)?/, ''));
  return host !== 'localhost' && isIP(host) === 0;
}

function checkServer(host: string, certificate: PeerCertificate, serverUri: string | undefined): Error | undefined {
  const mismatch = checkServerIdentity(host, certificate);
  if (mismatch !== undefined || serverUri === undefined) return mismatch;
  return uriName(certificate.subjectaltname) === serverUri ? undefined : new Error(`the server is not ${serverUri}`);
}
