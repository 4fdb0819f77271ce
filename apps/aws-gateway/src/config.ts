import { isIP } from 'node:net';
import { z } from 'zod';
import {
  addressOf,
  endpointOf,
  hostAndPort,
  readEnvironment,
  readServiceConfig,
  type Environment,
  type ServiceConfig,
} from '@strongroom/config';

export interface GatewayConfig extends ServiceConfig {
  secretsAddress: string;
  keyserviceAddress: string;
  identityAddress: string;
  auditAddress: string;
  notificationAddress: string;
  /** `host:port` on the loopback interface where plain HTTP is served; undefined: nowhere. */
  plainListen?: string;
  /** PEM files for HTTPS, where clients do not know the cluster's own authority. */
  https: { certFile: string; keyFile: string };
}

const isLoopback = (listen: string): boolean => {
  const host = endpointOf(listen).host;
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
};

/** @throws ConfigError */
export function readConfig(env: Environment): GatewayConfig {
  const service = readServiceConfig(env);
  const read = readEnvironment(env, {
    STRONGROOM_PLAIN_HTTP_LISTEN: hostAndPort
      .refine(isLoopback, { error: 'must be an address of the loopback interface: plain HTTP shows secrets to whoever listens' })
      .optional(),
    STRONGROOM_HTTPS_CERT_FILE: z.string().optional(),
    STRONGROOM_HTTPS_KEY_FILE: z.string().optional(),
  });
  return {
    ...service,
    secretsAddress: addressOf(env, 'SECRETS_API'),
    keyserviceAddress: addressOf(env, 'KEYSERVICE'),
    identityAddress: addressOf(env, 'IDENTITY'),
    auditAddress: addressOf(env, 'AUDIT'),
    notificationAddress: addressOf(env, 'NOTIFICATION'),
    plainListen: read.STRONGROOM_PLAIN_HTTP_LISTEN,
    https: {
      certFile: read.STRONGROOM_HTTPS_CERT_FILE ?? service.tls.certFile,
      keyFile: read.STRONGROOM_HTTPS_KEY_FILE ?? service.tls.keyFile,
    },
  };
}
