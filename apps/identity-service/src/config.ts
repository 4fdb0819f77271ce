import {
  databaseConfig,
  readEnvironment,
  readServiceConfig,
  redisConfig,
  type DatabaseConfig,
  type Environment,
  type RedisConfig,
  type ServiceConfig,
} from '@strongroom/config';
import { readRootKeyConfig, type RootKeyConfig } from '@strongroom/root-keys';
import { z } from 'zod';
import { isCertificateUriPrefix } from './domain/certificate-uri';
import { isIssuer } from './domain/oidc-provider';

export interface IdentityConfig extends ServiceConfig {
  database: DatabaseConfig;
  redis: RedisConfig;
  rootKeys: RootKeyConfig;
  /** The issuers of OpenID Connect tokens that may be called for their keys; none by default. */
  oidcIssuers: readonly string[];
  /** Accounts by the certificate URI prefixes that the operator gave them; none by default. */
  certificatePrefixes: ReadonlyMap<string, string>;
}

/** @throws ConfigError */
export const readConfig = (env: Environment): IdentityConfig => ({
  ...readServiceConfig(env),
  database: databaseConfig(env),
  redis: redisConfig(env),
  rootKeys: readRootKeyConfig(env),
  oidcIssuers: readOidcIssuers(env),
  certificatePrefixes: readCertificatePrefixes(env),
});

const readOidcIssuers = (env: Environment): string[] => {
  const issuers = z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .refine((all) => all.every(isIssuer), {
      error:
        'must be issuers, separated by spaces, such as https://id.example.org: https URLs, or http on the loopback interface',
    });
  return readEnvironment(env, { STRONGROOM_OIDC_ISSUERS: issuers.default([]) }).STRONGROOM_OIDC_ISSUERS;
};

function readCertificatePrefixes(env: Environment): Map<string, string> {
  const entries = z
    .string()
    .transform((text) =>
      text
        .split(/[\s,]+/)
        .filter(Boolean)
        .map((entry) => entry.split('=')),
    )
    .refine(
      (all) =>
        all.every(
          ([id = '', prefix = '', ...more]) => /^\d{12}$/.test(id) && isCertificateUriPrefix(prefix) && more.length === 0,
        ),
      {
        error: 'must be accounts and URI prefixes, separated by spaces, such as 111111111111=spiffe://example.org/payments/',
      },
    )
    .refine((all) => new Set(all.map(([, prefix]) => prefix)).size === all.length, {
      error: 'must not repeat a prefix',
    });
  const read = readEnvironment(env, { STRONGROOM_CERTIFICATE_PREFIXES: entries.default([]) }).STRONGROOM_CERTIFICATE_PREFIXES;
  return new Map(read.map(([accountId = '', prefix = '']) => [prefix, accountId]));
}
