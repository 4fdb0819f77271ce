import { z } from 'zod';
import type { ClientOptions } from '@strongroom/client';
import {
  ConfigError,
  type Environment,
  hostAndPort,
  numberOf,
  path,
  readEnvironment,
  readServiceConfig,
  type ServiceConfig,
} from '@strongroom/config';
import { clientOptions } from './credentials/credentials';
import { isLocal, type ListenAddress, listenAddressOf } from './http/listen-address';

export interface AgentConfig extends ServiceConfig {
  address: ListenAddress;
  /** The file of the token that programs must show, and the mode that it is made with. */
  token: { path: string; mode: number };
  tokenHeaders: readonly string[];
  /** Names by which programs call the agent's host, beside those of the loopback interface. */
  hosts: readonly string[];
  pathPrefix: string;
  maxConnections: number;
  cache: { ttlMs: number; graceMs: number; size: number };
  /** The file that says which files are kept up to date. */
  filesConfig?: string;
  client: ClientOptions;
}

const DEFAULT_LISTEN = '127.0.0.1:2773';
const DEFAULT_METRICS_LISTEN = '127.0.0.1:2774';
const DEFAULT_HEADERS = 'X-Aws-Parameters-Secrets-Token,X-Vault-Token';
/** A Unix socket's address must fit into the kernel's structure. */
const MAX_SOCKET_PATH = 107;
const AWS_TOKEN_FILE = 'file://';

const unixSocket = z
  .string()
  .regex(/^unix:\/./)
  .refine((text) => Buffer.byteLength(text) - 'unix:'.length <= MAX_SOCKET_PATH);
const commaSeparated = (item: RegExp, rule: string) =>
  z
    .string()
    .transform((text) => text.split(',').map((each) => each.trim()))
    .refine((items) => items.every((each) => item.test(each)), { error: rule });

const shape = {
  STRONGROOM_AGENT_LISTEN: z
    .union([unixSocket, hostAndPort], {
      error: `must be host:port, or unix: and the path of a socket, from / on and of at most ${MAX_SOCKET_PATH} bytes`,
    })
    .default(DEFAULT_LISTEN),
  STRONGROOM_AGENT_ALLOW_NETWORK: z.enum(['0', '1'], { error: 'must be 0 or 1' }).default('0'),
  STRONGROOM_AGENT_TOKEN_FILE: path.optional(),
  STRONGROOM_AGENT_TOKEN_MODE: z.enum(['0600', '0640'], { error: 'must be 0600 or 0640' }).default('0600'),
  STRONGROOM_AGENT_SSRF_HEADERS: commaSeparated(/^[A-Za-z0-9-]{1,64}$/, 'must be names of headers, separated by commas').prefault(
    DEFAULT_HEADERS,
  ),
  STRONGROOM_AGENT_HOSTS: commaSeparated(
    /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])$/,
    'must be host names without ports, separated by commas',
  ).optional(),
  STRONGROOM_AGENT_PATH_PREFIX: z
    .string()
    .regex(/^\/(?:[A-Za-z0-9._~-]+\/)+$/, 'must be a path that begins and ends with a slash, such as /v1/')
    .default('/v1/'),
  STRONGROOM_AGENT_FILES: path.optional(),
  // Where AWS's agent finds the file of its token.
  AWS_TOKEN: z.string().optional(),
};

/** @throws ConfigError */
export function readConfig(env: Environment): AgentConfig {
  const read = readEnvironment(env, shape);
  const address = listenAddressOf(read.STRONGROOM_AGENT_LISTEN);
  if (!isLocal(address) && read.STRONGROOM_AGENT_ALLOW_NETWORK !== '1') {
    throw new ConfigError([
      'STRONGROOM_AGENT_LISTEN: must be an address of the loopback interface or a Unix socket, because the agent speaks plain ' +
        'HTTP: whoever is on the way reads the secrets. STRONGROOM_AGENT_ALLOW_NETWORK=1 allows it all the same',
    ]);
  }
  const client = clientOptions(env);
  const seconds = (variable: `STRONGROOM_${string}`, max: number, fallback: number) =>
    numberOf(env, variable, { min: 0, max, fallback }) * 1_000;
  return {
    ...serviceConfig(env),
    address,
    token: { path: tokenFile(read), mode: parseInt(read.STRONGROOM_AGENT_TOKEN_MODE, 8) },
    tokenHeaders: read.STRONGROOM_AGENT_SSRF_HEADERS,
    hosts: read.STRONGROOM_AGENT_HOSTS ?? [],
    pathPrefix: read.STRONGROOM_AGENT_PATH_PREFIX,
    maxConnections: numberOf(env, 'STRONGROOM_AGENT_MAX_CONN', { min: 1, max: 1_000, fallback: 800 }),
    cache: {
      ttlMs: seconds('STRONGROOM_AGENT_TTL_SECONDS', 3_600, 300),
      graceMs: seconds('STRONGROOM_AGENT_GRACE_SECONDS', 86_400, 0),
      size: numberOf(env, 'STRONGROOM_AGENT_CACHE_SIZE', { min: 1, max: 1_000, fallback: 1_000 }),
    },
    filesConfig: read.STRONGROOM_AGENT_FILES,
    client,
  };
}

/** What the agent has in common with services. It serves no gRPC and may call with a token, so some variables have no meaning. */
function serviceConfig(env: Environment): ServiceConfig {
  const unused = { STRONGROOM_LISTEN: '127.0.0.1:0', STRONGROOM_TLS_CERT_FILE: '-', STRONGROOM_TLS_KEY_FILE: '-' };
  const metrics = env.STRONGROOM_METRICS_LISTEN ? {} : { STRONGROOM_METRICS_LISTEN: DEFAULT_METRICS_LISTEN };
  return readServiceConfig({ ...env, ...metrics, ...unused });
}

function tokenFile(read: { STRONGROOM_AGENT_TOKEN_FILE?: string; AWS_TOKEN?: string }): string {
  const file = read.STRONGROOM_AGENT_TOKEN_FILE;
  if (file !== undefined) return file;
  const { AWS_TOKEN: aws = '' } = read;
  if (aws.startsWith(AWS_TOKEN_FILE)) return aws.slice(AWS_TOKEN_FILE.length);
  throw new ConfigError(['STRONGROOM_AGENT_TOKEN_FILE: must be set']);
}
