import { type Environment, path, readEnvironment, serviceAddress } from '@strongroom/config';
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

/** The variables that the client reads; `source .strongroom/env` sets them. */
const shape = {
  STRONGROOM_SECRETS_API_ADDRESS: serviceAddress.optional(),
  STRONGROOM_KEYSERVICE_ADDRESS: serviceAddress.optional(),
  STRONGROOM_IDENTITY_ADDRESS: serviceAddress.optional(),
  STRONGROOM_AUDIT_ADDRESS: serviceAddress.optional(),
  STRONGROOM_ROTATION_ADDRESS: serviceAddress.optional(),
  STRONGROOM_TLS_CA_FILE: path,
  STRONGROOM_TLS_CERT_FILE: path.optional(),
  STRONGROOM_TLS_KEY_FILE: path.optional(),
  STRONGROOM_TOKEN: path.optional(),
};

/** @throws ConfigError that names the variable */
export const optionsFromEnvironment = (env: Environment): ClientOptions => {
  const read = readEnvironment(env, shape);
  return {
    addresses: {
      secrets: read.STRONGROOM_SECRETS_API_ADDRESS,
      keys: read.STRONGROOM_KEYSERVICE_ADDRESS,
      identity: read.STRONGROOM_IDENTITY_ADDRESS,
      audit: read.STRONGROOM_AUDIT_ADDRESS,
      rotation: read.STRONGROOM_ROTATION_ADDRESS,
    },
    tls: {
      caFile: read.STRONGROOM_TLS_CA_FILE,
      certFile: read.STRONGROOM_TLS_CERT_FILE,
      keyFile: read.STRONGROOM_TLS_KEY_FILE,
    },
    token: read.STRONGROOM_TOKEN,
  };
};
