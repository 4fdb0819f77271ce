import {
  addressOf,
  databaseConfig,
  path,
  pathOf,
  readEnvironment,
  readServiceConfig,
  redisConfig,
  type DatabaseConfig,
  type Environment,
  type RedisConfig,
  type ServiceConfig,
} from '@strongroom/config';
import { z } from 'zod';

export interface AuditServiceConfig extends ServiceConfig {
  database: DatabaseConfig;
  redis: RedisConfig;
  /** The file with the keys of all producers of the journal. */
  journalKeysFile: string;
  identityAddress: string;
  keyserviceAddress: string;
  /** Where checkpoints are copied to. */
  checkpoints: { file?: string; url?: string };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether checkpoints may be sent there: nobody on the way may read the address, which may hold a secret. */
const isCheckpointUrl = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
};

const checkpointShape = {
  STRONGROOM_CHECKPOINT_FILE: path.optional(),
  STRONGROOM_CHECKPOINT_URL: z
    .string()
    .refine(isCheckpointUrl, { error: 'must be an https URL, or an http URL of this machine' })
    .optional(),
};

const readCheckpoints = (env: Environment): AuditServiceConfig['checkpoints'] => {
  const read = readEnvironment(env, checkpointShape);
  return { file: read.STRONGROOM_CHECKPOINT_FILE, url: read.STRONGROOM_CHECKPOINT_URL };
};

/** @throws ConfigError */
export const readConfig = (env: Environment): AuditServiceConfig => ({
  ...readServiceConfig(env),
  database: databaseConfig(env),
  redis: redisConfig(env),
  journalKeysFile: pathOf(env, 'STRONGROOM_JOURNAL_KEYS_FILE'),
  identityAddress: addressOf(env, 'IDENTITY'),
  keyserviceAddress: addressOf(env, 'KEYSERVICE'),
  checkpoints: readCheckpoints(env),
});
