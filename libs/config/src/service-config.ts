import { z } from 'zod';
import { type Environment, hostAndPort, path, readEnvironment, serviceAddress } from './environment';

export interface ServiceConfig {
  /** `host:port` of the gRPC server. */
  listen: string;
  /** `host:port` of `/metrics` and `/healthz`. */
  metricsListen: string;
  /** 12 digits: the account that the cluster starts with. */
  accountId: string;
  region: string;
  /** The trust domain in `spiffe://` identities. */
  trustDomain: string;
  /** PEM files. */
  tls: { caFile: string; certFile: string; keyFile: string };
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** The file that standard output goes to, if the service must limit its size. */
  logFile?: string;
  /** Absent: nothing is traced. */
  tracing?: {
    /** The base URL of an OTLP receiver over HTTP. */
    endpoint: string;
    /** Of the traces that begin in this process how many are recorded: 0 to 1. */
    sampledShare: number;
  };
}

const shape = {
  STRONGROOM_LISTEN: hostAndPort,
  STRONGROOM_METRICS_LISTEN: hostAndPort,
  STRONGROOM_ACCOUNT_ID: z
    .string()
    .regex(/^\d{12}$/, 'must be 12 digits')
    .default('000000000000'),
  STRONGROOM_REGION: z
    .string()
    .regex(/^[a-z]{2}(-[a-z0-9]+)+$/, 'must be a region such as us-east-1')
    .default('us-east-1'),
  STRONGROOM_TRUST_DOMAIN: z
    .string()
    .regex(/^[a-z0-9._-]{1,255}$/, 'must be 1 to 255 lower-case letters, digits, ".", "_" or "-"')
    .default('strongroom.local'),
  STRONGROOM_TLS_CA_FILE: path,
  STRONGROOM_TLS_CERT_FILE: path,
  STRONGROOM_TLS_KEY_FILE: path,
  STRONGROOM_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error'], { error: 'must be debug, info, warn or error' })
    .default('info'),
  STRONGROOM_LOG_FILE: path.optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .string()
    .refine((text) => /^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : ''), {
      error: 'must be an http or https URL, such as that of port 4318 of a collector',
    })
    .optional(),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(?:0(?:\.\d{1,9})?|1(?:\.0{1,9})?)$/, 'must be a number from 0 to 1')
    .transform(Number)
    .default(1),
};

/** What every service needs. @throws ConfigError */
export function readServiceConfig(env: Environment): ServiceConfig {
  const read = readEnvironment(env, shape);
  const endpoint = read.OTEL_EXPORTER_OTLP_ENDPOINT;
  return {
    listen: read.STRONGROOM_LISTEN,
    metricsListen: read.STRONGROOM_METRICS_LISTEN,
    accountId: read.STRONGROOM_ACCOUNT_ID,
    region: read.STRONGROOM_REGION,
    trustDomain: read.STRONGROOM_TRUST_DOMAIN,
    tls: { caFile: read.STRONGROOM_TLS_CA_FILE, certFile: read.STRONGROOM_TLS_CERT_FILE, keyFile: read.STRONGROOM_TLS_KEY_FILE },
    logLevel: read.STRONGROOM_LOG_LEVEL,
    logFile: read.STRONGROOM_LOG_FILE,
    tracing: endpoint === undefined ? undefined : { endpoint, sampledShare: read.OTEL_TRACES_SAMPLER_ARG },
  };
}

type ServiceVariable = 'SECRETS_API' | 'KEYSERVICE' | 'IDENTITY' | 'ROTATION' | 'AUDIT' | 'NOTIFICATION' | 'USAGE';

/** The address of another service: `STRONGROOM_<name>_ADDRESS`. @throws ConfigError */
export function addressOf(env: Environment, name: ServiceVariable): string {
  const variable = `STRONGROOM_${name}_ADDRESS` as const;
  return readEnvironment(env, { [variable]: serviceAddress })[variable]!;
}

/** The path that `variable` holds, such as STRONGROOM_ROOT_KEY_FILE. @throws ConfigError */
export function pathOf(env: Environment, variable: `STRONGROOM_${string}_FILE`): string {
  return readEnvironment(env, { [variable]: path })[variable]!;
}
