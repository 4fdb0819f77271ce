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

/** How steps are worked on. */
export interface StepSettings {
  /** Steps at a time in this process. */
  concurrency: number;
  /** Of these, on one server. */
  perTarget: number;
  /** How long one step of a built-in function may take, milliseconds. */
  builtInTimeoutMs: number;
  /** Between two scans for what is due, milliseconds. */
  scanIntervalMs: number;
  /** How long a run stays in the history after its end, days. */
  historyDays: number;
  /** After this long without a sign of life a step is given to another worker, at the latest after twice as long. Milliseconds. */
  lockMs: number;
}

export interface RotationWorkerConfig extends ServiceConfig {
  database: DatabaseConfig;
  redis: RedisConfig;
  identityAddress: string;
  secretsApiAddress: string;
  steps: StepSettings;
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
});
