import { ConfigError, type Environment, isServiceAddress, SERVICE_ADDRESS_RULE } from '@strongroom/config';
import type { ClientTlsFiles, TlsMaterial } from '@strongroom/grpc-kit';
import type { TokenProvider } from './token-source';

/**
 * The services' addresses: `host:port`; `dns:///host:port`, which uses all addresses of the name in turn; or
 * `IPv4:port,IPv4:port`. Only the services that you use need one.
 */
export interface Addresses {
  secrets?: string;
  keys?: string;
  identity?: string;
  audit?: string;
  rotation?: string;
  notification?: string;
  usage?: string;
}

export interface ClientOptions {
  addresses: Addresses;
  /** The CA of the services and, if the caller uses a certificate, the certificate and its key: PEM files, or PEM texts. */
  tls: ClientTlsFiles | TlsMaterial;
  /** A session token, or a function that gets a new one. If present, it is used, not the certificate. */
  token?: string | TokenProvider;
  /** The time that a call may take, including retries and the wait for an unavailable service; milliseconds. Default 10,000. */
  timeoutMs?: number;
  /** The maximum number of times that an idempotent call is sent. Default 8; 1 means no retries. */
  maxAttempts?: number;
  /** The caller's name for the audit trail's user agent, `strongroom-<name>`. Default `client`. */
  name?: string;
}

/**
 * Reads the variables that `source .strongroom/env` sets. An empty variable counts as absent.
 *
 * @throws ConfigError that names the variables and their rules
 */
export const optionsFromEnvironment = (env: Environment): ClientOptions => {
  const problems: string[] = [];
  const address = (name: string): string | undefined => {
    const text = env[name] || undefined;
    if (text !== undefined && !isServiceAddress(text)) problems.push(`${name}: ${SERVICE_ADDRESS_RULE}`);
    return text;
  };
  const addresses = {
    secrets: address('STRONGROOM_SECRETS_API_ADDRESS'),
    keys: address('STRONGROOM_KEYSERVICE_ADDRESS'),
    identity: address('STRONGROOM_IDENTITY_ADDRESS'),
    audit: address('STRONGROOM_AUDIT_ADDRESS'),
    rotation: address('STRONGROOM_ROTATION_ADDRESS'),
    notification: address('STRONGROOM_NOTIFICATION_ADDRESS'),
    usage: address('STRONGROOM_USAGE_ADDRESS'),
  };
  const caFile = env.STRONGROOM_TLS_CA_FILE || undefined;
  if (caFile === undefined) problems.push('STRONGROOM_TLS_CA_FILE: must be set');
  if (caFile === undefined || problems.length > 0) throw new ConfigError(problems);
  return {
    addresses,
    tls: { caFile, certFile: env.STRONGROOM_TLS_CERT_FILE || undefined, keyFile: env.STRONGROOM_TLS_KEY_FILE || undefined },
    token: env.STRONGROOM_TOKEN || undefined,
  };
};
