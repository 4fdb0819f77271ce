import type { Costs, Sizes } from './model';

/**
 * From the last run of the benchmark in docs/performance.md, with 64 calls in flight on a machine of which a core does about half
 * of what a current server's does. Of a read among 10,000 secrets, PutSecretValue, and a rotation of a MariaDB user.
 */
export const measuredCosts: Costs = {
  read: { 'secrets-api': 374, 'crypto-keyservice': 143, 'identity-service': 10, 'audit-service': 59, redis: 20, mariadb: 92 },
  write: { 'secrets-api': 439, 'crypto-keyservice': 126, 'identity-service': 8, 'audit-service': 45, redis: 20, mariadb: 249 },
  rotation: {
    'secrets-api': 9_090,
    'crypto-keyservice': 1_770,
    'identity-service': 210,
    'rotation-worker': 13_300,
    'audit-service': 2_070,
    redis: 2_890,
    mariadb: 8_730,
  },
};

/** In MariaDB with its indexes: of 100,000 secrets with one version of 86 bytes each, and of 200,000 events. */
export const measuredSizes: Sizes = { secret: 2_900, event: 420 };
