import {
  addressOf,
  databaseConfig,
  numberOf,
  readServiceConfig,
  redisConfig,
  type DatabaseConfig,
  type Environment,
  type RedisConfig,
  type ServiceConfig,
} from '@strongroom/config';
import { egressConfig, type EgressSettings } from '@strongroom/egress';

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
  egress: egressConfig(env, 'STRONGROOM_ROTATION_EGRESS'),
});
