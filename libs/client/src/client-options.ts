import { type Environment, path, readEnvironment, serviceAddress } from '@strongroom/config';
import type { ClientTlsFiles, TlsMaterial } from '@strongroom/grpc-kit';
import type { TokenProvider } from './token-source';

/** Where each service is: `host:port` or `dns:///host:port`, over all addresses of the name in turn; or `IPv4:port,IPv4:port`. Only what is used must be there. */
export interface Addresses {
  secrets?: string;
  keys?: string;
  identity?: string;
  audit?: string;
  rotation?: string;
}

export interface ClientOptions {
  addresses: Addresses;
  /** The CA that vouches for the services and, of a caller that shows a certificate, that and its key: PEM files, or PEM texts. */
  tls: ClientTlsFiles | TlsMaterial;
  /** A session token, or what gets a new one. It counts before the certificate. */
  token?: string | TokenProvider;
  /** Milliseconds that a call may take, repeats and the wait for a service that is away included. Default 10,000. */
  timeoutMs?: number;
  /** How often an idempotent call is sent at most. Default 8; 1 repeats nothing. */
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
