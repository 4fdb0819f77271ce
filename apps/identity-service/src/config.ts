import {
  ConfigError,
  databaseConfig,
  pathOf,
  readEnvironment,
  readSecretFile,
  readServiceConfig,
  redisConfig,
  type DatabaseConfig,
  type Environment,
  type RedisConfig,
  type ServiceConfig,
} from '@strongroom/config';
import { RootKey } from '@strongroom/envelope';
import { z } from 'zod';
import { isIssuer } from './domain/oidc-provider';

export interface IdentityConfig extends ServiceConfig {
  database: DatabaseConfig;
  redis: RedisConfig;
  rootKey: RootKey;
  /** The issuers of OpenID Connect tokens that may be asked for their keys; none by default. */
  oidcIssuers: readonly string[];
}

/** @throws ConfigError */
export const readConfig = (env: Environment): IdentityConfig => ({
  ...readServiceConfig(env),
  database: databaseConfig(env),
  redis: redisConfig(env),
  rootKey: readRootKey(env),
  oidcIssuers: readOidcIssuers(env),
});

const ROOT_KEY_FILE = 'STRONGROOM_ROOT_KEY_FILE';

function readRootKey(env: Environment): RootKey {
  const text = readSecretFile(pathOf(env, ROOT_KEY_FILE), ROOT_KEY_FILE);
  try {
    return RootKey.parse(text);
  } catch (error) {
    throw new ConfigError([`${ROOT_KEY_FILE}: ${(error as Error).message}`]);
  }
}

const readOidcIssuers = (env: Environment): string[] => {
  const issuers = z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .refine((all) => all.every(isIssuer), {
      error: 'must be issuers with spaces between, such as https://id.example.org: https URLs, or http on the loopback interface',
    });
  return readEnvironment(env, { STRONGROOM_OIDC_ISSUERS: issuers.default([]) }).STRONGROOM_OIDC_ISSUERS;
};
