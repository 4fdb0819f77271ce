import { randomString, type RandomSource } from '@strongroom/random';

/** RFC 4648 base32, as AWS's ids have it. */
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const PREFIXES = { user: 'AIDA', group: 'AGPA', role: 'AROA', policy: 'ANPA', 'access-key': 'AKIA', session: 'ASIA' };

/**
 * A unique id: a prefix for the kind, and 85 random bits (80 in access key ids, which have 20 characters in all). The database's
 * keys refuse duplicates.
 */
export const uniqueId = (kind: keyof typeof PREFIXES, random: RandomSource): string =>
  PREFIXES[kind] + randomString(random, BASE32, kind === 'access-key' || kind === 'session' ? 16 : 17);
