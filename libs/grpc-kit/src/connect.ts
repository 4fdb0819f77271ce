import { createSecureContext, checkServerIdentity, type PeerCertificate } from 'node:tls';
import { type ChannelOptions, type ClientOptions, type Client, ChannelCredentials } from '@grpc/grpc-js';
import { PatientChannel } from './patient-channel';
import { uriName } from './subject-alternative-name';
import { type ClientTlsFiles, type TlsMaterial, readTls, secureContext } from './tls';

export interface ConnectOptions {
  /**
   * `host:port` or `dns:///host:port`, where all addresses of the host's name are used in turn; or several `IPv4:port` with
   * commas between.
   */
  address: string;
  tls: ClientTlsFiles | TlsMaterial;
  /** This process's own name, for the user agent. */
  service: string;
  /** The DNS name or IP address that the server's certificate must hold, where it is another than the address's. */
  serverName?: string;
  /** The URI SAN that the server's certificate must hold, such as `spiffe://strongroom.local/service/crypto-keyservice`. */
  serverUri?: string;
  /** How long a unary call waits for a connection, within its deadline. Milliseconds; default 5,000; Infinity: the deadline alone counts. */
  patienceMs?: number;
}

/** A generated client's constructor, such as ts-proto's `SecretsServiceClient`. */
export interface ClientConstructor<C extends Client> {
  new (address: string, credentials: ChannelCredentials, options?: Partial<ClientOptions>): C;
}

const MEBIBYTE = 1 << 20;
const PATIENCE_MS = 5_000;

const channelOptions: ChannelOptions = {
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  'grpc.service_config_disable_resolution': 1,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  // Calls wait for a peer that is away: one that is back is found within half a second.
  'grpc.initial_reconnect_backoff_ms': 50,
  'grpc.max_reconnect_backoff_ms': 500,
  // A lost connection has the name asked again. Were the answer half a minute old, a service whose replicas were replaced meanwhile would
  // be gone for that long.
  'grpc.dns_min_time_between_resolutions_ms': 500,
  'grpc.max_receive_message_length': 16 * MEBIBYTE,
  'grpc-node.flow_control_window': MEBIBYTE,
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_channelz': 0,
};

/** A client over TLS 1.3, balanced over all addresses of its target. Connects on the first call; close it with `client.close()`. */
export function connect<C extends Client>(
  Constructor: ClientConstructor<C>,
  { address, tls, service, serverName, serverUri, patienceMs = PATIENCE_MS }: ConnectOptions,
): C {
  const credentials = ChannelCredentials.createFromSecureContext(createSecureContext(secureContext(readTls(tls))), {
    checkServerIdentity: (host, certificate) => checkServer(serverName ?? host, certificate, serverUri),
  });
  return new Constructor(targetOf(address), credentials, {
    ...channelOptions,
    'grpc.primary_user_agent': `strongroom-${service}`,
    channelFactoryOverride: (target, itsCredentials, { channelFactoryOverride: _, ...options }) =>
      new PatientChannel(target, itsCredentials, options, patienceMs),
    ...(serverName === undefined ? {} : { 'grpc.ssl_target_name_override': serverName }),
  });
}

/** What gRPC dials: a host and port that DNS may know several of, or a list of IP addresses with ports, separated by commas. */
export const targetOf = (address: string): string => {
  if (address.startsWith('dns:')) return address;
  return address.includes(',') ? `ipv4:${address}` : `dns:${address}`;
};

function checkServer(host: string, certificate: PeerCertificate, serverUri: string | undefined): Error | undefined {
  const mismatch = checkServerIdentity(host, certificate);
  if (mismatch !== undefined || serverUri === undefined) return mismatch;
  return uriName(certificate.subjectaltname) === serverUri ? undefined : new Error(`the server is not ${serverUri}`);
}
