import { isIP } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import {
  addressOf,
  endpointOf,
  readEnvironment,
  readServiceConfig,
  redisEndpointConfig,
  type Environment,
  type RedisConfig,
  type ServiceConfig,
} from '@strongroom/config';
import { type Provider, readProvidersFile } from './single-sign-on/providers';

export interface ConsoleConfig extends ServiceConfig {
  secretsAddress: string;
  keyserviceAddress: string;
  identityAddress: string;
  rotationAddress: string;
  auditAddress: string;
  notificationAddress: string;
  usageAddress: string;
  redis: RedisConfig;
  /** PEM files for HTTPS, where browsers do not know the cluster's own authority. */
  https: { certFile: string; keyFile: string };
  /** Where people reach the console, such as `https://console.example.com`: requests for other origins are refused. */
  origins: readonly string[];
  /** The folder of the built page. */
  pageFolder: string;
  /** The proxies, as addresses or networks, whose X-Forwarded-For is true. */
  trustedProxies: readonly string[];
  /** The OpenID Connect providers whose people may sign in. */
  providers: readonly Provider[];
}

const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text && text.startsWith('https://');

const isNetwork = (text: string): boolean => {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
};

const listOf = (isOne: (text: string) => boolean, error: string) =>
  z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim()))
    .refine((all) => all.every(isOne), { error });

/** @throws ConfigError */
export function readConfig(env: Environment): ConsoleConfig {
  const service = readServiceConfig(env);
  const read = readEnvironment(env, {
    STRONGROOM_HTTPS_CERT_FILE: z.string().optional(),
    STRONGROOM_HTTPS_KEY_FILE: z.string().optional(),
    STRONGROOM_CONSOLE_URL: listOf(
      isOrigin,
      'must be https://host or https://host:port, or several of them, separated by commas',
    ).optional(),
    STRONGROOM_CONSOLE_PAGE_FOLDER: z.string().optional(),
    STRONGROOM_CONSOLE_PROVIDERS_FILE: z.string().optional(),
    STRONGROOM_CONSOLE_TRUSTED_PROXIES: listOf(
      isNetwork,
      'must be addresses or networks such as 10.0.0.0/8, separated by commas',
    ).optional(),
  });
  return {
    ...service,
    secretsAddress: addressOf(env, 'SECRETS_API'),
    keyserviceAddress: addressOf(env, 'KEYSERVICE'),
    identityAddress: addressOf(env, 'IDENTITY'),
    rotationAddress: addressOf(env, 'ROTATION'),
    auditAddress: addressOf(env, 'AUDIT'),
    notificationAddress: addressOf(env, 'NOTIFICATION'),
    usageAddress: addressOf(env, 'USAGE'),
    redis: redisEndpointConfig(env),
    https: {
      certFile: read.STRONGROOM_HTTPS_CERT_FILE ?? service.tls.certFile,
      keyFile: read.STRONGROOM_HTTPS_KEY_FILE ?? service.tls.keyFile,
    },
    origins: read.STRONGROOM_CONSOLE_URL ?? [`https://localhost:${endpointOf(service.listen).port}`],
    // Beside this program, as the build puts it.
    pageFolder: read.STRONGROOM_CONSOLE_PAGE_FOLDER ?? join(__dirname, '../console-web'),
    trustedProxies: read.STRONGROOM_CONSOLE_TRUSTED_PROXIES ?? [],
    providers: readProvidersFile(read.STRONGROOM_CONSOLE_PROVIDERS_FILE),
  };
}
