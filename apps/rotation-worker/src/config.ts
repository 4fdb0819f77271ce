import {
  addressOf,
  ConfigError,
  databaseConfig,
  numberOf,
  readEnvironment,
  readServiceConfig,
  redisConfig,
  serviceAddress,
  type DatabaseConfig,
  type Endpoint,
  type Environment,
  type RedisConfig,
  type ServiceConfig,
} from '@strongroom/config';
import { EgressRules, endpointsOf } from '@strongroom/egress';

/** The limits of steps. */
export interface StepSettings {
  /** The number of steps at a time in this process. */
  concurrency: number;
  /** Of these, on one server. */
  perTarget: number;
  /** The time that one step of a built-in function may take, milliseconds. */
  builtInTimeoutMs: number;
  /** The time between two scans for due rotations, milliseconds. */
  scanIntervalMs: number;
  /** The time that a run stays in the history after its end, days. */
  historyDays: number;
  /** The time without a sign of life after which another worker takes over a step, at most twice as long; milliseconds. */
  lockMs: number;
}

export interface RotationWorkerConfig extends ServiceConfig {
  database: DatabaseConfig;
  redis: RedisConfig;
  identityAddress: string;
  secretsApiAddress: string;
  steps: StepSettings;
  egress: EgressSettings;
}

/** The rules for the servers that rotation may connect to. */
export interface EgressSettings {
  rules: EgressRules;
  /** The cluster's own servers, to which it must not connect unless a rule names one. */
  cluster: readonly Endpoint[];
}

const MINUTE = 60_000;

/** @throws ConfigError */
export const readConfig = (env: Environment): RotationWorkerConfig => ({
  ...readServiceConfig(env),
  database: databaseConfig(env),
  redis: redisConfig(env),
  identityAddress: addressOf(env, 'IDENTITY'),
  secretsApiAddress: addressOf(env, 'SECRETS_API'),
  steps: {
    concurrency: numberOf(env, 'STRONGROOM_ROTATION_CONCURRENCY', { min: 1, max: 1_000, fallback: 64 }),
    perTarget: numberOf(env, 'STRONGROOM_ROTATION_STEPS_PER_TARGET', { min: 1, max: 1_000, fallback: 16 }),
    builtInTimeoutMs: numberOf(env, 'STRONGROOM_ROTATION_STEP_TIMEOUT_MS', { min: 1_000, max: 15 * MINUTE, fallback: 30_000 }),
    scanIntervalMs: numberOf(env, 'STRONGROOM_ROTATION_SCAN_INTERVAL_MS', { min: 100, max: 10 * MINUTE, fallback: 2_000 }),
    historyDays: numberOf(env, 'STRONGROOM_ROTATION_HISTORY_DAYS', { min: 1, max: 3_650, fallback: 90 }),
    lockMs: numberOf(env, 'STRONGROOM_ROTATION_LOCK_MS', { min: 500, max: 10 * MINUTE, fallback: 10_000 }),
  },
  egress: { rules: egressRules(env), cluster: clusterEndpoints(env) },
});

const egressRules = (env: Environment): EgressRules => {
  try {
    return EgressRules.parse(env.STRONGROOM_ROTATION_EGRESS ?? '');
  } catch (error) {
    throw new ConfigError([`STRONGROOM_ROTATION_EGRESS: ${(error as Error).message}`]);
  }
};

/**
 * The cluster's addresses in the environment: stores, services, this service, and STRONGROOM_CLUSTER_ENDPOINTS for others, such
 * as metrics.
 */
const clusterEndpoints = (env: Environment): Endpoint[] => {
  const { STRONGROOM_CLUSTER_ENDPOINTS: more } = readEnvironment(env, {
    STRONGROOM_CLUSTER_ENDPOINTS: serviceAddress.optional(),
  });
  const services = Object.entries(env).flatMap(([name, value]) =>
    /^STRONGROOM_\w+_ADDRESS$/.test(name) && value ? [value] : [],
  );
  const stores = ['DATABASE', 'REDIS'].map((store) => `${env[`STRONGROOM_${store}_HOST`]}:${env[`STRONGROOM_${store}_PORT`]}`);
  const { listen, metricsListen } = readServiceConfig(env);
  return [...stores, ...services, listen, metricsListen, ...(more ? [more] : [])].flatMap(endpointsOf);
};
